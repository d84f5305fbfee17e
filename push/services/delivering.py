"""A batch of deliveries: claim it, look once more whether each still matters, give the rest to providers, keep the answers.

Safe to run twice and to be killed anywhere: a claim ends by itself, and an answer under an ended claim changes nothing.
A constant number of queries for a batch; only the providers' part is done by several threads.
"""

import os
import random
import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import cache

from django.utils import timezone
from prometheus_client import Counter

from accounts.models import PushSubscription
from chat.models import Conversation
from chat.selectors import count_unread
from push import conf, providers, selectors
from push.decision import decide
from push.models import PushDelivery
from push.providers import Address, Notice, Outcome, pacing
from push.services import claims, withdrawing, wording

State = PushDelivery.State
DELIVERIES = Counter(
    "parley_push_deliveries_total", "Deliveries by provider and what became of them.", ["provider", "state"]
)
#: The part of a claim in which sends may begin: whoever is slow then still has time to answer, and the batch to be kept.
SENDING = 0.5


def deliver(ids: Sequence[int]) -> int:
    """Work on those of ``ids`` whose turn it is and that nobody else works on; how many those were."""
    until = time.monotonic() + conf.LEASE_SECONDS * SENDING
    rows = claims.take(ids)
    if not rows:
        return 0
    now = timezone.now()
    wanted = _look_again(rows, now)
    answers = _send_all(wanted, until)
    gone, done = [], timezone.now()
    for (row, address, _), outcome in zip(wanted, answers, strict=True):
        _note(row, outcome, done)
        if outcome.result == "gone" and address is not None:
            gone.append((row.device_id, address.endpoint))
    _finish(rows, gone)
    return len(rows)


def find_due(limit: int = 2_000) -> list[int]:
    """Deliveries whose time has come and that no worker was given in the last minute; they count as given from now on."""
    now = timezone.now()
    due = PushDelivery.objects.filter(state__in=PushDelivery.OPEN, next_at__lte=now)
    due = due.exclude(handed_at__gt=now - timedelta(minutes=1))
    ids = list(due.order_by("next_at").values_list("pk", flat=True)[:limit])
    PushDelivery.objects.filter(pk__in=ids).update(handed_at=now)
    return ids


def forget() -> int:
    """Remove deliveries that nobody will ask about any more."""
    old = PushDelivery.objects.filter(created_at__lt=timezone.now() - timedelta(days=conf.KEEP_DAYS))
    return old.exclude(state__in=PushDelivery.OPEN).delete()[0]


Work = tuple[PushDelivery, PushSubscription | None, Notice]


def _look_again(rows: Sequence[PushDelivery], now: datetime) -> list[Work]:
    """Those that still matter, with what to say; the others are settled here."""
    conversations = Conversation.objects.in_bulk({row.conversation_id for row in rows})
    people = selectors.find_people((conversations[row.conversation_id], row.user_id) for row in rows)
    entries = selectors.get_entries({(row.conversation_id, row.seq) for row in rows})
    messages = {place: selectors.message_of(each, conversations[place[0]]) for place, each in entries.items()}
    addresses = selectors.get_addresses({row.device_id for row in rows})
    unread = count_unread({row.user_id for row in rows}, now)
    newest = _newest(rows, now)
    wanted: list[Work] = []
    for row in rows:
        address = addresses.get(row.device_id)
        told, entry = people.get((row.conversation_id, row.user_id)), entries.get((row.conversation_id, row.seq))
        if address is None:
            _settle(row, State.SKIPPED, "no_address", now)
        elif row.state == State.WITHDRAWING:
            number = unread.get(row.user_id, 0)
            notice = Notice(row.conversation_id, row.seq, unread=number, withdraw=True, go=wording.go_of(entry))
            wanted.append((row, address, notice))
        elif told is None or entry is None:
            _settle(row, State.SKIPPED, "not_a_member", now)
        elif newest.get((row.device_id, row.conversation_id), 0) > row.number:
            _settle(row, State.SKIPPED, "newer", now)
        else:
            verdict = decide(messages[row.conversation_id, row.seq], told.person, now)
            if verdict.action == "not":
                _settle(row, State.SKIPPED, verdict.reason, now)
            elif verdict.at:
                row.reason, row.next_at, row.handed_at, row.attempts = (
                    verdict.reason,
                    verdict.at,
                    None,
                    row.attempts - 1,
                )
            else:
                row.reason = verdict.reason
                ttl = max(60, conf.TTL_SECONDS - int((now - entry.at).total_seconds()))
                number = unread.get(row.user_id, 0)
                notice = wording.notice_of(entry, conversations[row.conversation_id], told, number, ttl)
                wanted.append((row, address, notice))
    return wanted


def _newest(rows: Sequence[PushDelivery], now: datetime) -> dict[tuple[int, int], int]:
    """(Device, conversation) → the newest message that is being pushed or was: an older one would take its place."""
    others = PushDelivery.objects.filter(
        device__in={row.device_id for row in rows},
        conversation__in={row.conversation_id for row in rows},
        number__gt=min(row.number for row in rows),
        state__in=(State.WAITING, State.SENT),
    )
    found: dict[tuple[int, int], int] = {}
    for device, conversation, number, state, next_at, claim in others.values_list(
        "device", "conversation", "number", "state", "next_at", "claim"
    ):
        if state == State.SENT or claim or next_at <= now:
            found[device, conversation] = max(found.get((device, conversation), 0), number)
    return found


@cache
def _threads() -> ThreadPoolExecutor:
    """Those of this process: to begin and end them with each batch took as long as its statements."""
    return ThreadPoolExecutor(conf.THREADS, thread_name_prefix="parley-push")


os.register_at_fork(after_in_child=_threads.cache_clear)


def _send_all(wanted: Sequence[Work], until: float) -> list[Outcome]:
    """Each by the next free thread; what has not begun ``until`` then goes back to the ledger, for another batch."""
    answers = [Outcome("retry", "held: the batch took too long", counts=False)] * len(wanted)
    left = deque(range(len(wanted)))

    def work() -> None:
        while time.monotonic() < until:
            try:
                place = left.popleft()
            except IndexError:
                return
            answers[place] = _send(wanted[place])

    for each in [_threads().submit(work) for _ in range(min(len(wanted), conf.THREADS))]:
        each.result()
    return answers


def _send(work: Work) -> Outcome:
    """In a thread, without the database."""
    row, address, notice = work
    provider = providers.get(row.provider)
    if provider is None or address is None:
        return Outcome("refused", f"The provider {row.provider} is not set up.")
    try:
        return pacing.send(provider, Address(address.endpoint, address.p256dh, address.auth), notice)
    except Exception as problem:
        return Outcome("retry", f"{type(problem).__name__}: {problem}"[:300])


def _note(row: PushDelivery, outcome: Outcome, now: datetime) -> None:
    row.answer = outcome.answer[:300]
    if not outcome.counts:
        row.attempts -= 1
        row.next_at, row.handed_at = now + timedelta(seconds=outcome.after), None
    elif outcome.result == "sent":
        _settle(row, State.WITHDRAWN if row.state == State.WITHDRAWING else State.SENT, row.reason, now)
    elif outcome.result == "gone":
        _settle(row, State.GONE, row.reason, now)
    elif outcome.result == "refused" or row.attempts >= conf.ATTEMPTS:
        _settle(row, State.DEAD, row.reason, now)
    else:
        row.next_at, row.handed_at = now + pause_after(row.attempts, outcome.after), None


def pause_after(attempts: int, wanted: float) -> timedelta:
    """Growing, spread, and not shorter than what the provider wants."""
    pause = min(conf.FIRST_PAUSE * 4 ** (attempts - 1), conf.LONGEST_PAUSE)
    spread = pause * (0.75 + random.random() / 2)  # noqa: S311 - spreading, not secrecy
    return timedelta(seconds=max(spread, wanted))


def _settle(row: PushDelivery, state: State, reason: str, now: datetime) -> None:
    row.state, row.reason, row.done_at = state, reason, now


def _finish(rows: Sequence[PushDelivery], gone: Sequence[tuple[int, str]]) -> None:
    """Write what became of a batch; forget addresses that are dead; take back what was read while it was on its way."""
    for row in rows:
        DELIVERIES.labels(row.provider, row.state).inc()
    claims.keep(rows, rows[0].claim)
    withdrawing.take_back_what_was_read_meanwhile([row.pk for row in rows if row.state == State.SENT])
    for device, endpoint in gone:  # only the address that failed: the device may have told a new one meanwhile
        PushSubscription.objects.filter(device=device, endpoint=endpoint).delete()
