"""One accepted socket: carries out what its session decides, and gives the hub a place to put events.

Knows how to send on an ASGI socket; not which server it is, and no rule of the protocol.
"""

import asyncio
import itertools
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Generator
from typing import Any

from accounts.actor import Actor
from chat import tracing
from chat.realtime import commands, handshake, metrics, session
from chat.realtime.commands import Call
from chat.realtime.follower import SocketFollower
from chat.realtime.gateway import Gateway
from chat.realtime.session import Session, failure
from chat.services.receipts import Mark
from protocol import errors, limits
from protocol.codec import Codec
from protocol.errors import CloseCode
from protocol.frames import Hello, SessionRenew
from protocol.replies import Done, ServerPing, Welcome

#: Seconds a closing peer has to answer before the connection is dropped.
CLOSE_SECONDS = 5.0
#: What this server can do, for clients that ask before they use it.
CAPABILITIES = ["heads", "acks", "attention", "presence"]
LIMITS = {
    "frame_bytes": limits.MAX_FRAME_BYTES,
    "body_bytes": limits.MAX_BODY_BYTES,
    "text_chars": limits.MAX_TEXT_CHARS,
    "mentions": limits.MAX_MENTIONS,
    "page": limits.MAX_PAGE,
    "open": limits.MAX_OPEN,
    "frame_rate": int(limits.FRAME_RATE),
    "frame_burst": int(limits.FRAME_BURST),
}

Send = Callable[[dict[str, Any]], Awaitable[None]]
log = logging.getLogger(__name__)
_numbers = itertools.count(1)
_process = secrets.token_hex(4)


class Connection:
    """One socket from accept to close."""

    kind = "socket"

    def __init__(self, gateway: Gateway, codec: Codec, credentials: handshake.Credentials, send: Send) -> None:
        self.gateway = gateway
        self.loop = gateway.loop
        self.codec = codec
        self.credentials = credentials
        self.name = f"{_process}-{next(_numbers)}"
        self.session = Session(codec, self.loop.time())
        self.follower = SocketFollower(codec, self._write, self._lagging, self.session.positions)
        self.actor: Actor | None = None
        self.device = self.token = 0
        self.closed = False
        self._send = send
        self._field = "bytes" if codec.binary else "text"
        self._task = asyncio.current_task()
        self._checks: set[asyncio.Task[None]] = set()
        # Until it is authenticated only this timer looks after it.
        self._hello_timer = self.loop.call_later(limits.HELLO_SECONDS, lambda: self.tick(self.loop.time()))

    @property
    def busy(self) -> bool:
        """Whether a request is being carried out, or its answer waits for the socket."""
        return self.session.state == "open" and (self.session.running > 0 or bool(self.follower.replies))

    def received(self, data: bytes | str) -> None:
        """A WebSocket frame."""
        if self.gateway.draining:
            return
        metrics.FRAMES.inc()
        self._carry_out(self.session.receive(data, self.loop.time()))

    def tick(self, now: float) -> None:
        """About once a second, from the gateway."""
        if effects := self.session.tick(now):
            self._carry_out(effects)

    def tell_heads(self, heads: dict[int, int]) -> None:
        """The layer lost something; the heads say what to ask for. No ack is owed: nothing was sent but the hint."""
        self.follower.ping(self.codec.encode(ServerPing(heads=heads)))

    def close(self, code: CloseCode) -> None:
        """Close from our side."""
        self._carry_out(self.session.close(code))

    def gone(self) -> None:
        """The socket is closed."""
        self.closed = True
        self._hello_timer.cancel()
        self.follower.close()
        self.session.close(CloseCode.GOING_AWAY)
        for task in self._checks:
            task.cancel()
        self.gateway.remove(self)

    def _carry_out(self, effects: list[session.Effect]) -> None:
        for effect in effects:
            match effect:
                case session.Run():
                    self._run(effect.frame)
                case session.Held():
                    self._held(effect)
                case session.Reply():
                    self.follower.reply(self.codec.encode(effect.frame))
                case session.Ponged():
                    self.follower.pong()
                case session.Beat():
                    if effect.late:
                        metrics.REPEATS.inc()
                    self.follower.ping(self.codec.encode(effect.frame))
                case session.Check():
                    self._start_check(effect.frame)
                case session.Close():
                    self._end(effect.code)

    def _run(self, frame: Any) -> None:
        if self.actor is None:
            return
        self.gateway.attendance.active(self.actor.user)
        with tracing.bound(f"{self.name}.{frame.id}"):
            commands.run(Call(self.gateway, self.actor, self.follower, self.codec, frame, self._answer))

    def _answer(self, encoded: bytes) -> None:
        self.session.finished()
        self.follower.reply(encoded)

    def _held(self, effect: session.Held) -> None:
        hub, actor = self.gateway.hub, self.actor
        if actor is None:
            return
        followed = {each: seq for each, seq in effect.positions.items() if hub.follows(self.follower, each)}
        positions = self.session.positions
        paths = {each: positions.path(each, seq) for each, seq in followed.items()}
        for conversation, seq in positions.ack(followed, self.loop.time()).items():
            if at := hub.by_conversation[conversation].committed(seq):
                metrics.ACKED.labels(paths[conversation]).observe(max(0.0, time.time() - at / 1000))
            if hub.by_conversation[conversation].small:
                mark = Mark(actor=actor, conversation=conversation, delivered_seq=seq)
                self.gateway.receipts.put((actor.user, conversation), mark)

    def _start_check(self, frame: Hello | SessionRenew) -> None:
        task = self.loop.create_task(self._welcome(frame) if isinstance(frame, Hello) else self._renew(frame))
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _welcome(self, frame: Hello) -> None:
        try:
            actor, personal = await self.gateway.lanes.read(handshake.identify, self.credentials, frame.token)
            self.follower.user = actor.user
            await self.gateway.follow(self.follower, personal=personal)
        except Exception as problem:
            self._carry_out(self.session.refused(frame.id, _known(problem)))
            return
        if self.closed or self.session.state == "closed":
            return
        self.actor, self.device, self.token = actor, actor.device, actor.token
        self._hello_timer.cancel()
        self.gateway.add(self)
        if self.gateway.draining:
            self.close(CloseCode.GOING_AWAY)
            return
        welcome = Welcome(
            id=frame.id,
            version=frame.version,
            session=self.name,
            user=actor.user,
            device=actor.device,
            name=actor.name,
            personal=personal,
            now=time.time_ns() // 1_000_000,
            heartbeat=limits.HEARTBEAT_SECONDS,
            ack_within=limits.ACK_SECONDS,
            limits=LIMITS,
            capabilities=CAPABILITIES,
            server="parley",
        )
        self.follower.reply(self.codec.encode(welcome))
        self._carry_out(self.session.welcomed(self.loop.time()))

    async def _renew(self, frame: SessionRenew) -> None:
        try:
            actor = await self.gateway.lanes.read(handshake.authenticate, self.credentials, frame.token)
            if self.actor is None or actor.user != self.actor.user:
                raise errors.Forbidden("A socket cannot change hands; open another.", details={"rule": "same_user"})
        except Exception as problem:
            self._answer(self.codec.encode(failure(frame.id, _known(problem))))
            return
        self.actor, self.device, self.token = actor, actor.device, actor.token
        self._answer(self.codec.encode(Done(id=frame.id)))

    def _lagging(self) -> None:
        self.loop.call_soon(self.close, CloseCode.LAGGING)

    def _write(self, frame: bytes | str) -> bool:
        return self._put({"type": "websocket.send", self._field: frame})

    def _end(self, code: CloseCode) -> None:
        metrics.CLOSES.labels(str(int(code))).inc()
        self.follower.close()
        self._put({"type": "websocket.close", "code": int(code)})
        # Whoever does not answer is dropped with the task that reads from him.
        if self._task is not None:
            self.loop.call_later(CLOSE_SECONDS, self._task.cancel)

    def _put(self, event: dict[str, Any]) -> bool:
        """Send now if the server takes it now, which it nearly always does; otherwise finish in a task.

        A task for each frame, or a task for each session that is woken, would cost as much as the socket write itself.
        """
        if self.closed:
            return True
        sending = self._send(event).__await__()
        try:
            waits_for = next(sending)
        except StopIteration:
            return True
        except Exception:  # the peer is gone; its disconnect is on the way
            return True
        task = self.loop.create_task(_rest(sending, waits_for))
        task.add_done_callback(self._sent)
        return False

    def _sent(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and task.exception() is None and not self.closed:
            self.follower.resume()


class _Resumed:
    """An awaitable that was started by hand and goes on from what it waits for."""

    def __init__(self, sending: Generator[Any, Any, None], waits_for: Any) -> None:
        self._sending = sending
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        sent = yield self._waits_for
        while True:
            try:
                sent = yield self._sending.send(sent)
            except StopIteration:
                return


async def _rest(sending: Generator[Any, Any, None], waits_for: Any) -> None:
    await _Resumed(sending, waits_for)


def _known(problem: Exception) -> errors.ParleyError:
    if isinstance(problem, errors.ParleyError):
        return problem
    log.error("a handshake failed", exc_info=problem)
    return errors.Unavailable("Parley failed; try again.", code="internal")
