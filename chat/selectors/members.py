"""Pages of a conversation's members, by user id, at the same cost on every page."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts import selectors as people
from chat import conf
from chat.models import Conversation, Membership
from chat.rendering import milliseconds
from chat.selectors.access import get_seat
from protocol.errors import BadRequest

#: Owner and admins.
MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class Member:
    """A member as the others see it; times in ms. ``read_number`` is what read ticks are made of."""

    user: int
    role: str
    joined_at: int
    muted_until: int
    read_number: int
    delivered_seq: int


@dataclass(frozen=True, slots=True)
class Members:
    """A page; ``next`` continues it ("" at the end)."""

    members: list[Member]
    member_count: int
    next: str


def list_members(
    user: int, conversation: int, cursor: str = "", limit: int = 0, *, query: str = "", role: str = ""
) -> Members:
    """Members by user id after ``cursor``, those whose names hold ``query``, or who have ``role`` ("managers": not member).

    Raises Forbidden not_a_member.
    """
    seat = get_seat(user, conversation)
    size = min(limit or conf.MEMBER_PAGE, conf.MEMBER_PAGE)
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    after = int(cursor or 0)
    seats = Membership.objects.filter(conversation_id=conversation, user_id__gt=after)
    if query.split():
        seats = seats.filter(people.matching(query, "user__"))
    if role and role != Membership.Role.MEMBER:
        seats = seats.exclude(role=Membership.Role.MEMBER)  # the condition of the index
    if role and role != MANAGERS:
        seats = seats.filter(role=role)
    found = list(seats.order_by("user_id")[: size + 1])
    page = found[:size]
    return Members(
        members=[
            Member(
                user=each.user_id,
                role=each.role,
                joined_at=milliseconds(each.joined_at),
                muted_until=milliseconds(each.muted_until),
                read_number=each.read_number,
                delivered_seq=each.delivered_seq,
            )
            for each in page
        ],
        member_count=seat.conversation.member_count,
        next=str(page[-1].user_id) if len(found) > size else "",
    )


def count_shared(user: int, other: int) -> int:
    """Groups that both are in."""
    theirs = Membership.objects.filter(user_id=other, conversation_id=OuterRef("conversation_id"))
    mine = Membership.objects.filter(user_id=user, conversation__kind=Conversation.Kind.GROUP)
    return mine.filter(Exists(theirs)).count()
