"""Running the listeners over a timeline: in order, in the transaction that remembers how far they came.

A listener that raises leaves nothing and does not hold up the others: it gets a position of its own (``Straggler``) and is
tried again from there, with growing pauses, then parked for an operator. Two workers at one conversation: the second waits
for the row of the first, then finds what the first left. Page: docs/decisions/0003
"""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from chat import conf, registry
from chat.models import Conversation, Entry, HandOver, Straggler

log = logging.getLogger(__name__)

#: Pauses of 1, 2, 4 … seconds, an hour at most; with 16 attempts a listener has four hours in which to be mended.
LONGEST_PAUSE = 3600
ATTEMPTS = 16
#: The sweep looks at conversations that moved since its last look, minus what clocks and long transactions differ by …
OVERLAP = timedelta(minutes=10)
#: … and at all of them when nobody remembers that look, or once a day: imports write moments of the past.
EVERYTHING = timedelta(days=1)
SWEPT = "chat:swept"


def pump(conversation: int) -> int:
    """Run the listeners over all entries that they have not seen. How many those were; a listener's failure is noted."""
    seen = 0
    while handed := _pump_once(conversation):
        seen += handed
        if handed < conf.REACT_CHUNK:
            break
    _catch_up(conversation)
    return seen


def find_waiting(limit: int = 1000) -> list[int]:
    """Conversations whose listeners are behind and that did not move for a while, or in which one is to be tried again."""
    now = timezone.now()
    still = now - timedelta(seconds=conf.SWEEP_AFTER)
    since, everything_at = cache.get(SWEPT) or (None, now)
    if now - everything_at > EVERYTHING:
        since, everything_at = None, now
    found = list(list_behind(since, still)[:limit])
    reached = found[0][1] if found else still
    cache.set(SWEPT, (reached - OVERLAP, everything_at), timeout=None)
    due = Straggler.objects.filter(next_at__lte=now).order_by("next_at").values_list("conversation_id", flat=True)
    return list(dict.fromkeys([*(conversation for conversation, _ in found), *due[:limit]]))


def list_behind(since: datetime | None, still: datetime) -> QuerySet[Conversation, tuple[int, datetime]]:
    """(Conversation, when it moved) of those above their hand-over, by the index of when they moved."""
    behind = Q(handover__isnull=True) | Q(handover__seq__lt=F("last_seq"))
    rows = Conversation.objects.filter(behind, last_seq__gt=0, last_at__lt=still).order_by("last_at")
    if since is not None:
        rows = rows.filter(last_at__gte=since)
    return rows.values_list("pk", "last_at")


def find_failing(conversations: Collection[int]) -> list[int]:
    """Those among ``conversations`` in which a listener will be tried again."""
    rows = Straggler.objects.filter(conversation__in=conversations, next_at__isnull=False)
    return sorted(set(rows.values_list("conversation_id", flat=True)))


def resume(*, straggler: Straggler) -> None:
    """Try a parked listener again with the next sweep."""
    Straggler.objects.filter(pk=straggler.pk).update(next_at=timezone.now(), attempts=0)


def _pump_once(conversation: int) -> int:
    with transaction.atomic():
        position = _lock(conversation)
        if position is None:
            return 0
        entries = _entries_after(conversation, position.seq)
        if not entries:
            return 0
        apart = set(Straggler.objects.filter(conversation=conversation).values_list("listener", flat=True))
        for listener, types in registry.all_listeners():
            if name_of(listener) not in apart and (problem := _run(listener, types, entries)):
                row = Straggler(conversation_id=conversation, listener=name_of(listener), seq=position.seq)
                _note(row, problem)
        position.seq, position.at = entries[-1].seq, timezone.now()
        position.save(update_fields=["seq", "at"])
        return len(entries)


def _catch_up(conversation: int) -> None:
    """Those that are apart, each from its own position, if it is their time."""
    for due in Straggler.objects.filter(conversation=conversation, next_at__lte=timezone.now()).values_list(
        "pk", flat=True
    ):
        while _catch_up_once(conversation, due):
            pass


def _catch_up_once(conversation: int, straggler: int) -> bool:
    """One chunk of one listener; whether there is more to do."""
    with transaction.atomic():
        position = _lock(conversation)
        row = Straggler.objects.filter(pk=straggler, next_at__lte=timezone.now()).first()
        if position is None or row is None:
            return False
        known = {name_of(listener): (listener, types) for listener, types in registry.all_listeners()}
        entries = [each for each in _entries_after(conversation, row.seq) if each.seq <= position.seq]
        if row.listener not in known or not entries:  # it no longer exists, or has caught up
            row.delete()
            return False
        if problem := _run(*known[row.listener], entries):
            row.attempts += 1
            _note(row, problem)
            return False
        row.seq, row.attempts = entries[-1].seq, 1
        row.save(update_fields=["seq", "attempts"])
        return True


def _run(listener: registry.Listener, types: Collection[str], entries: Sequence[Entry]) -> Exception | None:
    """Hand the listener what it asked for. Its failure, with everything that it wrote undone."""
    chosen = [entry for entry in entries if entry.type in types]
    if not chosen:
        return None
    try:
        with transaction.atomic():
            listener(chosen)
    except (OperationalError, InterfaceError):
        raise  # the database's trouble, not the listener's: the whole turn is tried again
    except Exception as problem:
        log.exception("%s failed in conversation %s", name_of(listener), chosen[0].conversation_id)
        return problem
    return None


def _note(row: Straggler, problem: Exception) -> None:
    row.problem = f"{type(problem).__name__}: {problem}"[:500]
    pause = timedelta(seconds=min(2 ** (row.attempts - 1), LONGEST_PAUSE))
    row.next_at = timezone.now() + pause if row.attempts < ATTEMPTS else None
    row.save()


def name_of(listener: registry.Listener) -> str:
    """What a listener is called in its rows: where it is written."""
    return f"{listener.__module__}.{listener.__qualname__}"[-200:]


def _entries_after(conversation: int, seq: int) -> list[Entry]:
    return list(Entry.objects.filter(conversation_id=conversation, seq__gt=seq).order_by("seq")[: conf.REACT_CHUNK])


def _lock(conversation: int) -> HandOver | None:
    found = HandOver.objects.select_for_update().filter(pk=conversation).first()
    if found is None and Conversation.objects.filter(pk=conversation).exists():
        HandOver.objects.bulk_create([HandOver(conversation_id=conversation)], ignore_conflicts=True)
        found = HandOver.objects.select_for_update().get(pk=conversation)
    return found
