"""Reading what the decision wants to know: of messages, of people, for many at once in a constant number of queries."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from accounts.models import Device, PushSubscription, Setting, User
from chat import conf as chat_conf
from chat import kinds, presence
from chat.models import Conversation, Entry, Membership
from chat.policy.channels import is_channel
from chat.sight import find_reachable
from push.decision import Message, Person

#: The settings that the decision and the wording read.
_SETTINGS = ("notifications", "quiet_hours", "keywords", "language")
_SEAT = (
    "user_id", "user__is_active", "user__quiet_until", "user__locale", "read_number", "delivered_seq", "history_from",
    "notify", "silent_until",
)  # fmt: skip
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Told:
    """A person with what else the wording wants to know: whether previews are shown, and the language."""

    person: Person
    preview: bool = True
    chinese: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A device that could be woken."""

    device: int
    provider: str
    told: Told


#: Of reminders: never read by reading on, and none newer than another.
ENDLESS = 2**62


def message_of(entry: Entry, conversation: Conversation) -> Message:
    """What counts of a message's row, or of a reminder that is due."""
    if entry.type == "reminder.changed":
        return Message(
            sender=0, seq=entry.seq, number=ENDLESS, at=entry.at, urgent=True, reminder=True, recalled=not is_due(entry)
        )
    words = "" if entry.recalled_at else kinds.get(entry.kind).search_text(entry.body).lower()
    return Message(
        sender=entry.sender_id or 0,
        seq=entry.seq,
        number=entry.number or 0,
        at=entry.at,
        direct=conversation.kind == Conversation.Kind.DIRECT,
        system=entry.kind == "system",
        recalled=entry.recalled_at is not None,
        urgent=bool(entry.facts.get("urgent")),
        mentions=frozenset(entry.mentions),
        mentions_all=entry.mentions_all,
        words=words,
    )


def is_due(entry: Entry) -> bool:
    """Whether a reminder's entry says that it is time, and nothing later took that back."""
    return bool(entry.body.get("state") == "due" and "when" in entry.body)


def find_candidates(
    conversation: Conversation, *, urgent: bool, now: datetime, after: int = 0, limit: int
) -> tuple[list[Candidate], int]:
    """Devices of members that might be woken, ``limit`` at most, by person from ``after`` on; and whom to go on after (0:
    nobody is left). Those who hear nothing of the conversation are left out by the database. Two queries.
    """
    seats = Membership.objects.filter(
        conversation=conversation, user_id__gt=after, user__is_active=True,
        user__devices__revoked_at__isnull=True, user__devices__push__isnull=False,
    )  # fmt: skip
    if not urgent:
        seats = seats.exclude(notify=Membership.Notify.NONE).filter(Q(silent_until=None) | Q(silent_until__lte=now))
    found = list(
        seats.order_by("user_id", "user__devices__pk").values_list(
            *_SEAT, "user__devices__pk", "user__devices__push__provider"
        )[:limit]
    )
    last = found[-1][0] if len(found) == limit else 0
    if last and found[0][0] != last:  # the last one's devices may be cut: whole in the next chunk
        found = [row for row in found if row[0] != last]
        last = found[-1][0]
    people = _people([row[: len(_SEAT)] for row in found], keeps=keeps_delivered(conversation))
    return [Candidate(row[-2], row[-1], people[row[0]]) for row in found], last


def find_people(pairs: Iterable[tuple[Conversation, int]]) -> dict[Place, Told]:
    """(conversation, user) → the member, or who may see a channel without having subscribed and hears of it by name alone;
    others are left out. Three queries, three more for a channel's.
    """
    wanted = {(conversation.pk, user): conversation for conversation, user in pairs}
    rows = Membership.objects.filter(
        conversation__in={pk for pk, _ in wanted}, user__in={user for _, user in wanted}
    ).values_list("conversation_id", *_SEAT)
    grouped: dict[int, list[tuple[Any, ...]]] = {}
    for conversation, *seat in rows:
        if (conversation, seat[0]) in wanted:
            grouped.setdefault(conversation, []).append(tuple(seat))
    seated = {(pk, seat[0]) for pk, seats in grouped.items() for seat in seats}
    for place, seat in _find_unsubscribed({each for each in wanted if is_channel(wanted[each])} - seated).items():
        grouped.setdefault(place[0], []).append(seat)
    extra = _extras({seat[0] for seats in grouped.values() for seat in seats})
    held = {pk: keeps_delivered(conversation) for (pk, _), conversation in wanted.items()}
    return {
        (pk, user): told
        for pk, seats in grouped.items()
        for user, told in _people(seats, keeps=held[pk], extra=extra).items()
    }


def find_named(conversation: Conversation, users: Collection[int]) -> list[Candidate]:
    """Devices of those of ``users`` who may see a channel and have not subscribed to it."""
    seated = set(Membership.objects.filter(conversation=conversation, user__in=users).values_list("user_id", flat=True))
    people = find_people((conversation, user) for user in set(users) - seated)
    devices = Device.objects.filter(
        user__in={user for _, user in people}, revoked_at__isnull=True, push__isnull=False
    ).order_by("pk")
    rows = devices.values_list("pk", "push__provider", "user_id")
    return [Candidate(pk, provider, people[conversation.pk, user]) for pk, provider, user in rows]


def _find_unsubscribed(places: Collection[Place]) -> dict[Place, tuple[Any, ...]]:
    """What ``_SEAT`` would say of those who may see the channel: nothing read, told when mentioned."""
    reachable = find_reachable(places, {pk for pk, _ in places}) if places else set()
    users = User.objects.in_bulk({user for _, user in reachable}) if reachable else {}
    mentions = Membership.Notify.MENTIONS.value
    return {
        (pk, user): (user, users[user].is_active, users[user].quiet_until, users[user].locale, 0, 0, 0, mentions, None)
        for pk, user in reachable
    }


def keeps_delivered(conversation: Conversation) -> bool:
    """Whether it is known there what devices hold."""
    return conversation.member_count <= chat_conf.DELIVERED_RECEIPTS_UP_TO


def get_addresses(devices: Collection[int]) -> dict[int, PushSubscription]:
    """Device → where it is woken, of those that are still signed in."""
    rows = PushSubscription.objects.filter(device__in=devices, device__revoked_at__isnull=True)
    return {each.device_id: each for each in rows}


def get_entries(places: Collection[Place]) -> dict[Place, Entry]:
    """Message rows by place, with their senders."""
    rows = Entry.objects.filter(pk__in=list(places)).select_related("sender")
    return {(each.conversation_id, each.seq): each for each in rows}


_Extras = tuple[Mapping[int, dict[str, Any]], Mapping[int, str]]


def _extras(users: Collection[int]) -> _Extras:
    chosen: dict[int, dict[str, Any]] = {}
    for user, name, value in Setting.objects.filter(user__in=users, name__in=_SETTINGS).values_list(
        "user_id", "name", "value"
    ):
        chosen.setdefault(user, {})[name] = value
    return chosen, presence.get_statuses(users) if users else {}


def _people(seats: Sequence[tuple[Any, ...]], *, keeps: bool, extra: _Extras | None = None) -> dict[int, Told]:
    chosen, here = extra or _extras({seat[0] for seat in seats})
    people = {}
    for user, active, quiet_until, locale, read, delivered, history, notify, silent in seats:
        own = chosen.get(user, {})
        notifications = own.get("notifications") or {}
        language = own.get("language", "auto")
        people[user] = Told(
            Person(
                user=user,
                active=active,
                read_number=read,
                delivered_seq=delivered if keeps else None,
                history_from=history,
                notify=notify,
                silent_until=silent,
                quiet_until=quiet_until,
                level=notifications.get("level", "all"),
                keywords=tuple(word.lower() for word in own.get("keywords", ())),
                quiet_hours=own.get("quiet_hours"),
                presence=here.get(user, presence.OFFLINE),
            ),
            preview=notifications.get("preview", True),
            chinese=(locale if language == "auto" else language).startswith("zh"),
        )
    return people
