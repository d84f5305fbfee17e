"""Whether jobs run, seen from one end to the other: a task through each queue notes that it ran; and how pushing went lately.

The notes are in the cache that all processes share, so that gateways can tell them at /metrics and in the admin.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils import timezone
from prometheus_client import Gauge

from chat.models import Entry
from push import conf
from push.models import PushDelivery

State = PushDelivery.State
#: Seconds without a sign of life after which a queue counts as silent: four probes.
SILENT = 60
#: Minutes that "lately" is, and deliveries looked at.
LATELY, SAMPLE = 5, 1_000
HOURS = 24


@dataclass(frozen=True, slots=True)
class Pulse:
    """One queue. ``age``: seconds since a task ran in it, None: never since the cache was started."""

    queue: str
    age: float | None

    @property
    def alive(self) -> bool:
        """Whether a task ran in it lately."""
        return self.age is not None and self.age < SILENT


@dataclass(frozen=True, slots=True)
class Bar:
    """One provider's hour: what was shown, and what became nothing."""

    hour: str
    sent: int
    failed: int
    skipped: int


def note(queue: str) -> None:
    """A task runs in this queue."""
    cache.set(f"push:pulse:{queue}", time.time(), timeout=None)


def look() -> list[Pulse]:
    """All queues. One visit to the cache."""
    found = cache.get_many([f"push:pulse:{queue}" for queue in conf.QUEUES])
    now = time.time()
    ages = {queue: found.get(f"push:pulse:{queue}") for queue in conf.QUEUES}
    return [Pulse(queue, max(0.0, now - at) if at else None) for queue, at in ages.items()]


def measure() -> None:
    """Keep how long it took from a message to a provider that took it, of the last minutes: two queries."""
    since = timezone.now() - timedelta(minutes=LATELY)
    sent = PushDelivery.objects.filter(state=State.SENT, created_at__gte=since, done_at__isnull=False)
    rows = list(sent.order_by("-created_at").values_list("conversation", "seq", "done_at")[:SAMPLE])
    places = list({(conversation, seq) for conversation, seq, _ in rows})
    at = {(each.conversation_id, each.seq): each.at for each in Entry.objects.filter(pk__in=places)} if places else {}
    took = sorted(
        (done - at[conversation, seq]).total_seconds()
        for conversation, seq, done in rows
        if done is not None and (conversation, seq) in at
    )
    told = {
        name: took[min(len(took) - 1, int(len(took) * share))] if took else 0.0 for name, share in QUANTILES.items()
    }
    cache.set("push:took", told, timeout=SILENT * 5)
    if cache.add("push:tally:turn", True, SILENT):
        cache.set("push:tally", _add_up(), timeout=SILENT * 5)


def tally() -> Mapping[str, Sequence[Bar]]:
    """Provider -> its last hours, the oldest first, those without a delivery too. As a task added them up last."""
    told: Mapping[str, Sequence[Bar]] = cache.get("push:tally") or {}
    return told


def _add_up() -> Mapping[str, Sequence[Bar]]:
    """What ``tally`` tells. One query, over a day of deliveries: nothing to wait for with a page."""
    now = timezone.now()
    since = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=HOURS - 1)
    rows = (
        PushDelivery.objects.filter(created_at__gte=since)
        .order_by()
        .annotate(hour=TruncHour("created_at"))
        .values_list("provider", "hour", "state")
        .annotate(number=Count("pk"))
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for provider, hour, state, number in rows:
        counts.setdefault((provider, f"{hour:%d %H:00}"), {})[state] = number
    hours = [f"{since + timedelta(hours=each):%d %H:00}" for each in range(HOURS)]
    return {
        provider: [_bar(hour, counts.get((provider, hour), {})) for hour in hours]
        for provider in sorted({provider for provider, _ in counts})
    }


def _bar(hour: str, states: Mapping[str, int]) -> Bar:
    return Bar(
        hour,
        sent=sum(states.get(each, 0) for each in (State.SENT, State.WITHDRAWN, State.WITHDRAWING)),
        failed=sum(states.get(each, 0) for each in (State.DEAD, State.GONE)),
        skipped=states.get(State.SKIPPED, 0),
    )


QUANTILES = {"0.5": 0.5, "0.99": 0.99, "1": 1.0}
_TOOK = Gauge(
    "parley_push_seconds", "Time from a commit to the provider that took its push, of the last minutes.", ["quantile"]
)
_AGE = Gauge("parley_jobs_pulse_seconds", "Seconds since a task ran in this queue; -1: never.", ["queue"])


def _age_of(queue: str) -> float:
    return next((-1.0 if each.age is None else each.age for each in look() if each.queue == queue), -1.0)


def _took(quantile: str) -> float:
    return float((cache.get("push:took") or {}).get(quantile, 0.0))


def export() -> None:
    """Let /metrics read the notes, whichever process is asked."""
    for queue in conf.QUEUES:
        _AGE.labels(queue).set_function(partial(_age_of, queue))
    for quantile in QUANTILES:
        _TOOK.labels(quantile).set_function(partial(_took, quantile))
