"""Who is in what: the check in front of every read, and what a session subscribes to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from chat import conf, policy
from chat.models import Conversation, Membership


@dataclass(frozen=True, slots=True)
class Subscription:
    """A conversation that a session of the user follows, and where it stands."""

    conversation: int
    head_seq: int
    last_number: int
    large: bool
    #: Whether delivered positions are kept here.
    small: bool = False


def get_seat(user: int, conversation: int) -> Membership:
    """The user's membership with its conversation. Raises Forbidden not_a_member, whatever the reason."""
    seat = Membership.objects.select_related("conversation").filter(conversation_id=conversation, user_id=user).first()
    if seat is None:
        raise policy.outsider()
    return seat


def is_member(user: int, conversation: int) -> bool:
    """Whether the user is in the conversation now."""
    return Membership.objects.filter(conversation_id=conversation, user_id=user).exists()


def is_large(conversation: Conversation) -> bool:
    """Whether background sessions get hints instead of full events."""
    return conversation.member_count > conf.LARGE_CONVERSATION


def list_subscriptions(user: int) -> list[Subscription]:
    """All conversations of the user, in no order. One query."""
    rows = Membership.objects.filter(user_id=user).values_list(
        "conversation_id", "conversation__last_seq", "conversation__last_number", "conversation__member_count"
    )
    large, small = conf.LARGE_CONVERSATION, conf.DELIVERED_RECEIPTS_UP_TO
    return [Subscription(pk, seq, number, count > large, count <= small) for pk, seq, number, count in rows]


def get_subscription(user: int, conversation: int) -> Subscription:
    """One of them. Raises Forbidden not_a_member."""
    there = get_seat(user, conversation).conversation
    small = there.member_count <= conf.DELIVERED_RECEIPTS_UP_TO
    return Subscription(there.pk, there.last_seq, there.last_number, is_large(there), small)


def list_member_ids(conversation: int, among: Iterable[int] = ()) -> list[int]:
    """User ids of a conversation's members, or those of ``among`` who are members. For the server itself."""
    seats = Membership.objects.filter(conversation_id=conversation)
    if wanted := list(among):
        seats = seats.filter(user_id__in=wanted)
    return list(seats.order_by("user_id").values_list("user_id", flat=True))


def list_heads_since(moment: datetime) -> dict[int, tuple[int, int]]:
    """Conversation -> (head_seq, last_number) of those whose head moved at or after ``moment``.

    The time is that of the write, not of the commit: ask with some seconds of overlap. For the server itself.
    """
    rows = Conversation.objects.filter(last_at__gte=moment).values_list("pk", "last_seq", "last_number")
    return {pk: (seq, number) for pk, seq, number in rows}


def get_heads(conversations: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Conversation -> (head_seq, last_number). For the server itself."""
    rows = Conversation.objects.filter(pk__in=list(conversations)).values_list("pk", "last_seq", "last_number")
    return {pk: (seq, number) for pk, seq, number in rows}
