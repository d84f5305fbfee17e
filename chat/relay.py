"""After a commit: encode each event once, one layer send per topic. The only place outside ``realtime`` that knows the layer.

Callable from any thread. With a hub in this process the send runs on the hub's own loop (the in-memory layer is not
thread-safe, and woke its receiver 2.8 s late from another thread); otherwise on a loop of its own in the background.
What is lost here is a hint lost: heads and gaps heal it. Page: docs/life-of-a-message.md.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from channels.layers import get_channel_layer
from prometheus_client import Counter

from chat import conf, handover
from protocol.codec import JSON, MSGPACK
from protocol.events import DeviceRevoked, Durable, Event, InboxJoined, InboxLeft, MessageCreated, MessageRecalled

#: Bytes of joined events in one layer message; a topic's batch above it is sent as several.
MAX_MESSAGE_BYTES = 256 * 1024
#: Messages waiting for the layer; more are dropped, the oldest first, when the layer hangs.
MAX_WAITING = 20_000
#: Seconds that giving some messages to the layer may take, and how many are given together.
SEND_SECONDS, TOGETHER = 5.0, 64

#: The group that every gateway is in.
PRESENCE = "presence"

Message = dict[str, Any]
log = logging.getLogger(__name__)

PUBLISHED = Counter("parley_layer_sends_total", "Messages given to the channel layer, by outcome.", ["outcome"])
MESSAGES = Counter("parley_messages_total", "Messages committed in this process, by whatever door they came.")
_SENT, _FAILED, _DROPPED = (PUBLISHED.labels(outcome) for outcome in ("sent", "failed", "dropped"))


class Emitted(Protocol):
    """What ``chat.timeline`` emits: an event for a topic, of a large conversation or not."""

    @property
    def topic(self) -> str:
        """``conv.<id>`` or ``user.<id>``."""

    @property
    def event(self) -> Event:
        """What happened."""

    @property
    def large(self) -> bool:
        """Whether background sessions get a hint only."""


@dataclass(frozen=True, slots=True)
class Passing:
    """An event that is stored nowhere."""

    topic: str
    event: Event
    large: bool = False


def publish(emitted: Iterable[Emitted]) -> None:
    """Tell everybody who is connected, and the workers. To be called after the commit; never raises, never waits."""
    by_topic: dict[str, list[Emitted]] = {}
    said = 0
    for each in emitted:
        by_topic.setdefault(each.topic, []).append(each)
        said += type(each.event) is MessageCreated
    if not by_topic:
        return
    MESSAGES.inc(said)
    messages = [message for topic, group in by_topic.items() for message in compose(topic, group)]
    _pump.put(messages)
    handover.add({message["conversation"] for message in messages if message["last_seq"]})


def publish_ephemeral(topic: str, event: Event) -> None:
    """Tell the topic's followers something that is stored nowhere (typing, presence)."""
    _pump.put(compose(topic, [Passing(topic, event)]))


def ask_gateways(message: Message) -> None:
    """A message to the gateways themselves; ``type`` says what they should do."""
    _pump.put([{"topic": "presence.", **message}])


def wake(topic: str) -> None:
    """A word without content to whoever listens at ``topic`` itself and not through a hub: look now. Lost, it is late."""
    _pump.put([{"topic": topic, "type": "wake"}])


def compose(topic: str, emitted: Sequence[Emitted]) -> list[Message]:
    """What travels through the layer for one topic: joined events in both codecs and what the hub must know of them."""
    messages: list[Message] = []
    group: list[tuple[Emitted, bytes, bytes]] = []
    size = 0
    for each in emitted:
        json = JSON.encode(each.event)
        if group and size + len(json) > MAX_MESSAGE_BYTES:
            messages.append(_message(topic, group))
            group, size = [], 0
        group.append((each, json, MSGPACK.encode(each.event)))
        size += len(json)
    messages.append(_message(topic, group))
    return messages


def _message(topic: str, group: list[tuple[Emitted, bytes, bytes]]) -> Message:
    events = [each.event for each, _, _ in group]
    durable = [each for each in events if isinstance(each, Durable)]
    numbers = [each.number for each in durable if isinstance(each, MessageCreated)]
    message: Message = {
        "type": "hub.deliver",
        "topic": topic,
        "json": JSON.join([json for _, json, _ in group]),
        "msgpack": MSGPACK.join([packed for _, _, packed in group]),
        "count": len(group),
        "conversation": durable[0].conversation if durable else 0,
        "first_seq": durable[0].seq if durable else 0,
        "last_seq": durable[-1].seq if durable else 0,
        "last_number": max(numbers, default=0),
        "at": durable[-1].at if durable else 0,
        "large": any(each.large for each, _, _ in group),
    }
    vital = [each for each in group if isinstance(each[0].event, MessageRecalled)]
    if vital and message["large"]:
        joined = (JSON.join([each[1] for each in vital]), MSGPACK.join([each[2] for each in vital]), len(vital))
        message["vital"] = joined
    if topic.startswith("user."):
        message["joined"] = [_joined(each) for each in events if isinstance(each, InboxJoined)]
        message["left"] = [each.target for each in events if isinstance(each, InboxLeft)]
        message["revoked"] = [each.device for each in events if isinstance(each, DeviceRevoked)]
    return message


def _joined(event: InboxJoined) -> tuple[int, bool, bool]:
    """The conversation, whether it is large, and whether delivered positions are kept there."""
    state = event.state
    return state.conversation, state.large, state.member_count <= conf.DELIVERED_RECEIPTS_UP_TO


def group_of(topic: str) -> str:
    """The layer group of a topic. Presence shares one: it is little, and every process watches somebody."""
    return PRESENCE if topic.startswith("presence.") else topic


class _Pump:
    """Sends messages in order, on the loop of this process's hub or on its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Message] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._own: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        #: The loop that will send what waits.
        self._scheduled: asyncio.AbstractEventLoop | None = None
        self._broken = False

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """A hub lives on ``loop``."""
        with self._lock:
            self._loop = loop

    def detach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The hub on ``loop`` is gone."""
        with self._lock:
            if self._loop is loop:
                self._loop = None
            if self._scheduled is loop:
                self._scheduled = None

    def put(self, messages: list[Message]) -> None:
        """Queue messages; the loop sends them."""
        with self._lock:
            self._waiting.extend(messages)
            if (over := len(self._waiting) - MAX_WAITING) > 0:
                del self._waiting[:over]
                _DROPPED.inc(over)
            if self._scheduled is not None and not self._scheduled.is_closed():
                return
            loop = self._loop
            if loop is None or loop.is_closed():
                loop = self._own_loop()
            self._scheduled = loop
            try:
                loop.call_soon_threadsafe(self._start)
            except RuntimeError:  # the loop closed this instant
                self._scheduled = None

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        if self._own is None:
            self._own = asyncio.new_event_loop()
            threading.Thread(target=self._own.run_forever, name="parley-relay", daemon=True).start()
        return self._own

    def _start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._send_waiting())

    async def _send_waiting(self) -> None:
        try:
            while True:
                with self._lock:
                    batch, self._waiting = self._waiting, []
                    if not batch:
                        self._scheduled = None
                        return
                await self._send(batch)
        except BaseException:  # the loop is being shut down under it
            self._scheduled = None
            raise

    async def _send(self, batch: list[Message]) -> None:
        for start in range(0, len(batch), TOGETHER):
            some = batch[start : start + TOGETHER]
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    await _give(some)
            except Exception as problem:
                _FAILED.inc(len(some))
                if not self._broken:
                    log.warning("The channel layer is away (%s); clients heal by heads.", type(problem).__name__)
                self._broken = True
            else:
                _SENT.inc(len(some))
                if self._broken:
                    log.warning("The channel layer is back.")
                self._broken = False


async def _give(messages: list[Message]) -> None:
    """Messages to the layer, in order; in one round trip where the layer can."""
    layer: Any = get_channel_layer()
    if many := getattr(layer, "group_send_many", None):
        await many((group_of(message["topic"]), message) for message in messages)
    else:
        for message in messages:
            await layer.group_send(group_of(message["topic"]), message)


_pump = _Pump()
attach: Callable[[asyncio.AbstractEventLoop], None] = _pump.attach
detach: Callable[[asyncio.AbstractEventLoop], None] = _pump.detach
