"""Reads of one timeline by seq: the gap a client missed, and pages of what people see.

Every page is one range scan of the key (conversation, seq), so depth costs nothing. Entries below the member's
``history_from`` do not exist for him.
"""

from dataclasses import dataclass

from django.db.models import Q

from chat.models import Entry
from chat.rendering import events_of
from chat.selectors.access import get_seat
from protocol import limits
from protocol.errors import BadRequest
from protocol.events import Event


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries in seq order; ``more``: ask again after the last. The fields of ``timeline.entries``."""

    events: list[Event]
    head_seq: int
    more: bool = False
    snapshot_required: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """Visible entries, oldest first. The fields of ``timeline.page``."""

    events: list[Event]
    head_seq: int
    has_older: bool = False
    has_newer: bool = False


def list_entries(user: int, conversation: int, after: int, until: int = 0, limit: int = limits.DEFAULT_PAGE) -> Entries:
    """Entries with seq in (after, until]; ``until`` 0: the head. Raises Forbidden not_a_member."""
    seat = get_seat(user, conversation)
    head = seat.conversation.last_seq
    start, end = max(after, seat.history_from - 1, 0), min(until or head, head)
    if end - start > limits.MAX_GAP:
        return Entries([], head, snapshot_required=True)
    size = _size(limit)
    found = list(
        Entry.objects.filter(conversation_id=conversation, seq__gt=start, seq__lte=end).order_by("seq")[: size + 1]
    )
    return Entries(events_of(found[:size], user=user), head, more=len(found) > size)


def list_history(
    user: int,
    conversation: int,
    *,
    before: int = 0,
    after: int = 0,
    around: int = 0,
    limit: int = limits.DEFAULT_PAGE,
    thread_root: int = 0,
) -> History:
    """A page of visible entries before a seq, after one, or around one; all 0: the newest. Raises Forbidden.

    ``thread_root``: only that message and the replies of its thread.
    """
    if sum(1 for each in (before, after, around) if each) > 1:
        raise BadRequest("Give one of before, after and around.", details={"path": "before"})
    seat = get_seat(user, conversation)
    head, size = seat.conversation.last_seq, _size(limit)
    seen = Entry.objects.filter(conversation_id=conversation, visible=True, seq__gte=seat.history_from, seq__lte=head)
    if thread_root:
        # Both halves have an index; the planners of both databases take it for each.
        seen = seen.filter(Q(seq=thread_root) | Q(thread_root=thread_root), number__isnull=False)
    if after:
        newer = list(seen.filter(seq__gt=after).order_by("seq")[: size + 1])
        older_there = seen.filter(seq__lte=after).exists()
        return History(events_of(newer[:size], user=user), head, has_older=older_there, has_newer=len(newer) > size)
    if around:
        half = size // 2
        older = list(seen.filter(seq__lt=around).order_by("-seq")[: half + 1])
        newer = list(seen.filter(seq__gte=around).order_by("seq")[: size - half + 1])
        page = older[:half][::-1] + newer[: size - half]
        return History(
            events_of(page, user=user), head, has_older=len(older) > half, has_newer=len(newer) > size - half
        )
    upto = seen.filter(seq__lt=before) if before else seen
    older = list(upto.order_by("-seq")[: size + 1])
    newer_there = bool(before) and seen.filter(seq__gte=before).exists()
    return History(events_of(older[:size][::-1], user=user), head, has_older=len(older) > size, has_newer=newer_there)


def _size(limit: int) -> int:
    return max(1, min(limit, limits.MAX_PAGE))
