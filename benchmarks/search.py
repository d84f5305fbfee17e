"""``python -m benchmarks.search 200000``: search over so many mixed Chinese and English messages, on the database in use.

The database may be filled with rubbish. Words follow Zipf's law, conversations too: a few hold most of the messages.
"""

import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

SEED = 20261123
START = "2025-01-01T00:00:00+00:00"
CONVERSATIONS = 2_000
#: Person -> which conversations, by rank of size: everything, the quiet half of them, five quiet ones, the loudest one.
PEOPLE: dict[str, Callable[[int], bool]] = {
    "everything": lambda rank: True,
    "200 quiet": lambda rank: rank >= CONVERSATIONS - 200,
    "5 quiet": lambda rank: rank >= CONVERSATIONS - 5,
    "loudest": lambda rank: rank == 0,
}


class Language:
    """Invented words in two scripts, used as unevenly as real ones."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        letters = "etaoinshrdlucmfwypvbgkqjxz"
        self.english = list(
            dict.fromkeys(
                "".join(chance.choices(letters, weights=range(26, 0, -1), k=chance.randint(2, 9))) for _ in range(6000)
            )
        )
        signs = [chr(0x4E00 + n) for n in chance.sample(range(20_000), 3000)]
        weights = [1 / (n + 8) for n in range(3000)]
        self.chinese = list(dict.fromkeys("".join(chance.choices(signs, weights, k=2)) for _ in range(12_000)))

    def sentence(self) -> str:
        """5 to 40 words; two of three sentences are mostly Chinese."""
        chance, count = self.chance, self.chance.randint(4, 24)
        if chance.random() < 0.33:
            return " ".join(self._some(self.english, count))
        text = "".join(self._some(self.chinese, count))
        return f"{text[: len(text) // 2]}，{self._some(self.english, 1)[0]} {text[len(text) // 2 :]}。"

    def _some(self, words: list[str], count: int) -> list[str]:
        top = len(words)
        return [words[int(top ** self.chance.random()) - 1] for _ in range(count)]  # log-uniform rank: Zipf


def build(total: int) -> Language:
    """People, conversations, messages and their index, unless they are there already."""
    from django.db import connection, transaction

    from accounts.models import User
    from chat import search
    from chat.models import Conversation, Entry, Membership

    language = Language(random.Random(SEED))
    have = Entry.objects.count()
    if not have:
        people = User.objects.bulk_create([User(username=f"s{n}", name=f"s{n}") for n in range(200)])
        rooms = Conversation.objects.bulk_create(
            [Conversation(kind="group", title=f"Room {n}") for n in range(CONVERSATIONS)]
        )
        seekers = User.objects.bulk_create([User(username=name, name=name) for name in PEOPLE])
        Membership.objects.bulk_create(
            [
                Membership(user=user, conversation=room)
                for user in seekers
                for rank, room in enumerate(rooms)
                if PEOPLE[user.username](rank)
            ]
        )
    people = list(User.objects.filter(username__regex=r"^s\d+$").order_by("pk"))
    rooms = list(Conversation.objects.order_by("pk"))
    began, start = time.monotonic(), datetime.fromisoformat(START)
    for done in range(0, total, 2000):
        entries: list[Entry] = []
        for n in range(done, min(done + 2000, total)):
            room = rooms[int(CONVERSATIONS ** language.chance.random()) - 1]
            sender, text = people[n % len(people)], language.sentence()
            room.last_seq += 1
            if n >= have:
                entries.append(_message(Entry, room, sender, text, start + timedelta(seconds=30 * n)))
        if entries:
            with transaction.atomic():
                Entry.objects.bulk_create(entries)
                search.index_messages(entries)
            if done % 20_000 == 0:
                print(f"{done + 2000} messages, {time.monotonic() - began:.0f} s", flush=True)
    for room in rooms:
        room.last_number = room.last_seq
    Conversation.objects.bulk_update(rooms, ["last_seq", "last_number"], batch_size=200)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return language


def _message(entry: type[Any], room: Any, sender: Any, text: str, at: datetime) -> Any:
    return entry(
        conversation=room, seq=room.last_seq, number=room.last_seq, type="message.created", sender=sender, kind="text",
        body={"text": text}, version=room.last_seq, at=at,
    )  # fmt: skip


def queries(language: Language) -> Iterator[tuple[str, list[str]]]:
    """Sorts of queries, twelve of each: words at the top, in the middle and at the end of the list."""
    zh, en = language.chinese, language.english
    for name, at in (("common", 0), ("middling", 300), ("rare", 4000)):
        yield f"1 Chinese character, {name}", [each[0] for each in zh[at : at + 12]]
        yield f"2 Chinese characters, {name}", zh[at : at + 12]
        yield f"English word, {name}", en[at : at + 12]
    yield "4 Chinese characters, two common words", [zh[n] + zh[n + 1] for n in range(12)]
    yield "3 Chinese characters, across words", [zh[n] + zh[n + 20][0] for n in range(12)]
    yield "English beginning of two letters", [each[:2] for each in en[20:32]]
    yield "two common words", [f"{zh[n]} {en[n]}" for n in range(12)]
    yield "two middling words", [f"{zh[n]} {en[n]}" for n in range(300, 312)]
    yield "quoted phrase", [f'"{en[n]} {en[n + 1]}"' for n in range(12)]
    yield "from a person, common word", [f"{zh[n]} from:s{n}" for n in range(12)]
    yield "from a person alone", [f"from:s{n}" for n in range(12)]
    yield "common word, old", [f"{zh[n]} before:2025-01-2{n % 10}" for n in range(12)]
    yield "nothing found", [f"qqzz{n}" for n in range(12)]


def measure(language: Language) -> list[tuple[str, str, float, float, float, float]]:
    """For each person and sort: hits on the first page (mean), and p50, p95 and worst of two pages in milliseconds."""
    from accounts.models import User
    from chat import search

    rows = []
    for person in PEOPLE:
        user = User.objects.get(username=person).pk
        for name, texts in queries(language):
            took: list[float] = []
            hits = 0
            for text in texts * 2:
                cursor = ""
                for page in range(2):
                    began = time.perf_counter()
                    found = search.find(user, text, cursor=cursor)
                    took.append((time.perf_counter() - began) * 1000)
                    hits += len(found.hits) if page == 0 else 0
                    cursor = found.next
                    if not cursor:
                        break
            took.sort()
            rows.append(
                (person, name, hits / len(texts) / 2, took[len(took) // 2], took[int(len(took) * 0.95)], took[-1])
            )
    return rows


def main(total: int, answer: str = "") -> None:
    """Build, measure, print; and write the rows as JSON into the file ``answer``."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from chat.models import SearchDocument

    call_command("migrate", verbosity=0)
    language = build(total)
    print(f"{connection.vendor}, {SearchDocument.objects.count():,} messages")
    print(f"{'member of':12} {'query':42} {'hits':>6} {'p50 ms':>8} {'p95 ms':>8} {'worst':>8}")
    rows = measure(language)
    for person, name, hits, middle, high, worst in rows:
        print(f"{person:12} {name:42} {hits:6.1f} {middle:8.1f} {high:8.1f} {worst:8.1f}")
    print(f"highest p95: {max(row[4] for row in rows):.0f} ms; worst: {max(row[5] for row in rows):.0f} ms")
    if answer:
        names = ("member of", "query", "hits", "p50 ms", "p95 ms", "worst ms")
        facts = {"database": connection.vendor, "messages": SearchDocument.objects.count()}
        told = [{**facts, **dict(zip(names, row, strict=True))} for row in rows]
        Path(answer).write_text(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200_000, sys.argv[2] if sys.argv[2:] else "")
