"""What is one person's alone: drafts, saved messages, settings. Each with the personal position it is true from.

The position is read first: an entry above it may already be in the rows, and applying it again changes nothing.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import Setting
from accounts.settings import KNOWN
from chat.later import Reminder, ScheduledMessage
from chat.models import Conversation, Membership, SavedMessage, UnsentDraft
from chat.rendering import find_messages
from protocol import limits
from protocol.errors import BadRequest
from protocol.events import MessageCreated


@dataclass(frozen=True, slots=True)
class Saved:
    """A page of saved messages, the last saved first; ``next`` continues it ("" at the end)."""

    messages: list[MessageCreated]
    seq: int
    next: str = ""


def get_own_head(user: int) -> int:
    """The last seq of the person's personal conversation; 0 when nothing ever concerned this person alone."""
    return Conversation.objects.filter(unique_key=f"p{user}").values_list("last_seq", flat=True).first() or 0


def list_settings(user: int) -> tuple[dict[str, Any], int]:
    """What the person chose, by name, and the position. Two queries."""
    seq = get_own_head(user)
    return dict(Setting.objects.filter(user_id=user, name__in=KNOWN).values_list("name", "value")), seq


def list_drafts(user: int) -> tuple[list[UnsentDraft], int]:
    """What the person is writing where he is still a member, the newest first, and the position. Two queries."""
    seq = get_own_head(user)
    seat = Membership.objects.filter(user_id=user, conversation_id=OuterRef("conversation_id"))
    return list(UnsentDraft.objects.filter(Exists(seat), user_id=user).order_by("-at", "-pk")), seq


def list_saved(user: int, cursor: str = "", limit: int = limits.DEFAULT_PAGE) -> Saved:
    """Messages that the person keeps; those he may not see any more come emptied. Four queries."""
    if cursor and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    seq, size = get_own_head(user), max(1, min(limit, limits.MAX_PAGE))
    kept = SavedMessage.objects.filter(user_id=user)
    if cursor:
        kept = kept.filter(pk__lt=int(cursor))
    found = list(kept.order_by("-pk")[: size + 1])
    page = found[:size]
    messages = find_messages([(each.conversation_id, each.seq) for each in page], user=user) if page else {}
    return Saved(
        messages=[messages[(each.conversation_id, each.seq)] for each in page],
        seq=seq,
        next=str(page[-1].pk) if len(found) > size else "",
    )


def list_scheduled(user: int) -> tuple[list[ScheduledMessage], int]:
    """What the person wrote for later, the next first, and the position. Two queries; a person has few."""
    seq = get_own_head(user)
    return list(ScheduledMessage.objects.filter(user_id=user).order_by("at", "pk")), seq


def list_reminders(user: int) -> tuple[list[tuple[Reminder, MessageCreated]], int]:
    """What the person wants to be reminded of, the next first, each with its message (emptied when it may not be seen any
    more), and the position. Five queries.
    """
    seq = get_own_head(user)
    rows = list(Reminder.objects.filter(user_id=user).order_by("at", "pk"))
    found = find_messages([(each.conversation_id, each.message) for each in rows], user=user) if rows else {}
    return [(each, found[each.conversation_id, each.message]) for each in rows], seq
