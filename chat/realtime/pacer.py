"""When to hand out what arrived: at once when idle; under load in pauses that grow with the work.

A socket write is the unit of cost, so what arrives during a pause shares a frame. The pause follows what a hand-out
really costs the loop, because servers differ: Daphne's reactor writes in the loop's next turn, uvicorn at once.
"""

import asyncio
from collections.abc import Callable
from math import inf

#: Part of the loop's time that hand-outs may take; the rest is for reading and answering.
SHARE = 0.5
#: Seconds of the longest pause. With it a full loop writes ten frames a second to each socket, whatever is said.
MAX_PAUSE = 0.1


class Pacer:
    """Calls ``work`` some time after ``wake``."""

    def __init__(self, loop: asyncio.AbstractEventLoop, work: Callable[[], None]) -> None:
        self._loop = loop
        self._work = work
        self._timer: asyncio.Handle | None = None
        self._due = inf
        self._wanted = inf
        self._not_before = 0.0

    def wake(self, delay: float = 0.0) -> None:
        """There is work after ``delay`` seconds."""
        self._wanted = min(self._wanted, self._loop.time() + delay)
        self._arm()

    def stop(self) -> None:
        """Call nobody any more."""
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        due = max(self._wanted, self._not_before)
        if self._timer is not None:
            if self._due <= due:
                return
            self._timer.cancel()
        # Kept beside the timer: uvloop gives a call that is due a handle that does not know its time.
        self._due = due
        self._timer = self._loop.call_at(due, self._run)

    def _run(self) -> None:
        self._timer, self._wanted = None, inf
        started = self._loop.time()
        self._not_before = started + MAX_PAUSE
        try:
            self._work()
        finally:
            # Two turns of the loop later everything that the work caused is done.
            self._loop.call_soon(self._loop.call_soon, self._pace, started)

    def _pace(self, started: float) -> None:
        now = self._loop.time()
        self._not_before = now + min((now - started) * (1 - SHARE) / SHARE, MAX_PAUSE)
        if self._wanted < inf:
            self._arm()
