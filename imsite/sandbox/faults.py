"""Faults on demand around the doors: too fast, away, slow, an event told twice, a socket that drops.

An ASGI wrapper with a door of its own: ``/sandbox/`` tells what the server has in it, ``/sandbox/faults`` takes what shall
go wrong next (PUT a list, GET what is left of it, DELETE). The server behind it is the real one and knows nothing of it.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from protocol.codec import JSON, MSGPACK

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

#: What a fault does to what it matches; "drop" ends the sockets that are open when it is asked for.
KINDS = ("too_fast", "away", "slow", "twice", "drop")
MAX_BODY, MAX_SECONDS = 64 * 1024, 60.0
#: How a frame with events begins, in both codecs; an envelope of Socket Mode.
_EVENTS = (JSON.events_frame([], 0)[:16], MSGPACK.events_frame([], 0)[:2])


@dataclass(slots=True)
class Fault:
    """``match``: "METHOD /path", "SOCKET /path" or "EVENT type", with * for anything. ``times`` it still happens."""

    kind: str
    match: str = "*"
    times: int = 1
    seconds: float = 1.0


@dataclass
class Faults:
    """The wrapper. ``told``: what ``/sandbox/`` answers."""

    inner: Application
    told: dict[str, Any] = field(default_factory=dict)
    waiting: list[Fault] = field(default_factory=list)
    _open: dict[int, tuple[str, asyncio.Event]] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Every connection."""
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].startswith("/sandbox/"):
            await self._control(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(scope, receive, send)
        else:
            await self.inner(scope, receive, send)

    def take(self, kinds: tuple[str, ...], what: str) -> Fault | None:
        """The first fault of these kinds for ``what``; it has happened once more then. From any thread."""
        for each in self.waiting:
            if each.kind in kinds and each.times > 0 and fnmatchcase(what, each.match):
                each.times -= 1
                return each
        return None

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        what = f"{scope['method']} {scope['path']}"
        if found := self.take(("slow",), what):
            await asyncio.sleep(found.seconds)
        if found := self.take(("too_fast", "away"), what):
            await _refuse(scope, send, found)
            return
        await self.inner(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on until it is told to drop; a frame of events goes out twice when that was asked for."""
        dropped = asyncio.Event()
        self._open[id(dropped)] = (f"SOCKET {scope['path']}", dropped)
        what = f"SOCKET {scope['path']}"

        async def hear() -> Message:
            heard, drop = asyncio.ensure_future(receive()), asyncio.ensure_future(dropped.wait())
            await asyncio.wait((heard, drop), return_when=asyncio.FIRST_COMPLETED)
            drop.cancel()
            if heard.done():
                return heard.result()
            heard.cancel()
            await send({"type": "websocket.close", "code": 1012})
            return {"type": "websocket.disconnect", "code": 1012}

        async def say(message: Message) -> None:
            if dropped.is_set():
                return
            await send(message)
            if message["type"] == "websocket.send" and _is_events(message) and self.take(("twice",), what):
                await send(message)

        try:
            await self.inner(scope, hear, say)
        finally:
            self._open.pop(id(dropped), None)

    async def _control(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, body = scope["method"], b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body") or len(body) > MAX_BODY:
                break
        if scope["path"] == "/sandbox/" and method == "GET":
            await _answer(send, 200, self.told)
        elif scope["path"] == "/sandbox/faults" and method in ("GET", "PUT", "DELETE"):
            try:
                if method != "GET":
                    self._put(read(body) if method == "PUT" else [])
            except ValueError as problem:
                await _answer(send, 400, {"problem": str(problem)})
                return
            await _answer(send, 200, [asdict(each) for each in self.waiting if each.times > 0])
        else:
            await _answer(send, 404, {"problem": "GET /sandbox/, or GET, PUT, DELETE /sandbox/faults"})

    def _put(self, found: list[Fault]) -> None:
        self.waiting = [each for each in found if each.kind != "drop"]
        for fault in found:
            for what, dropped in list(self._open.values()):
                if fault.kind == "drop" and fnmatchcase(what, fault.match):
                    dropped.set()


def read(body: bytes) -> list[Fault]:
    """The faults that were asked for. Raises ValueError with what is wrong."""
    try:
        found = [Fault(**each) for each in json.loads(body)]
    except (TypeError, ValueError, RecursionError):
        raise ValueError('A list of {"kind", "match", "times", "seconds"}.') from None
    for each in found:
        if each.kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}.")
        numbers = isinstance(each.times, int) and isinstance(each.seconds, int | float)
        if not (isinstance(each.match, str) and numbers and 0 <= each.seconds <= MAX_SECONDS):
            raise ValueError(f"match is a text, times a whole number, seconds at most {MAX_SECONDS:.0f}.")
    return found


def _is_events(message: Message) -> bool:
    text, data = message.get("text") or "", message.get("bytes") or b""
    return text.encode().startswith(_EVENTS[0]) or data.startswith(_EVENTS[1]) or '"envelope_id"' in text


async def _refuse(scope: Scope, send: Send, fault: Fault) -> None:
    status, code = (429, "rate_limited") if fault.kind == "too_fast" else (503, "unavailable")
    wait = [(b"retry-after", str(max(1, round(fault.seconds))).encode())]
    if scope["path"].startswith("/slack/"):
        word = "ratelimited" if status == 429 else "service_unavailable"
        await _answer(send, status, {"ok": False, "error": word}, wait)
        return
    problem = {"type": f"urn:parley:error:{code}", "title": code, "status": status, "code": code}
    more = {"detail": "The sandbox says so.", "details": {}, "request_id": "sandbox"}
    await _answer(send, status, problem | more, wait)


async def _answer(send: Send, status: int, value: Any, more: list[tuple[bytes, bytes]] | None = None) -> None:
    kind = b"application/json" if status < 400 else b"application/problem+json"
    body = json.dumps(value, ensure_ascii=False).encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *(more or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
