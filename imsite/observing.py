"""Around every request: an id that follows it through the logs, how long it took, and how it ended.

An ASGI wrapper and not a Django middleware: it sees parked polls too, and costs no change of thread. Page: docs/operations.md.
"""

import asyncio
import json
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

import structlog
from django.urls import Resolver404, resolve
from prometheus_client import Counter, Histogram

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

REQUESTS = Counter("parley_http_requests_total", "HTTP requests answered.", ["route", "method", "status"])
SECONDS = Histogram(
    "parley_http_request_seconds",
    "Time from the first byte of a request to the end of its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
SOCKETS = Counter("parley_socket_handshakes_total", "WebSocket handshakes that reached the server.")

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: What a caller or proxy may give as the id: it is written to logs, so nothing else.
_GIVEN = re.compile(rb"[A-Za-z0-9._-]{8,64}\Z")

log = structlog.get_logger("parley.http")


def route_of(path: str) -> str:
    """The template of an address, ``api/v1/conversations/<id:id>``, so that labels stay few."""
    if path.startswith("/static/"):
        return "static"
    try:
        return resolve(path).route or "/"
    except Resolver404:
        return path.lstrip("/") if path in _BESIDE else "unknown"


@dataclass(slots=True)
class _Progress:
    """How many requests are being answered, and whether the server takes more."""

    running: int = 0
    refusing: bool = False


_progress = _Progress()


def refuse_new() -> None:
    """The server stops: from now on requests are answered 503 at once."""
    _progress.refusing = True


async def until_idle() -> None:
    """Until every request that was taken has been answered."""
    while _progress.running:  # noqa: ASYNC110 - once in a process's life
        await asyncio.sleep(0.02)


async def _refuse(send: Send) -> None:
    body = json.dumps(
        {
            "type": "about:blank",
            "title": "Unavailable",
            "status": 503,
            "code": "unavailable",
            "detail": "The server is stopping; send the same again.",
        }
    ).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", b"1"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})


#: Addresses that Django does not know because they are answered beside it (imsite/asgi.py).
_BESIDE = frozenset({"/poll/v1/", "/livez", "/readyz", "/metrics"})


def observed(application: Application) -> Application:
    """``application`` with an id, a count and a time for every request."""

    async def observe(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            return await application(scope, receive, send)
        headers = [pair for pair in scope["headers"] if pair[0].lower() != b"x-request-id"]
        given = next((value for name, value in scope["headers"] if name.lower() == b"x-request-id"), b"")
        identity = given if _GIVEN.match(given) else uuid.uuid4().hex.encode()
        # As a header, because that is where the HTTP door looks.
        scope = {**scope, "headers": [*headers, (b"x-request-id", identity)]}
        with structlog.contextvars.bound_contextvars(request_id=identity.decode()):
            if scope["type"] == "websocket":
                SOCKETS.inc()
                return await application(scope, receive, send)
            return await _count(application, scope, receive, send, identity)

    return observe


async def _count(application: Application, scope: Scope, receive: Receive, send: Send, identity: bytes) -> None:
    began = time.perf_counter()
    status = 0

    async def answer(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers = list(message.get("headers", ()))
            if not any(name.lower() == b"x-request-id" for name, _ in headers):
                message = {**message, "headers": [*headers, (b"x-request-id", identity)]}
        await send(message)

    taken = not _progress.refusing
    _progress.running += taken
    try:
        if taken:
            await application(scope, receive, answer)
        else:
            await _refuse(answer)
    except asyncio.CancelledError:
        # The caller went away before an answer was begun; nginx's number for that.
        status = status or 499
        raise
    else:
        # It came back without an answer, as a poll does whose caller went away: no failure either.
        status = status or 499
    finally:
        _progress.running -= taken
        status = status or 500
        took = time.perf_counter() - began
        route = route_of(scope["path"])
        method = scope["method"] if scope["method"] in METHODS else "other"
        REQUESTS.labels(route, method, str(status)).inc()
        SECONDS.labels(route).observe(took)
        write = log.warning if status >= 500 else log.info
        write("answered", method=method, route=route, status=status, ms=round(took * 1000, 1))
