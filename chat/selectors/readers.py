"""Who has read a message and who has not, out of each member's one read position: nothing is kept per message.

Reading is monotonous, so a member whose position reached the message's number has read it, at the latest when the
position got where it is: ``at``. Those who may not see it, and its sender, are neither.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from chat import conf, policy
from chat.models import Entry, Membership
from chat.rendering import MESSAGE, milliseconds
from chat.selectors.access import get_seat
from protocol import limits
from protocol.errors import BadRequest, NotFound


@dataclass(frozen=True, slots=True)
class Reader:
    """A member; ``at`` (ms): when his position got where it is, 0 while he has not read the message."""

    user: int
    at: int


@dataclass(frozen=True, slots=True)
class Readers:
    """A page of those who have read, or of those who have not; how many each; ``next`` continues the page."""

    people: list[Reader]
    read: int
    unread: int
    next: str


def list_readers(
    user: int, conversation: int, seq: int, *, cursor: str = "", state: str = "read", limit: int = limits.DEFAULT_PAGE
) -> Readers:
    """Members by user id. Four queries, whatever the size. Raises Forbidden not_a_member, NotFound."""
    message = find_seen(user, conversation, seq)
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    addressed = Membership.objects.filter(conversation_id=conversation, history_from__lte=seq)
    if message.sender_id:
        addressed = addressed.exclude(user_id=message.sender_id)
    has_read = Q(read_number__gte=message.number)
    counted = addressed.aggregate(read=Count("pk", filter=has_read), all=Count("pk"))
    size = max(1, min(limit, conf.MEMBER_PAGE))
    chosen = addressed.filter(has_read if state == "read" else ~has_read, user_id__gt=int(cursor or 0))
    found = list(chosen.order_by("user_id").values_list("user_id", "read_at")[: size + 1])
    return Readers(
        people=[Reader(who, milliseconds(at) if state == "read" else 0) for who, at in found[:size]],
        read=counted["read"],
        unread=counted["all"] - counted["read"],
        next=str(found[size - 1][0]) if len(found) > size else "",
    )


def find_seen(user: int, conversation: int, seq: int) -> Entry:
    """A message that the user may see now. Raises Forbidden not_a_member, NotFound."""
    seat = get_seat(user, conversation)
    message = Entry.objects.filter(pk=(conversation, seq), type=MESSAGE).first()
    if message is None or not policy.may_see(membership=seat, seq=seq):
        raise NotFound("There is no such message.", details={"path": "seq"})
    return message
