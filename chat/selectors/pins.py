"""The pinned messages of a conversation, the newest pin first."""

from dataclasses import dataclass
from datetime import datetime

from chat.models import Entry
from chat.rendering import message_of, milliseconds, moment_of
from chat.selectors.access import get_seat
from protocol import limits
from protocol.errors import BadRequest
from protocol.events import MessageCreated


@dataclass(frozen=True, slots=True)
class Pins:
    """A page; ``next`` continues it ("" at the end)."""

    messages: list[MessageCreated]
    next: str


def list_pins(user: int, conversation: int, cursor: str = "", limit: int = limits.DEFAULT_PAGE) -> Pins:
    """Pinned messages that the user may see. Raises Forbidden not_a_member."""
    seat = get_seat(user, conversation)
    pinned = Entry.objects.filter(conversation_id=conversation, pinned_at__isnull=False, seq__gte=seat.history_from)
    if cursor:
        at, seq = _parse(cursor)
        pinned = pinned.filter(pinned_at__lte=at).exclude(pinned_at=at, seq__gte=seq)
    size = max(1, min(limit, limits.MAX_PAGE))
    found = list(pinned.order_by("-pinned_at", "-seq")[: size + 1])
    page = found[:size]
    return Pins([message_of(each) for each in page], _cursor(page[-1]) if len(found) > size else "")


def _cursor(entry: Entry) -> str:
    return f"{milliseconds(entry.pinned_at)}-{entry.seq}"


def _parse(cursor: str) -> tuple[datetime, int]:
    at, _, seq = cursor.partition("-")
    if not (cursor.isascii() and at.isdigit() and seq.isdigit() and len(at) < 15 and len(seq) < 17):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    return moment_of(int(at)), int(seq)
