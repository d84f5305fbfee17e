"""A client for tests: a real socket's conversation with the consumer, over Channels' communicator."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from channels.testing import WebsocketCommunicator

from chat.realtime import gateway
from chat.realtime.consumers import SocketConsumer
from protocol.codec import JSON, Codec
from protocol.events import InboxJoined
from protocol.frames import Frame, Hello, Pong, SyncAck
from protocol.replies import Events, ServerPing, Welcome

#: Seconds a test waits for something that should come; generous, because machines are slow and this is not a benchmark.
PATIENCE = 10.0


class Socket:
    """Sends frames, remembers what comes."""

    def __init__(self, codec: Codec = JSON, *, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self.codec = codec
        self.communicator = WebsocketCommunicator(
            SocketConsumer.as_asgi(), "/ws/v1/", headers=headers, subprotocols=[codec.name]
        )
        self.numbers = itertools.count(1)
        self.events: list[Any] = []
        self.pings: list[ServerPing] = []
        self.closed: int = 0
        self.welcome: Any = None
        self.held: dict[int, int] = {}
        self.acking = True

    async def connect(self) -> bool:
        connected, self.subprotocol = await self.communicator.connect(timeout=PATIENCE)
        return connected

    async def hello(self, token: str = "", version: int = 1) -> Any:
        return await self.ask(Hello, version=version, token=token)

    async def send(self, frame: Any) -> None:
        await self.send_raw(self.codec.encode(frame))

    async def send_raw(self, data: bytes) -> None:
        if self.codec.binary:
            await self.communicator.send_to(bytes_data=data)
        else:
            await self.communicator.send_to(text_data=data.decode())

    async def ask(self, shape: type[Frame], **fields: Any) -> Any:
        """Send a request and return its answer."""
        number = next(self.numbers)
        await self.send(shape(id=number, **fields))
        while True:
            frame = await self.next_frame()
            if frame is None or getattr(frame, "id", None) == number:
                return frame

    async def next_frame(self, seconds: float = PATIENCE) -> Any:
        """The next frame of the server; None when it closed. Events are remembered, acked and returned too."""
        output = await self.communicator.receive_output(seconds)
        if output["type"] == "websocket.close":
            self.closed = output.get("code", 1000)
            return None
        data = output.get("bytes") or output["text"].encode()
        frame = self.codec.decode_server(data)
        if isinstance(frame, ServerPing):
            self.pings.append(frame)
            await self.send(Pong())
        if isinstance(frame, Events):
            self.events += frame.events
            await self._ack(frame.events)
        return frame

    async def _ack(self, events: list[Any]) -> None:
        held = {each.conversation: each.seq for each in events if getattr(each, "seq", 0)}
        if held and self.acking:
            await self.send(SyncAck(positions=held))

    async def event(self, shape: type, seconds: float = PATIENCE, **fields: Any) -> Any:
        """The first event of that class with these fields, now or soon."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        seen = 0
        while True:
            for each in self.events[seen:]:
                if isinstance(each, shape) and all(getattr(each, name) == value for name, value in fields.items()):
                    return each
            seen = len(self.events)
            if await self.next_frame(max(0.01, deadline - loop.time())) is None:
                raise AssertionError(f"closed with {self.closed}")

    async def joined(self, conversation: int) -> None:
        """Until the personal timeline says that the user is in the conversation."""
        while not any(isinstance(e, InboxJoined) and e.state.conversation == conversation for e in self.events):
            assert await self.next_frame() is not None, f"closed with {self.closed}"

    async def told(self, conversation: int, seq: int) -> None:
        """Until an entry arrived or a heartbeat named its head: either way a client knows, and asks for the gap."""
        while not any(
            getattr(each, "seq", 0) >= seq and each.conversation == conversation for each in self.events
        ) and not any(ping.heads.get(conversation, 0) >= seq for ping in self.pings):
            assert await self.next_frame() is not None, f"closed with {self.closed}"

    async def until_closed(self) -> int:
        while await self.next_frame() is not None:
            pass
        return self.closed

    async def is_quiet(self, seconds: float = 0.3) -> bool:
        return await self.communicator.receive_nothing(seconds)

    async def leave(self) -> None:
        await self.communicator.disconnect(timeout=PATIENCE)


async def until(holds: Callable[[], Any], seconds: float = PATIENCE) -> None:
    """Wait for something that no frame announces."""
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - nothing in the product waits for it, so there is no event
            await asyncio.sleep(0.02)


class Sockets:
    """Opens sockets on the door of this test's loop."""

    def __init__(self, here: gateway.Gateway) -> None:
        self.gateway = here
        #: Kept, because a communicator ends with its last reference.
        self.opened: list[Socket] = []

    async def open(self, token: str, codec: Codec = JSON) -> Socket:
        """A socket that has said hello."""
        socket = Socket(codec)
        self.opened.append(socket)
        assert await socket.connect()
        socket.welcome = await socket.hello(token)
        assert isinstance(socket.welcome, Welcome), socket.welcome
        return socket


@asynccontextmanager
async def door() -> AsyncIterator[Sockets]:
    """The socket door; everything it started has ended afterwards."""
    here = gateway.get()
    try:
        yield Sockets(here)
    finally:
        await here.stop()
