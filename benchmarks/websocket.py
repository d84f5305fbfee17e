"""A WebSocket client for load: the least work per frame that still reads every byte and answers every ping.

A product client uses a library; a generator that shares two cores with the server cannot afford one. Only what RFC 6455
asks of a client that gets unfragmented, uncompressed frames is here.
"""

import asyncio
import base64
import os
import struct
from collections.abc import Callable
from typing import cast
from urllib.parse import urlsplit

Receive = Callable[["LoadSocket", bytes], None]

_TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x1, 0x2, 0x8, 0x9, 0xA


class LoadSocket(asyncio.Protocol):
    """One socket: ``on_message(socket, payload)`` for each frame, ``send(payload)`` for ours."""

    def __init__(self, url: str, subprotocol: str, headers: dict[str, str], on_message: Receive) -> None:
        self.url = url
        self.subprotocol = subprotocol
        self.headers = headers
        self.on_message = on_message
        self.loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = self.loop.create_future()
        self.closed: asyncio.Future[int] = self.loop.create_future()
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.frames = 0
        self.bytes_in = 0
        self._upgraded = False
        self._opcode = _BINARY if subprotocol.endswith("msgpack") else _TEXT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's transports do not inherit
        parts = urlsplit(self.url)
        lines = [
            f"GET {parts.path}{'?' + parts.query if parts.query else ''} HTTP/1.1",
            f"Host: {parts.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Version: 13",
        ]
        if self.subprotocol:
            lines.append(f"Sec-WebSocket-Protocol: {self.subprotocol}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        self.transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())

    def data_received(self, data: bytes) -> None:
        """Cut frames out of the stream and hand each payload on."""
        self.bytes_in += len(data)
        buffer = self.buffer
        buffer += data
        if not self._upgraded and not self._upgrade(buffer):
            return
        at, have = 0, len(buffer)
        while have - at >= 2:
            size, start = buffer[at + 1] & 0x7F, at + 2
            if size == 126:
                if have - at < 4:
                    break
                size, start = (buffer[at + 2] << 8) | buffer[at + 3], at + 4
            elif size == 127:
                if have - at < 10:
                    break
                size, start = struct.unpack_from("!Q", buffer, at + 2)[0], at + 10
            if have < start + size:
                break
            self._frame(buffer[at] & 0x0F, bytes(buffer[start : start + size]))
            at = start + size
        if at:
            del buffer[:at]

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"closed before the upgrade: {exc}"))
        if not self.closed.done():
            self.closed.set_result(1006)

    def send(self, payload: bytes) -> None:
        """One masked frame; a zero mask is a legal mask and leaves the payload as it is."""
        self._write(self._opcode, payload)

    def close(self) -> None:
        """Drop the connection without ceremony."""
        if self.transport is not None:
            self.transport.abort()

    def _upgrade(self, buffer: bytearray) -> bool:
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(buffer[: buffer.find(b"\r\n")])
        del buffer[: end + 4]
        self._upgraded = True
        if b" 101 " not in status:
            self.opened.set_exception(ConnectionError(status.decode(errors="replace")))
            self.close()
            return False
        self.opened.set_result(None)
        return True

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode in (_TEXT, _BINARY):
            self.frames += 1
            self.on_message(self, payload)
        elif opcode == _PING:
            self._write(_PONG, payload)
        elif opcode == _CLOSE:
            code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
            if not self.closed.done():
                self.closed.set_result(code)
            self.close()

    def _write(self, opcode: int, payload: bytes) -> None:
        if self.transport is None or self.transport.is_closing():
            return
        size = len(payload)
        if size < 126:
            head = bytes((0x80 | opcode, 0x80 | size))
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        self.transport.write(head + b"\0\0\0\0" + payload)


async def connect(url: str, on_message: Receive, *, subprotocol: str = "", **headers: str) -> LoadSocket:
    """An open socket. Raises ConnectionError when the server refuses."""
    parts = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(
        lambda: LoadSocket(url, subprotocol, headers, on_message), parts.hostname or "127.0.0.1", parts.port or 80
    )
    await asyncio.wait_for(socket.opened, 60)
    return socket
