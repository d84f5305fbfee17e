"""Links over WebSocket, on asyncio. Only bytes move here; what they mean is in ``connection``."""

import asyncio
import logging
from collections.abc import Callable, Sequence

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Subprotocol

from parley_sdk.ports import LinkEvents
from parley_sdk.wire import rules

log = logging.getLogger("parley_sdk")
#: Bytes of one inbound message: a page of 200 long messages is below this.
MAX_MESSAGE = 32 * 1024 * 1024
CLOSE_SECONDS = 2.0
#: What a handshake refused with this HTTP status comes to.
_STATUS = {401: 4401, 403: 4401, 426: 4406}


class WebSocketTransport:
    """Opens links to one address, for instance ``wss://chat.example.com/ws/v1/``."""

    def __init__(self, url: str, subprotocols: Sequence[str] = (rules.SUBPROTOCOL_BINARY, rules.SUBPROTOCOL_JSON)):
        self.url = url
        self.subprotocols = [Subprotocol(each) for each in subprotocols]
        self._links: set[_Link] = set()

    def open(self, events: LinkEvents, token: str) -> "_Link":
        """Begin to open one."""
        link = _Link(self, events, token, self._links.discard)
        self._links.add(link)
        return link

    async def aclose(self) -> None:
        """Wait until every link has said goodbye."""
        await asyncio.gather(*(link.task for link in list(self._links)), return_exceptions=True)


class _Link:
    def __init__(
        self, transport: WebSocketTransport, events: LinkEvents, token: str, ended: Callable[["_Link"], None]
    ) -> None:
        self._transport, self._events, self._token = transport, events, token
        self._outgoing: asyncio.Queue[bytes | str | None] = asyncio.Queue()
        self._closing = (1000, "")
        self._closed = False
        self.task = asyncio.get_running_loop().create_task(self._run())
        self.task.add_done_callback(lambda _: ended(self))

    def send(self, data: bytes | str) -> None:
        """Send one message; never blocks, never raises."""
        if not self._closed:
            self._outgoing.put_nowait(data)

    def close(self, code: int = 1000, reason: str = "") -> None:
        """Send what waits, then end."""
        if not self._closed:
            self._closed = True
            self._closing = (code, reason)
            self._outgoing.put_nowait(None)

    async def _run(self) -> None:
        code, reason = 1006, ""
        try:
            opening = connect(
                self._transport.url,
                subprotocols=self._transport.subprotocols,
                additional_headers={"Authorization": f"Bearer {self._token}"} if self._token else None,
                user_agent_header="parley-python",
                ping_interval=None,  # the protocol has its own heartbeat
                compression=None,
                max_size=MAX_MESSAGE,
                close_timeout=CLOSE_SECONDS,
            )
            async with opening as socket:
                code, reason = await self._converse(socket)
        except InvalidStatus as problem:
            status = problem.response.status_code
            code, reason = _STATUS.get(status, 1006), f"The server answered HTTP {status}."
        except (OSError, TimeoutError, WebSocketException) as problem:
            reason = str(problem) or type(problem).__name__
        if not self._closed:
            self._closed = True
            self._events.closed(code, reason)

    async def _converse(self, socket: ClientConnection) -> tuple[int, str]:
        writer = asyncio.create_task(self._write(socket))
        try:
            if not self._closed:
                self._events.opened(socket.subprotocol or "")
            async for data in socket:
                if not self._closed:
                    self._events.received(data)
        except ConnectionClosed:
            pass
        finally:
            writer.cancel()
        return socket.close_code or 1006, socket.close_reason or ""

    async def _write(self, socket: ClientConnection) -> None:
        try:
            while (data := await self._outgoing.get()) is not None:
                await socket.send(data)
            await socket.close(*self._closing)
        except ConnectionClosed:
            pass  # the reader reports it
