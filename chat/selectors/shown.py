"""Files that a conversation shows, the newest first, as the messages that show them."""

from dataclasses import dataclass

from chat.models import Entry, FileUse
from chat.rendering import MESSAGE, message_of
from chat.selectors.access import get_seat
from protocol import limits
from protocol.errors import BadRequest
from protocol.events import MessageCreated

#: Kinds that "" asks for.
ATTACHED = ("file", "image")


@dataclass(frozen=True, slots=True)
class Shown:
    """A page; ``next`` continues it ("" at the end)."""

    messages: list[MessageCreated]
    next: str = ""


def list_files(
    user: int, conversation: int, *, kind: str = "", cursor: str = "", limit: int = limits.DEFAULT_PAGE
) -> Shown:
    """Messages that show a file, of one kind or of ATTACHED, before seq ``cursor``. Raises Forbidden not_a_member."""
    seat = get_seat(user, conversation)
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    size = max(1, min(limit, limits.MAX_PAGE))
    # From the uses to the messages: a conversation of 100,000 messages with ten files must not be read through.
    uses = FileUse.objects.filter(conversation_id=conversation)
    found = Entry.objects.filter(
        conversation_id=conversation,
        seq__in=uses.values("seq"),
        type=MESSAGE,
        kind__in=[kind] if kind else ATTACHED,
        seq__gte=max(seat.history_from, 1),
        recalled_at=None,
    )
    if cursor:
        found = found.filter(seq__lt=int(cursor))
    rows = list(found.order_by("-seq")[: size + 1])
    page = rows[:size]
    return Shown([message_of(each) for each in page], str(page[-1].seq) if len(rows) > size else "")
