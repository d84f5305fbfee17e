"""One process's part of the socket door, put together: hub, layer seat, lanes, writers, and the clock that ticks them.

One per event loop. What a session or a request does is elsewhere; this owns what sessions share.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextvars import Context
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from channels.layers import get_channel_layer
from django.utils import timezone

from accounts import selectors as people
from chat import relay, selectors
from chat.realtime import metrics
from chat.realtime.attendance import Attendance
from chat.realtime.hub import Hub
from chat.realtime.lanes import Lanes
from chat.realtime.membership import REJOIN_SECONDS, Seat
from chat.realtime.pacer import Pacer
from chat.realtime.topic import Follower, Topic
from chat.realtime.writer import Batcher, Coalescer
from chat.services import messages, receipts
from chat.services.receipts import Mark
from chat.timeline import Draft, Outcome
from protocol import errors
from protocol.errors import CloseCode

#: Positions stored in one statement; cheap enough each to keep the lane for 30 ms at most.
MARKS = 256
#: Seconds between two looks at which devices and tokens were ended: with the cut itself well below the promised 5 s.
REVOKED_SECONDS = 2.0
#: Seconds between two comparisons of what was sent with what is stored, and how long a head may be under way.
HEADS_SECONDS, UNDER_WAY_SECONDS = 5.0, 1.0
#: Seconds a session's hello waits for the layer to confirm its topics; a layer that is away does not stop anybody.
JOIN_SECONDS = 3.0
#: Seconds that a departure is remembered: longer than any reading of subscriptions takes.
KEEP_LEFT_SECONDS = 60.0
#: Seconds that answers under way may take when the process stops, and that peers have to confirm their close.
DRAIN_SECONDS, FAREWELL_SECONDS = 3.0, 1.0

log = logging.getLogger(__name__)


class Peer(Protocol):
    """A live socket or a parked poll, as the gateway sees it."""

    kind: str
    device: int
    #: The bearer token it came with; 0 for a browser's session.
    token: int

    @property
    def busy(self) -> bool:
        """Whether it waits for an answer to something it asked."""

    @property
    def follower(self) -> Follower:
        """What the hub knows of it."""

    def tick(self, now: float) -> None:
        """About once a second."""

    def tell_heads(self, heads: dict[int, int]) -> None:
        """The layer lost something: these are the heads."""

    def close(self, code: CloseCode) -> None:
        """Go away."""


class Gateway:
    """What the sessions of one process share."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.lanes = Lanes()
        self.peers: dict[Follower, Peer] = {}
        self.seat = Seat(get_channel_layer(), self._arrived)
        self._pacer = Pacer(loop, self._flush)
        self.hub = Hub(join=self._join, leave=self._leave, wake=self._pacer.wake)
        self.hub.revoked = self.cut
        self.hub.entered = self._entered
        self.writer: Batcher[Draft, Outcome] = Batcher(messages.commit, self.lanes.write)
        self._marks: Batcher[Mark, Any] = Batcher(receipts.mark, self.lanes.write, name="receipts", limit=MARKS)
        self.receipts: Coalescer[Mark] = Coalescer(self._marks, further, later=loop.call_later)
        self.attendance = Attendance(self.lanes, loop)
        self.draining = self.stopped = False
        self._tasks: list[asyncio.Task[None]] = []
        self._catching: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Join the layer, start the clock, take over this process's publishing."""
        relay.attach(self.loop)
        self.seat.join(relay.PRESENCE)
        self.seat.start()
        self._tasks = [
            asyncio.create_task(each) for each in (self._tick(), self._look_for_ended(), self._compare_heads())
        ]

    async def drain(self) -> None:
        """Take nothing new, answer what was taken, then send everybody to another gateway.

        What a session sends from now on is neither stored nor answered: its outbox sends it again where it reconnects.
        """
        self.draining = True
        self.receipts.flush()
        until = self.loop.time() + DRAIN_SECONDS
        while self._is_busy() and self.loop.time() < until:  # noqa: ASYNC110 - once in a process's life
            await asyncio.sleep(0.01)
        for peer in list(self.peers.values()):
            peer.close(CloseCode.GOING_AWAY)

    async def farewell(self) -> None:
        """Until the peers have confirmed their close, for a moment: a connection that is cut may lose what was sent last."""
        until = self.loop.time() + FAREWELL_SECONDS
        while self.peers and self.loop.time() < until:  # noqa: ASYNC110 - once in a process's life
            await asyncio.sleep(0.01)

    def _is_busy(self) -> bool:
        return bool(self.writer.waiting or self._marks.waiting or any(peer.busy for peer in self.peers.values()))

    async def stop(self) -> None:
        """Drain, then leave the layer and end the threads. A second time changes nothing."""
        if self.stopped:
            return
        self.stopped = True
        await self.drain()
        relay.detach(self.loop)
        tasks = [*self._tasks, *self._catching]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._pacer.stop()
        await self.attendance.stop()
        await self.seat.stop()
        await asyncio.to_thread(self.lanes.close)
        _gateways.pop(self.loop, None)

    def add(self, peer: Peer) -> None:
        """A peer was authenticated."""
        self.peers[peer.follower] = peer
        metrics.SESSIONS.labels(peer.kind).inc()
        self.attendance.came(peer.follower.user)

    def remove(self, peer: Peer) -> None:
        """A peer is gone; harmless for one that was never added."""
        self.hub.remove(peer.follower)
        if self.peers.pop(peer.follower, None) is not None:
            metrics.SESSIONS.labels(peer.kind).dec()
            self.attendance.left(peer.follower.user)

    async def follow(self, follower: Follower, *, personal: int) -> None:
        """Subscribe ``follower`` to everything of its user's. Own topic first: what changes meanwhile is heard."""
        mine = f"user.{follower.user}"
        self.hub.subscribe(follower, mine, conversation=personal)
        await self.seat.joined([mine], JOIN_SECONDS)
        await self.refresh(follower)
        await self.seat.joined([topic.name for topic in follower.topics], JOIN_SECONDS)

    async def refresh(self, follower: Follower) -> None:
        """Make the subscriptions what the database says."""
        began = self.loop.time()
        found = await self.lanes.read(selectors.list_subscriptions, follower.user)
        wanted = {each.conversation for each in found}
        for each in found:
            self.subscribe(follower, each, began)
        for topic in list(follower.topics):
            if topic.name.startswith("conv.") and topic.conversation not in wanted:
                self.hub.unsubscribe(follower, topic.name)

    def subscribe(self, follower: Follower, found: selectors.Subscription, began: float) -> None:
        """Follow what the database said, unless the user has left since the reading ``began``."""
        if self.hub.left.get((follower.user, found.conversation), began) > began:
            return
        # A personal conversation speaks on user.<id>, which is subscribed already.
        if not self.hub.follows(follower, found.conversation):
            self.hub.subscribe(
                follower,
                f"conv.{found.conversation}",
                conversation=found.conversation,
                large=found.large,
                small=found.small,
            )

    def cut(self, devices: Iterable[int]) -> None:
        """These devices were signed out: their sockets close now."""
        self.end(people.Ended(devices=frozenset(devices)))

    def end(self, ended: people.Ended) -> None:
        """Close whoever came in with what has ended."""
        for peer in list(self.peers.values()):
            if peer.device in ended.devices or peer.token in ended.revoked:
                peer.close(CloseCode.DEVICE_REVOKED)
            elif peer.token in ended.expired:
                peer.close(CloseCode.TOKEN_EXPIRED)

    def _join(self, topic: str) -> None:
        if not topic.startswith("presence."):
            self.seat.join(relay.group_of(topic))

    def _leave(self, topic: str) -> None:
        if not topic.startswith("presence."):
            self.seat.leave(relay.group_of(topic))

    def _arrived(self, message: Mapping[str, Any]) -> None:
        metrics.LAYER.inc()
        if message["type"] == "hub.deliver":
            self.hub.deliver(message, self.loop.time())
        elif message["type"] == "presence.left":
            self.attendance.asked(message["users"])

    def _flush(self) -> None:
        started = self.loop.time()
        metrics.DELIVERED.inc(self.hub.flush(started))
        metrics.FLUSH.observe(self.loop.time() - started)

    async def _tick(self) -> None:
        rejoin_at = self.loop.time() + REJOIN_SECONDS
        while True:
            await asyncio.sleep(1.0)
            now = self.loop.time()
            try:
                for peer in list(self.peers.values()):
                    peer.tick(now)
                self.attendance.tick(now)
                self.hub.forget_left(now - KEEP_LEFT_SECONDS)
            except Exception:
                log.exception("the gateway's clock met an error")
            if now >= rejoin_at:
                rejoin_at = now + REJOIN_SECONDS
                self.seat.rejoin()

    async def _look_for_ended(self) -> None:
        since = timezone.now()
        while True:
            await asyncio.sleep(REVOKED_SECONDS)
            moment = timezone.now()
            try:
                self.end(await self.lanes.read(people.list_ended_since, since))
                since = moment
            except Exception as problem:
                log.warning("Ended devices and tokens could not be read (%s).", type(problem).__name__)

    async def _compare_heads(self) -> None:
        """A live event that the layer lost is noticed here, also when it was the last one."""
        since = timezone.now()
        while True:
            await asyncio.sleep(HEADS_SECONDS)
            moment = timezone.now()
            try:
                heads = await self.lanes.read(selectors.list_heads_since, since)
                since = moment
                await asyncio.sleep(UNDER_WAY_SECONDS)
                await self._heal({conversation: head for conversation, (head, _) in heads.items()})
            except Exception as problem:
                log.warning("Heads could not be compared (%s).", type(problem).__name__, exc_info=problem)

    def _entered(self, topic: Topic) -> None:
        task = self.loop.create_task(self._catch_up(topic))
        self._catching.add(task)
        task.add_done_callback(self._catching.discard)

    async def _catch_up(self, topic: Topic) -> None:
        """What was said between somebody's joining and this process's is told by its head at once."""
        await self.seat.joined([topic.name], JOIN_SECONDS)
        try:
            found = await self.lanes.read(selectors.get_heads, [topic.conversation])
        except Exception as problem:
            log.warning("Heads could not be read (%s).", type(problem).__name__)
        else:
            await self._heal({conversation: head for conversation, (head, _) in found.items()})

    async def _heal(self, heads: Mapping[int, int]) -> None:
        for follower, missed in self.hub.missed(heads).items():
            if (peer := self.peers.get(follower)) is not None:
                peer.tell_heads(missed)
                metrics.MISSED.inc()
            own = self.hub.topics.get(f"user.{follower.user}")
            if own is not None and own.conversation in missed:
                # What was lost may have been a join or a leave.
                await self.refresh(follower)


def further(old: Mark, new: Mark) -> Mark:
    """The mark that says what both say."""
    return Mark(
        actor=new.actor,
        conversation=new.conversation,
        read_number=max(old.read_number, new.read_number),
        delivered_seq=max(old.delivered_seq, new.delivered_seq),
    )


_gateways: WeakKeyDictionary[asyncio.AbstractEventLoop, Gateway] = WeakKeyDictionary()

#: Loops whose server is stopping.
_ended: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


def get() -> Gateway:
    """The gateway of the running loop, started with the first who asks (Daphne has no lifespan).

    Raises Unavailable once the server ends.
    """
    loop = asyncio.get_running_loop()
    if loop in _ended:
        raise errors.Unavailable("The server is stopping.", retry_after=1.0)
    found = _gateways.get(loop)
    if found is None:
        found = _gateways[loop] = Gateway(loop)
        # In an empty context: what lives as long as the process belongs to no request.
        Context().run(found.start)
    return found


async def stop() -> None:
    """The server ends: end the gateway of the running loop, if there is one, and make no other."""
    loop = asyncio.get_running_loop()
    found = _gateways.get(loop)
    _ended.add(loop)
    if found is not None:
        await found.drain()
        await found.farewell()
        await found.stop()
