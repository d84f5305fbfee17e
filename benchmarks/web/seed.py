"""What the client is measured against: 10,000 people, 200 conversations, and one of 100,000 messages. In bulk statements.

Runs in a shell of the server to be measured, before it serves; prints the ids and tokens as JSON. The conversations are
made by the services; only the messages and the crowd are written past them, with the counts that the services would keep.
"""

import io
import json
import struct
import zlib
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.pinyin import initials_of
from accounts.services import tokens, users
from benchmarks import company
from chat.models import Conversation, Entry, HandOver, Membership
from chat.services import conversations, files, messages

PASSWORD = "benchmarks-only-1"
PEOPLE = 10_000
MESSAGES = 100_000
CONVERSATIONS = 200
WRITERS = 30
#: Messages in each of the other conversations.
FEW = 40
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平"
FIRST = ("Alice", "Bob", "Carol", "David", "Erin", "Frank", "Grace", "Heidi", "Ivan", "Judy")
LAST = ("Miller", "Smith", "Brown", "Wilson", "Taylor", "Moore", "White", "Hall", "Young", "King")
WORDS = (
    "the plan",
    "for launch",
    "is ready",
    "we should",
    "look at the numbers",
    "before Friday",
    "今天",
    "会议改到三点",
    "请确认",
)


def hire() -> list[int]:
    """The crowd, with names in both scripts; their ids. Nobody of them can sign in with a password."""
    fresh = []
    for at in range(PEOPLE):
        chinese = SURNAMES[at % 20] + GIVEN[at // 20 % 20] + GIVEN[at // 400 % 20]
        english = f"{FIRST[at % 10]} {LAST[at // 10 % 10]} {at}"
        name, other = (chinese, "") if at % 2 else (english, chinese)
        # Bulk statements go past ``save``, which writes the initials.
        initials = initials_of(name, other)
        fresh.append(User(username=f"crowd{at:05d}", name=name, other_name=other, initials=initials, password="!"))
    User.objects.bulk_create(fresh, batch_size=500)
    return list(User.objects.filter(username__startswith="crowd").order_by("username").values_list("pk", flat=True))


def fill(conversation: int, senders: list[int], count: int) -> None:
    """``count`` messages at the end of a timeline, a minute apart, the last one now."""
    row = Conversation.objects.get(pk=conversation)
    now = timezone.now()

    def entry(at: int) -> Entry:
        seq, number = row.last_seq + 1 + at, row.last_number + 1 + at
        length = 4 + at * 7 % 23
        text = f"Message {number}. " + " ".join(WORDS[(at + each) % len(WORDS)] for each in range(length))
        return Entry(
            conversation_id=conversation, seq=seq, number=number, type="message.created", kind="text",
            sender_id=senders[at // 3 % len(senders)], client_key=f"seed-{conversation}-{number:06d}",
            body={"text": text}, version=seq, at=now - timedelta(minutes=count - at),
        )  # fmt: skip

    for start in range(0, count, 5_000):
        Entry.objects.bulk_create(map(entry, range(start, min(count, start + 5_000))), batch_size=500)
    Conversation.objects.filter(pk=conversation).update(
        last_seq=F("last_seq") + count, last_number=F("last_number") + count, last_at=now,
        last_message_seq=row.last_seq + count,
    )  # fmt: skip
    # Nothing is left to hand to the listeners: 100,000 messages are not indexed while the page is measured.
    HandOver.objects.filter(conversation=conversation).delete()
    HandOver.objects.create(conversation_id=conversation, seq=row.last_seq + count)


def picture(width: int = 900, height: int = 600) -> bytes:
    """A picture of one colour, as PNG."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = zlib.compress((b"\0" + b"\x2a\x66\xe8" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pictures(conversation: int, sender: int) -> None:
    """A conversation whose pictures come late: one in every three messages."""
    actor = Actor(user=sender)
    for at in range(45):
        key = f"picture-{conversation}-{at:03d}"
        body: dict[str, Any] = {"text": f"Between pictures {at}. " + "More words. " * (at % 6)}
        kind = "text"
        if at % 3 == 0:
            kept = files.store(actor=actor, name=f"chart {at}.png", stream=io.BytesIO(picture()))
            kind, body = "image", {"file": str(kept.pk)}
        messages.send(actor=actor, conversation=conversation, client_key=key, kind=kind, body=body)


def make() -> dict[str, Any]:
    """Everything; what the measurement needs to know of it."""
    crowd = hire()
    reader = users.create(actor=SYSTEM, username="reader", name="Reader Wang", other_name="王读者", password=None)
    User.objects.filter(pk=reader.pk).update(password=make_password(PASSWORD))
    writers = list(User.objects.filter(pk__in=crowd[:WRITERS]))
    ids = [each.pk for each in writers]
    actor = Actor(user=reader.pk, name=reader.name)
    others = []
    for at in range(CONVERSATIONS):
        members = [ids[at % WRITERS], ids[(at + 1) % WRITERS], *crowd[100 + at * 5 : 105 + at * 5]]
        made = conversations.create_group(actor=actor, title=f"Project {at:03d} 项目组", members=members).pk
        fill(made, members, FEW)
        others.append(made)
    late = conversations.create_group(actor=actor, title="Pictures", members=ids[:2]).pk
    pictures(late, ids[0])
    large = conversations.create_group(actor=actor, title="Everything, for years", members=ids).pk
    fill(large, ids, MESSAGES)
    for row in Conversation.objects.filter(pk__in=[*others, late, large]):
        Membership.objects.filter(conversation=row, user=reader).update(read_number=row.last_number)
    return {
        "reader": reader.pk,
        "password": PASSWORD,
        "large": large,
        "late": late,
        "others": others,
        "writers": [(person.id, person.token) for person in company.with_tokens(writers)],
        "reader_token": tokens.issue(user=reader, device_name="benchmark")[0],
    }


def say_more(among: list[int], count: int) -> None:
    """``count`` messages more in each of these, by somebody else in it than the reader."""
    reader = User.objects.get(username="reader").pk
    for conversation in among:
        senders = (
            Membership.objects.filter(conversation=conversation).exclude(user=reader).values_list("user", flat=True)
        )
        fill(conversation, list(senders), count)


def tell() -> None:
    """Make it and print what was made."""
    print(json.dumps(make()))
