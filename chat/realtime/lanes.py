"""The only threads of the socket door: one write lane, a few read lanes. What runs in them is not decided here.

One write lane, because every append takes the same row locks: two of them would only wait for each other, while one
finds the next batch full. Reads have their own lanes, so that a slow page delays neither sends nor heartbeats.
A lane keeps its database connection between jobs and drops it after a failure.
"""

import asyncio
import contextvars
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
R = TypeVar("R")

#: Pages are short queries; four keep two cores busy and leave twelve of the pool's sixteen connections to HTTP.
READ_LANES = 4
#: Seconds after which the interpreter hands over to another thread that wants to run. A batch waits for the database
#: eight times, and after each wait it had to win the interpreter back from a busy event loop: at Python's 5 ms that made
#: 37 ms of a 15 ms batch.
SWITCH_SECONDS = 0.0005


class Lanes:
    """The threads of one gateway."""

    def __init__(self, read_lanes: int = READ_LANES) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        self._write = ThreadPoolExecutor(1, thread_name_prefix="parley-write")
        self._read = ThreadPoolExecutor(read_lanes, thread_name_prefix="parley-read")
        self._read_lanes = read_lanes

    def write(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """Run ``job`` in the write lane, after those before it."""
        return asyncio.get_running_loop().run_in_executor(self._write, _placed(job, *args, **kwargs))

    def read(self, job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> "asyncio.Future[R]":
        """Run ``job`` in the next free read lane."""
        return asyncio.get_running_loop().run_in_executor(self._read, _placed(job, *args, **kwargs))

    def close(self) -> None:
        """Finish what runs, give the connections back, end the threads."""
        self._write.submit(connections.close_all)
        self._write.shutdown(wait=True)
        for thread in [self._read.submit(connections.close_all) for _ in range(self._read_lanes)]:
            thread.result()
        self._read.shutdown(wait=True)


def _placed(job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Callable[[], R]:
    """``job`` in the lane's thread with the caller's context: what it logs names the request."""
    return partial(contextvars.copy_context().run, lambda: _kept(job, *args, **kwargs))


def _kept(job: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """``job`` with the lane's own connection: kept open whatever CONN_MAX_AGE says, closed once it failed."""
    try:
        return job(*args, **kwargs)
    finally:
        for connection in connections.all(initialized_only=True):
            if connection.errors_occurred and not connection.in_atomic_block:
                connection.close()
