"""Running the listeners over a timeline: in order, in the transaction that remembers how far they came.

A listener that raises leaves the position where it was; the next run begins with the same entries. Two workers at one
conversation: the second waits for the row of the first, then finds what the first left.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from chat import conf, registry
from chat.models import Conversation, Entry, HandOver


def pump(conversation: int) -> int:
    """Run the listeners over all entries that they have not seen. How many those were; raises what a listener raises."""
    seen = 0
    while handed := _pump_once(conversation):
        seen += handed
        if handed < conf.REACT_CHUNK:
            break
    return seen


def find_waiting(limit: int = 1000) -> list[int]:
    """Conversations whose listeners are behind and that did not move for a while: a worker or a hand-over was lost."""
    still = timezone.now() - timedelta(seconds=conf.SWEEP_AFTER)
    behind = Q(handover__isnull=True) | Q(handover__seq__lt=F("last_seq"))
    waiting = Conversation.objects.filter(behind, last_seq__gt=0, last_at__lt=still).order_by("last_at")
    return list(waiting.values_list("pk", flat=True)[:limit])


def _pump_once(conversation: int) -> int:
    with transaction.atomic():
        position = _lock(conversation)
        if position is None:
            return 0
        entries = list(
            Entry.objects.filter(conversation_id=conversation, seq__gt=position.seq).order_by("seq")[: conf.REACT_CHUNK]
        )
        if not entries:
            return 0
        _run(entries)
        position.seq, position.at = entries[-1].seq, timezone.now()
        position.save(update_fields=["seq", "at"])
        return len(entries)


def _lock(conversation: int) -> HandOver | None:
    found = HandOver.objects.select_for_update().filter(pk=conversation).first()
    if found is None and Conversation.objects.filter(pk=conversation).exists():
        HandOver.objects.bulk_create([HandOver(conversation_id=conversation)], ignore_conflicts=True)
        found = HandOver.objects.select_for_update().get(pk=conversation)
    return found


def _run(entries: Sequence[Entry]) -> None:
    for listener, types in registry.all_listeners():
        if chosen := [entry for entry in entries if entry.type in types]:
            listener(chosen)
