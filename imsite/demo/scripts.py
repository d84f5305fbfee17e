"""Reads ``talk.txt`` and ``chatter.txt`` into steps: what was said and done in each conversation, and when.

The notation is explained at the top of ``talk.txt``. Nothing here knows the database.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from imsite.demo import people

FOLDER = Path(__file__).parent
_SPOKEN = re.compile(r"(?P<who>[a-z]+)(?: \^(?P<back>\d+))?(?: \[(?P<extra>[^\]]+)\])?: (?P<text>.*)")
_NAMED = re.compile(r"@([a-z]+)\b")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. ``verb``: say, edit, recall or react; the last three concern the message said before.

    ``back``: it answers the message so many before it. ``extra``: "card Title", "image name" or "file name".
    """

    at: datetime
    place: str
    verb: str
    who: str = ""
    text: str = ""
    back: int = 0
    extra: str = ""

    @property
    def mentions(self) -> list[str]:
        """User names behind an @ in the text."""
        return [name for name in _NAMED.findall(self.text) if name != "all"]

    @property
    def mentions_all(self) -> bool:
        """Whether it calls everybody."""
        return "@all" in self.text


@dataclass(slots=True)
class Place:
    """A conversation: ``kind`` group, direct or notes; ``members`` without the owner; ``everybody``: all employees."""

    key: str
    kind: str
    owner: str
    members: list[str] = field(default_factory=list)
    title: str = ""
    description: str = ""
    everybody: bool = False
    created: datetime | None = None
    unread: dict[str, int] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


class _Reader:
    """Walks the lines of ``talk.txt``, holding the conversation and the clock."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.clock = now
        self.random = random.Random(7)  # noqa: S311 - pauses between messages, not secrets
        self.places: list[Place] = []
        self.exchanges = _exchanges()
        self.bots = {each.username for each in people.read()[1] if each.is_bot}

    def line(self, line: str) -> None:
        """One line, by its first character or word."""
        word, _, rest = line.partition(" ")
        match word:
            case "=":
                self._open(rest)
            case "@":
                self.clock = self._moment(rest)
            case "+":
                emoji, *who = rest.split()
                for name in who:
                    self._add("react", who=name, text=emoji)
            case "edit":
                self._add("edit", text=rest)
            case "recall":
                self._add("recall")
            case "unread":
                for each in rest.split(","):
                    name, count = each.split()
                    self.places[-1].unread[name] = int(count)
            case "chatter":
                self._chat(*(int(each) for each in rest.split()))
            case _:
                self._say(line)

    def _open(self, rest: str) -> None:
        kind, *cells = (cell.strip() for cell in rest.split("|"))
        if kind == "group":
            key, title, description, owner, cast = cells
            place = Place(key, kind, owner, title=title, description=description)
            place.everybody = cast == "everybody"
            place.members = [] if place.everybody else cast.split()
        else:
            owner, *others = cells[0].split()
            place = Place("-".join((kind, owner, *others)), kind, owner, others)
        self.places.append(place)

    def _moment(self, rest: str) -> datetime:
        """``21 09:30``: that many days ago at that time; ``45m``: minutes ago."""
        if rest.endswith("m"):
            return self.now - timedelta(minutes=int(rest[:-1]))
        days, time = rest.split()
        hour, minute = time.split(":")
        day = self.now - timedelta(days=int(days))
        return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)

    def _say(self, line: str) -> None:
        found = _SPOKEN.fullmatch(line)
        if found is None:
            raise ValueError(f"Not in the notation of talk.txt: {line!r}")
        self._add(
            "say",
            who=found["who"],
            text=found["text"].replace(" / ", "\n"),
            back=int(found["back"] or 0),
            extra=found["extra"] or "",
        )

    def _add(self, verb: str, *, who: str = "", text: str = "", back: int = 0, extra: str = "") -> None:
        place = self.places[-1]
        place.created = place.created or self.clock - timedelta(minutes=9)
        self.clock += timedelta(seconds=self.random.randint(8, 25 if verb == "react" else 150))
        place.steps.append(Step(min(self.clock, self.now), place.key, verb, who, text, back, extra))

    def _chat(self, count: int, first_day: int, last_day: int) -> None:
        """About ``count`` messages of small talk on the working days from ``first_day`` to ``last_day`` days ago."""
        place, said = self.places[-1], 0
        days = [self.now - timedelta(days=ago) for ago in range(first_day, last_day - 1, -1)]
        days = [day for day in days if day.weekday() < 5]
        for position, day in enumerate(days):
            self.clock = day.replace(hour=9, minute=self.random.randint(1, 50), second=self.random.randint(0, 59))
            while said < count * (position + 1) / len(days):
                said += self._exchange(place)
                self.clock += timedelta(minutes=self.random.randint(6, 45))

    def _exchange(self, place: Place) -> int:
        lines = self.random.choice(self.exchanges)
        cast = self.random.sample([each for each in (place.owner, *place.members) if each not in self.bots], 3)
        facts = {
            "n": self.random.randint(2, 98),
            "big": self.random.randint(1200, 4800),
            "day": self.random.randint(1, 28),
        }
        for line in lines:
            speaker, _, text = line.partition(": ")
            self._add("say", who=cast["abc".index(speaker)], text=text.format(**facts))
        if self.random.random() < 0.3:
            self._add("react", who=cast[0], text=self.random.choice("👍🎉😄🙏"))
        return len(lines)


def read(now: datetime) -> list[Place]:
    """The conversations of ``talk.txt`` with their steps, all before ``now``."""
    reader = _Reader(now)
    for line in _lines("talk.txt"):
        if line:
            reader.line(line)
    return reader.places


def in_order(places: list[Place]) -> Iterator[Step]:
    """The steps of all conversations as they happened."""
    yield from sorted((step for place in places for step in place.steps), key=lambda step: step.at)


def _exchanges() -> list[list[str]]:
    found: list[list[str]] = [[]]
    for line in _lines("chatter.txt"):
        if line:
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return [each for each in found if each]


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if not line.startswith("#")]
