"""What a letter tells: unread messages of a person by conversation, newest conversation first, a bounded number of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import F

from chat import presence
from chat.models import Conversation, Entry, Membership
from push import selectors
from push.decision import decide
from push.selectors import Told

#: Conversations in one letter, messages looked at in each, and those of them that are shown.
CONVERSATIONS, LOOKED_AT, SHOWN = 20, 200, 5
#: What is worth a letter before the day's summary: what was said to the person, by the decision's own reasons.
PERSONAL = frozenset({"urgent", "mentioned", "keyword", "direct"})


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation of a letter; ``count``: of messages, the shown ones among them."""

    conversation: Conversation
    told: Told
    shown: Sequence[Entry]
    count: int


def gather(user: int, since: datetime, now: datetime, *, personal: bool) -> list[Talk]:
    """What came after ``since`` and is unread; ``personal``: only what was said to the person, and no live device shows.

    The number of queries is bounded by CONVERSATIONS, whatever the person missed.
    """
    seats = list(
        Membership.objects.filter(
            user=user, conversation__last_number__gt=F("read_number"), conversation__last_at__gte=since
        )
        .exclude(conversation__kind=Conversation.Kind.PERSONAL)
        .exclude(notify=Membership.Notify.NONE)
        .select_related("conversation")
        .order_by("-conversation__last_at")[:CONVERSATIONS]
    )
    people = selectors.find_people((seat.conversation, user) for seat in seats)
    found = []
    for seat in seats:
        told = people.get((seat.conversation_id, user))
        if told is None:
            continue
        entries = [
            each for each in _unread(seat, since) if not personal or is_personal(each, seat.conversation, told, now)
        ]
        if entries:
            found.append(Talk(seat.conversation, told, entries[:SHOWN], len(entries)))
    return found


def is_personal(entry: Entry, conversation: Conversation, told: Told, now: datetime) -> bool:
    """Whether it was said to the person, who wants to be told and was not."""
    message = selectors.message_of(entry, conversation)
    if decide(message, told.person, now).action == "not":
        return False
    # As of somebody without any device: the reason is then why the person is told, not how it is known that nobody saw it.
    return decide(message, replace(told.person, presence=presence.OFFLINE), now).reason in PERSONAL


def _unread(seat: Membership, since: datetime) -> list[Entry]:
    rows = Entry.objects.filter(
        conversation=seat.conversation_id,
        number__gt=seat.read_number,
        seq__gte=seat.history_from,
        at__gte=since,
        recalled_at=None,
    )
    rows = rows.exclude(sender=seat.user_id).exclude(kind="system").select_related("sender")
    return list(rows.order_by("number")[:LOOKED_AT])
