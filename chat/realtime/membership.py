"""The process's seat in the channel layer: one channel, the groups it should be in, and what arrives there.

Which groups is the hub's decision; what a message means too. This makes it so in spite of a layer that is away, forgets
groups after a day, or answers slowly.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

log = logging.getLogger(__name__)

#: Joins and leaves under way at once.
PARALLEL = 64
#: Seconds one join may take, and the pause before it is tried again.
JOIN_SECONDS, RETRY_SECONDS = 5.0, 1.0
#: Seconds a group without followers is kept: a client that comes back at once costs the layer nothing.
LINGER_SECONDS = 30.0
#: The in-memory and list-based layers forget a group after 24 h; twice as often is safe.
REJOIN_SECONDS = 12 * 3600.0


class Seat:
    """Keeps the joined groups equal to the wanted ones, and feeds what arrives to ``deliver``."""

    def __init__(self, layer: Any, deliver: Callable[[Mapping[str, Any]], None]) -> None:
        self._layer = layer
        self._deliver = deliver
        self._channel = ""
        self.wanted: set[str] = set()
        self._joined: set[str] = set()
        self._changed: dict[str, None] = {}
        self._waiters: dict[str, asyncio.Future[None]] = {}
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Take the seat; ``join`` works at once."""
        self._tasks = [asyncio.create_task(self._receive()), asyncio.create_task(self._keep())]

    async def stop(self) -> None:
        """Leave the layer."""
        # The Redis client swallows a cancellation that meets it while it connects: so it is repeated.
        while running := [task for task in self._tasks if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.5)

    def join(self, group: str) -> None:
        """The process wants to be in ``group``."""
        self.wanted.add(group)
        self._note(group)

    def leave(self, group: str) -> None:
        """The process no longer needs ``group``; it stays for a moment, as reconnecting and polling clients do."""
        self.wanted.discard(group)
        if waiter := self._waiters.pop(group, None):
            waiter.cancel()
        asyncio.get_running_loop().call_later(LINGER_SECONDS, self._note, group)

    def rejoin(self) -> None:
        """Join everything again, whatever the layer remembers."""
        self._joined.clear()
        for group in self.wanted:
            self._note(group)

    async def joined(self, groups: Iterable[str], seconds: float) -> bool:
        """Wait until the layer confirmed these; False when it takes longer (they are still being tried)."""
        missing = [each for each in groups if each in self.wanted and each not in self._joined]
        if not missing:
            return True
        loop = asyncio.get_running_loop()
        waiters = [self._waiters.setdefault(each, loop.create_future()) for each in missing]
        _, late = await asyncio.wait(waiters, timeout=seconds)
        return not late

    def _note(self, group: str) -> None:
        self._changed[group] = None
        self._wake.set()

    async def _receive(self) -> None:
        while True:
            try:
                if not self._channel:
                    self._channel = await self._layer.new_channel("gateway")
                    self.rejoin()
                message = await self._layer.receive(self._channel)
            except Exception as problem:
                log.warning("The channel layer cannot be read (%s).", type(problem).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            try:
                self._deliver(message)
            except Exception:
                log.exception("a message of the layer could not be delivered")

    async def _keep(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._changed and self._channel:
                some = list(self._changed)[:PARALLEL]
                for group in some:
                    del self._changed[group]
                if not all(await asyncio.gather(*map(self._settle, some))):
                    await asyncio.sleep(RETRY_SECONDS)

    async def _settle(self, group: str) -> bool:
        """Make one group as it is wanted; False when the layer did not answer (it stays noted)."""
        try:
            async with asyncio.timeout(JOIN_SECONDS):
                if group in self.wanted and group not in self._joined:
                    await self._layer.group_add(group, self._channel)
                    self._joined.add(group)
                elif group not in self.wanted and group in self._joined:
                    self._joined.discard(group)
                    await self._layer.group_discard(group, self._channel)
        except Exception as problem:
            log.warning("The channel layer did not take %s (%s).", group, type(problem).__name__)
            self._changed[group] = None
            return False
        if group in self.wanted and (waiter := self._waiters.pop(group, None)) and not waiter.done():
            waiter.set_result(None)
        return True
