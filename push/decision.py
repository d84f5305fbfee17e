"""Push it now, later, or not – and why: pure, from facts that somebody else read. The reasons' sentences: ``push.words``.

The same function decides when a message is heard of, again before it is sent, and once more when somebody asks why.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from push import conf

Action = Literal["now", "later", "not"]


@dataclass(frozen=True, slots=True)
class Message:
    """What counts of a message. ``words``: its text in lower case, for keywords."""

    sender: int
    seq: int
    number: int
    at: datetime
    direct: bool = False
    system: bool = False
    recalled: bool = False
    urgent: bool = False
    mentions: frozenset[int] = frozenset()
    mentions_all: bool = False
    reminder: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What counts of a member. ``delivered_seq`` None: not kept here. ``presence``: "online", "away" or "offline"."""

    user: int
    active: bool = True
    read_number: int = 0
    delivered_seq: int | None = None
    history_from: int = 0
    notify: str = "all"
    silent_until: datetime | None = None
    quiet_until: datetime | None = None
    level: str = "all"
    keywords: tuple[str, ...] = ()
    quiet_hours: Mapping[str, Any] | None = None
    presence: str = "offline"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do, why, and when it is to be looked at again (``later`` only)."""

    action: Action
    reason: str
    at: datetime | None = None


def decide(message: Message, person: Person, now: datetime) -> Verdict:
    """Wants the person to be told, can it still matter, and did a live device show it already – in this order."""
    if reason := _pointless(message, person, now):
        return Verdict("not", reason)
    wanted, reason = _wanted(message, person, now)
    if not wanted:
        return Verdict("not", reason)
    if person.presence == "online":
        acked = person.delivered_seq is not None and person.delivered_seq >= message.seq
        waited = message.at + timedelta(seconds=conf.ACK_SECONDS)
        if now < waited and not acked:
            return Verdict("later", "ack_awaited", waited)
        # Where positions are not kept, a session that does not ack is closed by its gateway, and presence ends with it.
        return Verdict("not", "online") if acked or person.delivered_seq is None else Verdict("now", "not_acknowledged")
    return Verdict("now", "idle" if person.presence == "away" else reason)


def _pointless(message: Message, person: Person, now: datetime) -> str:
    """The first reason that holds, or ""."""
    reasons = (
        ("own", message.sender == person.user),
        ("system", message.system),
        ("recalled", message.recalled),
        ("closed_account", not person.active),
        ("before_joining", message.seq < person.history_from),
        ("read", person.read_number >= message.number),
        ("too_old", now - message.at > timedelta(seconds=conf.TTL_SECONDS)),
    )
    return next((reason for reason, holds in reasons if holds), "")


def _wanted(message: Message, person: Person, now: datetime) -> tuple[bool, str]:
    """As the web client's own notifications decide (``web/client/src/app/quiet.ts``), with keywords besides."""
    level = "mentions" if person.notify == "mentions" else person.level
    reasons = (
        (True, "reminder", message.reminder),
        (True, "urgent", message.urgent),
        (False, "do_not_disturb", person.quiet_until is not None and person.quiet_until > now),
        (False, "quiet_hours", in_quiet_hours(person.quiet_hours, now)),
        (False, "silent", person.silent_until is not None and person.silent_until > now),
        (False, "muted", person.notify == "none"),
        (False, "level_none", level == "none"),
        (True, "mentioned", message.mentions_all or person.user in message.mentions),
        (True, "keyword", any(word in message.words for word in person.keywords)),
        (True, "direct", message.direct),
        (True, "all", level == "all"),
    )
    return next(((wanted, reason) for wanted, reason, holds in reasons if holds), (False, "no_mention"))


def in_quiet_hours(hours: Mapping[str, Any] | None, now: datetime) -> bool:
    """Whether ``now`` lies in the setting ``quiet_hours``. A night belongs to the day on which it began."""
    if not hours:
        return False
    there = now.astimezone(ZoneInfo(hours.get("timezone", "UTC")))
    clock, day = there.strftime("%H:%M"), there.isoweekday()
    begin, end = hours.get("from", "22:00"), hours.get("to", "08:00")
    days = hours.get("days") or range(1, 8)
    if begin < end:
        return day in days and begin <= clock < end
    yesterday = 7 if day == 1 else day - 1
    return (day in days and clock >= begin) or (yesterday in days and clock < end)
