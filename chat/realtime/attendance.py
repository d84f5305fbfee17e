"""Which users have a session in this process, told to ``chat.presence`` in bulk and to whoever watches them.

One cache round trip a second at most for all who came or left, one every half minute for everybody; never one per
socket. A user whose last session here ends is offline only after a pause, and after other gateways could object.
"""

import asyncio
import logging
import uuid
from collections.abc import Iterable

from accounts import selectors
from chat import presence, relay
from chat.realtime.lanes import Lanes
from protocol.events import PresenceChanged

#: Seconds without a request after which a user who is connected counts as away.
AWAY_SECONDS = 300.0
#: Seconds after the last session ended: a reload or a changed network is not leaving.
LINGER_SECONDS = 10.0
#: Seconds that other gateways have to say that they hold the user.
OBJECT_SECONDS = 2.0
#: Users in one cache round trip.
CHUNK = 1_000

log = logging.getLogger(__name__)


class Attendance:
    """The users of one gateway."""

    def __init__(self, lanes: Lanes, loop: asyncio.AbstractEventLoop) -> None:
        self.name = uuid.uuid4().hex[:12]
        self._lanes = lanes
        self._loop = loop
        self._sessions: dict[int, int] = {}
        self._asked_at: dict[int, float] = {}
        self._fresh: set[int] = set()
        self._leaving: dict[int, float] = {}
        self._away: set[int] = set()
        self._refresh_at = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def users(self) -> int:
        """How many users have a session here."""
        return len(self._sessions)

    def came(self, user: int) -> None:
        """A session of ``user`` began."""
        self._sessions[user] = self._sessions.get(user, 0) + 1
        self._leaving.pop(user, None)
        self.active(user)
        if self._sessions[user] == 1:
            self._fresh.add(user)

    def left(self, user: int) -> None:
        """A session of ``user`` ended."""
        self._sessions[user] -= 1
        if not self._sessions[user]:
            del self._sessions[user]
            self._asked_at.pop(user, None)
            self._away.discard(user)
            self._leaving[user] = self._loop.time() + LINGER_SECONDS

    def active(self, user: int) -> None:
        """``user`` asked for something, so is there."""
        self._asked_at[user] = self._loop.time()
        if user in self._away:
            self._away.discard(user)
            self._fresh.add(user)

    def asked(self, users: Iterable[int]) -> None:
        """Another gateway lost these: those who are here are written again."""
        self._fresh.update(user for user in users if user in self._sessions)

    def tick(self, now: float) -> None:
        """To be called about once a second."""
        if self._task is not None and not self._task.done():
            return
        gone = [user for user, due in self._leaving.items() if due <= now]
        for user in gone:
            del self._leaving[user]
        for user, asked_at in self._asked_at.items():
            if now - asked_at >= AWAY_SECONDS and user not in self._away:
                self._away.add(user)
                self._fresh.add(user)
        fresh, self._fresh = self._fresh, set()
        if now >= self._refresh_at:
            self._refresh_at = now + presence.REFRESH_SECONDS
            fresh = set(self._sessions)
        here = {user: presence.AWAY if user in self._away else presence.ONLINE for user in fresh & set(self._sessions)}
        if here or gone:
            self._task = self._loop.create_task(self._tell(here, gone))

    async def stop(self) -> None:
        """Forget everybody: the gateway ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        users = [*self._sessions, *self._leaving]
        if users:
            await asyncio.gather(self._lanes.read(presence.forget, users, gateway=self.name), return_exceptions=True)

    async def _tell(self, here: dict[int, str], gone: list[int]) -> None:
        try:
            users = list(here)
            for start in range(0, len(users), CHUNK):
                some = {user: here[user] for user in users[start : start + CHUNK]}
                await self._publish(await self._lanes.read(presence.record, some, gateway=self.name))
            if gone:
                await self._say_goodbye(gone)
        except Exception as problem:
            log.warning("Presence could not be written (%s).", type(problem).__name__)

    async def _say_goodbye(self, users: list[int]) -> None:
        lost = await self._lanes.read(presence.forget, users, gateway=self.name)
        if not lost:
            return
        relay.ask_gateways({"type": "presence.left", "users": lost})
        await asyncio.sleep(OBJECT_SECONDS)
        there = await self._lanes.read(presence.get_statuses, lost)
        await self._publish({user: presence.OFFLINE for user in lost if user not in there})

    async def _publish(self, changed: dict[int, str]) -> None:
        """Each change with the person's own words: an event without them would say that there are none."""
        if not changed:
            return
        words = await self._lanes.read(selectors.get_words, list(changed))
        for user, status in changed.items():
            said = words.get(user, selectors.Words())
            event = PresenceChanged(
                user=user,
                status=status,
                emoji=said.emoji,
                text=said.text,
                until=said.until,
                quiet_until=said.quiet_until,
            )
            relay.publish_ephemeral(f"presence.{user}", event)
