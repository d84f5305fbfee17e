"""What this process counted lately, kept where every gateway can read it: the dashboard of the admin needs no Prometheus.

Each gateway and each worker's child takes a slot of the cache and writes its last quarter of an hour there every five
seconds; whoever is first in a turn also notes what is everybody's (queues, storage). A process that ends is gone from the
cache within half a minute. Why so: docs/decisions/0018-dashboard-samples.md. Read by ``imsite.watching``.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import structlog
from celery import Celery
from celery.signals import worker_process_init, worker_ready
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Sum
from prometheus_client.metrics import MetricWrapperBase

from chat.models import File
from chat.realtime import metrics
from chat.relay import MESSAGES
from imsite.worker_metrics import waiting
from openplatform.services.posting import POSTS

log = structlog.get_logger("parley.dashboard")

#: Seconds between samples, how many are kept (a quarter of an hour), and seconds after which a silent process is forgotten.
STEP, KEPT, FORGOTTEN = 5, 180, 30
#: Processes that are seen at once: 16 gateways and 48 workers' children are a large installation twice over.
SLOTS = 128
#: Seconds between looks at the storage, which adds up every file's size.
STORAGE_EVERY = 60

Sample = dict[str, Any]


def slot_of(place: int) -> str:
    """The cache's key of a slot."""
    return f"dashboard:{place}"


def counted() -> dict[str, Any]:
    """The totals of this process since it started; ``acks``: live acknowledgements by bucket, cumulative."""
    acks = [each.value for each in _samples(metrics.ACKED, "_bucket") if each.labels["path"] == "live"]
    return {
        "sessions": sum(each.value for each in _samples(metrics.SESSIONS, "")),
        "messages": sum(each.value for each in _samples(MESSAGES, "_total")),
        "posted": sum(each.value for each in _samples(POSTS, "_total")),
        "failed": sum(each.value for each in _samples(POSTS, "_total") if each.labels["outcome"] == "failed"),
        "acks": acks,
    }


def _samples(metric: MetricWrapperBase, ending: str) -> Iterator[Any]:
    for family in metric.collect():
        yield from (
            each for each in family.samples if each.name.endswith(ending) and not each.name.endswith("_created")
        )


class Sampler:
    """One process's samples and its slot. ``tick`` is called by a thread, every STEP seconds."""

    def __init__(self, kind: str, app: Celery, queues: Iterable[str]) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._kind = kind
        self._app = app
        self._queues = tuple(queues)
        self._slot = -1
        self._kept: list[Sample] = []
        self._before = counted()
        self._at = time.monotonic()
        self._storage: tuple[float, dict[str, float]] = (-STORAGE_EVERY, {})

    def tick(self, now: float) -> None:
        """Take a sample and write the slot; ``now``: seconds since 1970."""
        at, total = time.monotonic(), counted()
        passed, before = max(at - self._at, 0.001), self._before
        sample: Sample = {"at": int(now) // STEP * STEP, "sessions": total["sessions"]}
        for name in ("messages", "posted", "failed"):
            sample[name] = (total[name] - before[name]) / passed
        old = before["acks"] or [0.0] * len(total["acks"])
        sample["acks"] = [new - was for new, was in zip(total["acks"], old, strict=True)]
        if cache.add(f"dashboard:turn:{sample['at']}", self.name, FORGOTTEN):
            sample["site"] = self._look(at)
        self._before, self._at = total, at
        self._kept = [*self._kept, sample][-KEPT:]
        self._write({"name": self.name, "kind": self._kind, "samples": self._kept})

    def leave(self) -> None:
        """Give the slot back."""
        if self._slot >= 0:
            cache.delete(slot_of(self._slot))

    def _write(self, told: dict[str, Any]) -> None:
        if self._slot >= 0:
            held = cache.get(slot_of(self._slot))
            if held is not None and held["name"] == self.name:
                cache.set(slot_of(self._slot), told, FORGOTTEN)
                return
        # New, or it slept so long that another one took the slot.
        self._slot = next((place for place in range(SLOTS) if cache.add(slot_of(place), told, FORGOTTEN)), -1)

    def _look(self, at: float) -> dict[str, float]:
        """What is everybody's: tasks that wait by queue, bytes of the database, of files, and free on the disk."""
        if at - self._storage[0] >= STORAGE_EVERY:
            self._storage = at, storage()
        return {**waiting(self._app, self._queues), **self._storage[1]}


def storage() -> dict[str, float]:
    """Bytes."""
    files = File.objects.aggregate(all=Sum("size"))["all"] or 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            database = cursor.fetchone()[0]
    else:
        parts = (Path(f"{connection.settings_dict['NAME']}{ending}") for ending in ("", "-wal"))
        database = sum(each.stat().st_size for each in parts if each.exists())
    return {"database": database, "files": files, "free": shutil.disk_usage(settings.VAR_DIR).free}


_running: dict[int, threading.Thread] = {}


def start(kind: str, app: Celery, queues: Iterable[str]) -> None:
    """Sample from now on, once in each process, unless PARLEY_DASHBOARD says no."""
    if not settings.DASHBOARD or os.getpid() in _running:
        return
    thread = threading.Thread(target=_run, args=(kind, app, tuple(queues)), name="parley-dashboard", daemon=True)
    _running[os.getpid()] = thread
    thread.start()


def _run(kind: str, app: Celery, queues: tuple[str, ...]) -> None:
    sampler, well = Sampler(kind, app, queues), True
    while True:
        time.sleep(STEP - time.time() % STEP)
        try:
            sampler.tick(time.time())
        except Exception as problem:
            # The cache or the database is away: the line breaks off, and the log says so once.
            if well:
                log.warning("the dashboard is not told", problem=f"{type(problem).__name__}: {problem}")
            well = False
        else:
            well = True
        finally:
            connection.close()


def connect(app: Celery, queues: Iterable[str]) -> None:
    """Workers sample too: in each child of a pool of processes, else in the worker itself."""

    def child(**_: Any) -> None:
        start("worker", app, queues)

    def ready(sender: Any = None, **_: Any) -> None:
        if "prefork" not in type(sender.pool).__module__:
            start("worker", app, queues)

    worker_process_init.connect(child, weak=False, dispatch_uid="parley-dashboard")
    worker_ready.connect(ready, weak=False, dispatch_uid="parley-dashboard")
