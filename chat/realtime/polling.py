"""``POST /poll/v1/``: the inbox as soon as something in it moves, for clients without WebSocket.

The same order of steps as a socket: subscribe, then look, then wait. While it waits it holds no thread and no database
connection, only its seat in the hub. Writes of such clients go through the HTTP door.

    {"positions": {"17": 40}, "cursor": "", "wait": 25}   →   the fields of ``inbox.page``
"""

import asyncio
import logging
from typing import Annotated, Any, Self

import msgspec

from accounts.actor import Actor
from chat import selectors
from chat.realtime import gateway, handshake
from chat.realtime.gateway import Gateway
from chat.realtime.outbound import Chunk
from chat.realtime.topic import Topic
from protocol import errors
from protocol.codec import JSON
from protocol.errors import CloseCode
from protocol.frames import Id
from protocol.replies import InboxPage

#: Seconds a poll may wait: below the 60 s after which proxies give up.
MAX_WAIT = 50.0
#: Bytes of a request: 5,000 positions of 40 bytes.
MAX_BODY = 200_000
#: Parked polls of one user: some devices and tabs.
MAX_PARKED = 8
#: Seconds between the first event and the answer: what a batch wrote together is answered together.
SETTLE_SECONDS = 0.02

Scope = dict[str, Any]
log = logging.getLogger(__name__)


class Asked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The body of a poll."""

    positions: Annotated[dict[Id, Id], msgspec.Meta(max_length=5000)] = {}
    cursor: Annotated[str, msgspec.Meta(max_length=64)] = ""
    wait: Annotated[float, msgspec.Meta(ge=0, le=MAX_WAIT)] = 25.0


_decoder = msgspec.json.Decoder(Asked)


class Poll:
    """One parked poll: what the hub and the gateway see of it."""

    kind = "poll"

    def __init__(self, actor: Actor) -> None:
        self.user = actor.user
        self.device = actor.device
        self.token = actor.token
        self.topics: set[Topic] = set()
        self.moved = asyncio.Event()
        self.closed: CloseCode | None = None

    @property
    def busy(self) -> bool:
        """It can be answered at any time."""
        return False

    @property
    def follower(self) -> Self:
        """It is its own."""
        return self

    def deliver(self, chunk: Chunk, conversation: int, seq: int, now: float) -> None:
        """Something happened; ephemeral events move no inbox."""
        if seq or chunk.hint:
            self.moved.set()

    def flush(self, made: dict[tuple[int, ...], bytes | str]) -> None:
        """Nothing is queued."""

    def forget(self, conversation: int) -> None:
        """Nothing is kept per conversation."""

    def tick(self, now: float) -> None:
        """Has its own time limit."""

    def tell_heads(self, heads: dict[int, int]) -> None:
        """The layer lost something."""
        self.moved.set()

    def close(self, code: CloseCode) -> None:
        """Answer now."""
        self.closed = code
        self.moved.set()


async def application(scope: Scope, receive: Any, send: Any) -> None:
    """The ASGI application of the poll's address."""
    if scope["method"] != "POST":
        await _send(send, 405, b"", [(b"allow", b"POST")])
        return
    try:
        asked = _decoder.decode(await _body(receive))
        page = await _answer(scope, receive, asked)
    except errors.ParleyError as problem:
        await _send_problem(send, problem)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        await _send_problem(send, errors.BadRequest(f"{problem}."))
    except Exception:
        log.exception("a poll failed")
        await _send_problem(send, errors.Unavailable("Parley failed; try again.", code="internal"))
    else:
        if page is not None:
            await _send(send, 200, JSON.encode(page))


async def _answer(scope: Scope, receive: Any, asked: Asked) -> InboxPage | None:
    """The page to answer with; None when the client went away."""
    here = gateway.get()
    actor, personal = await here.lanes.read(handshake.identify, handshake.read_credentials(scope))
    if sum(isinstance(each, Poll) and each.user == actor.user for each in _peers_of(here, actor.user)) >= MAX_PARKED:
        raise errors.RateLimited("Too many polls are waiting.", retry_after=5.0)
    if here.draining:
        raise errors.Unavailable("The server is stopping.", retry_after=1.0)
    poll = Poll(actor)
    here.add(poll)
    gone = asyncio.ensure_future(_disconnect(receive))
    try:
        await here.follow(poll, personal=personal)
        return await _wait(here, poll, asked, gone)
    finally:
        gone.cancel()
        here.remove(poll)


async def _wait(here: Gateway, poll: Poll, asked: Asked, gone: "asyncio.Future[None]") -> InboxPage | None:
    deadline = here.loop.time() + asked.wait
    while True:
        poll.moved.clear()
        _refuse_closed(poll)
        found = await here.lanes.read(selectors.list_inbox, poll.user, asked.positions, asked.cursor)
        left = deadline - here.loop.time()
        if found.states or found.gone or left <= 0:
            return InboxPage(id=0, states=found.states, deltas=found.deltas, gone=found.gone, next=found.next)
        moved = asyncio.ensure_future(poll.moved.wait())
        waits: set[asyncio.Future[Any]] = {moved, gone}
        await asyncio.wait(waits, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        moved.cancel()
        if gone.done():
            return None
        _refuse_closed(poll)
        if poll.moved.is_set():
            await asyncio.sleep(SETTLE_SECONDS)


def _refuse_closed(poll: Poll) -> None:
    """What a socket is told by its close code."""
    if poll.closed is CloseCode.DEVICE_REVOKED:
        raise errors.Unauthenticated("This device was signed out.", code="device_revoked")
    if poll.closed is CloseCode.TOKEN_EXPIRED:
        raise errors.Unauthenticated("This token's time is over; renew it.", code="token_expired")
    if poll.closed is not None:
        raise errors.Unavailable("The server is stopping.", retry_after=1.0)


def _peers_of(here: Gateway, user: int) -> list[object]:
    topic = here.hub.topics.get(f"user.{user}")
    return list(topic.followers) if topic else []


async def _body(receive: Any) -> bytes:
    body = b""
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise errors.BadRequest("The request ended early.", code="malformed")
        body += event.get("body", b"")
        if len(body) > MAX_BODY:
            raise errors.BadRequest(f"A poll may have {MAX_BODY} bytes.", code="too_large")
        if not event.get("more_body"):
            return body or b"{}"


async def _disconnect(receive: Any) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_problem(send: Any, problem: errors.ParleyError) -> None:
    body = {
        "type": "about:blank",
        "title": type(problem).__name__,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.message,
        "details": problem.details,
    }
    headers = [(b"content-type", b"application/problem+json")]
    if problem.retry_after:
        headers.append((b"retry-after", str(max(1, round(problem.retry_after))).encode()))
    await _send(send, problem.status, msgspec.json.encode(body), headers)


async def _send(send: Any, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    found = headers or [(b"content-type", b"application/json")]
    found = [*found, (b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": found})
    await send({"type": "http.response.body", "body": body})
