"""``/livez``: the process answers. ``/readyz``: so do the parts it needs, each within its own time.

A balancer takes a gateway out of rotation on 503, a supervisor restarts it when /livez is silent. Both are answered beside
Django, so that busy threads and missing hosts do not make a healthy process look ill. No secrets: names, words and times.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import structlog
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection

from imsite import embedded
from imsite.answering import answer
from imsite.celery import app
from imsite.observing import Receive, Scope, Send

log = structlog.get_logger(__name__)

#: Seconds. Together below the 5 that balancers usually wait; the checks run side by side.
LIMIT = 2.0
#: Seconds for which a result is shown again: anybody may ask, and nobody shall make work by asking.
KEPT = 1.0


@dataclass(slots=True)
class _Threads:
    """One thread for each blocking check: one that hangs keeps its thread, and only that."""

    pools: dict[str, ThreadPoolExecutor] = field(default_factory=dict)
    busy: dict[str, asyncio.Future[None]] = field(default_factory=dict)

    async def run(self, name: str, check: Callable[[], None]) -> None:
        waiting = self.busy.get(name)
        if waiting is not None and not waiting.done():
            raise TimeoutError
        pool = self.pools.setdefault(name, ThreadPoolExecutor(1, thread_name_prefix=f"ready-{name}"))
        self.busy[name] = asyncio.get_running_loop().run_in_executor(pool, check)
        await asyncio.shield(self.busy[name])


_threads = _Threads()


def _ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    finally:
        connection.close()


def _ask_broker() -> None:
    if settings.EMBEDDED_WORKER:
        if not embedded.is_alive():
            raise ConnectionError
        return
    with app.connection_for_write(connect_timeout=LIMIT) as broker:
        broker.ensure_connection(max_retries=1, timeout=LIMIT)


async def check_database() -> None:
    """One statement and its answer."""
    await _threads.run("database", _ask_database)


async def check_layer() -> None:
    """A message through the channel layer, back to this process."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    said = uuid.uuid4().hex
    await layer.send(channel, {"type": "ready.check", "said": said})
    heard = await layer.receive(channel)
    if heard["said"] != said:
        raise ConnectionError


async def check_broker() -> None:
    """The Celery broker answers; in the embedded form, its worker and beat run."""
    await _threads.run("broker", _ask_broker)


CHECKS: Mapping[str, Callable[[], Awaitable[None]]] = {
    "database": check_database,
    "layer": check_layer,
    "broker": check_broker,
}


async def _timed(name: str, check: Callable[[], Awaitable[None]]) -> dict[str, object]:
    began = time.perf_counter()
    result = "ok"
    try:
        await asyncio.wait_for(check(), LIMIT)
    except TimeoutError:
        result = "too slow"
    except Exception as problem:
        # The kind alone: the text of a driver's error may hold an address or a user name.
        log.warning("not ready", part=name, problem=type(problem).__name__)
        result = "failed"
    return {"result": result, "ms": round((time.perf_counter() - began) * 1000, 1)}


class Readiness:
    """The last result and its time, for one event loop."""

    def __init__(self, checks: Mapping[str, Callable[[], Awaitable[None]]]) -> None:
        self._checks = checks
        self._at = float("-inf")
        self._parts: dict[str, dict[str, object]] = {}
        self._running: asyncio.Task[None] | None = None

    async def get(self) -> tuple[bool, dict[str, dict[str, object]]]:
        """Whether all is well, and each part's result. At most one run at a time, at most one in KEPT seconds."""
        if self._running is None and time.monotonic() - self._at > KEPT:
            self._running = asyncio.ensure_future(self._run())
        if self._running is not None:
            await asyncio.shield(self._running)
        return all(part["result"] == "ok" for part in self._parts.values()), self._parts

    async def _run(self) -> None:
        try:
            results = await asyncio.gather(*(_timed(name, check) for name, check in self._checks.items()))
            self._parts = dict(zip(self._checks, results, strict=True))
            self._at = time.monotonic()
        finally:
            self._running = None


readiness = Readiness(CHECKS)


async def livez(scope: Scope, receive: Receive, send: Send) -> None:
    """This process runs its event loop."""
    await answer(send, 200, b"ok\n")


async def readyz(scope: Scope, receive: Receive, send: Send) -> None:
    """200 when every part answers, otherwise 503; which one, by name."""
    ready, parts = await readiness.get()
    body = json.dumps({"ready": ready, "parts": parts}).encode() + b"\n"
    await answer(send, 200 if ready else 503, body, "application/json")
