"""The state of one socket, without the socket: bytes in → effects out; ``tick(now)`` for everything that takes time.

No framework, no event loop, no clock of its own. What a request does is in ``commands``; this decides only whether it
may be asked: handshake, version, size, rate, form, heartbeat, acks.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from chat.realtime.positions import Positions
from protocol import errors, limits
from protocol.codec import Codec
from protocol.errors import CloseCode
from protocol.frames import AnyFrame, Hello, Ping, Pong, SessionRenew, SyncAck
from protocol.replies import Failed, ServerFrame, ServerPing

#: Frames without meaning before the socket is closed: one may be a mistake, eight are another protocol.
MALFORMED_LIMIT = 8
#: Refusals for speed before the socket is closed: who honours retry_after meets one or two.
TOO_FAST_LIMIT = 100
#: Requests in progress at once: above what the announced burst allows, so that only a stuck database brings it about.
MAX_RUNNING = 256
#: Frames that may wait while the hello is being checked (a client may send its inbox.sync right behind).
MAX_EARLY = 16


@dataclass(frozen=True, slots=True)
class Reply:
    """Send this frame."""

    frame: ServerFrame


@dataclass(frozen=True, slots=True)
class Beat:
    """Send this ping; its pong confirms what was sent before it. ``late``: it repeats heads that should be acked."""

    frame: ServerPing
    late: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Find out who says hello (or renews) and report with ``welcomed``, ``renewed`` or ``refused``."""

    frame: Hello | SessionRenew


@dataclass(frozen=True, slots=True)
class Run:
    """Run this request; report with ``finished``."""

    frame: AnyFrame


@dataclass(frozen=True, slots=True)
class Held:
    """The device says that it holds these; report those it follows to ``positions.ack``."""

    positions: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Ponged:
    """The peer answered a ping."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket."""

    code: CloseCode


Effect: TypeAlias = Reply | Beat | Check | Run | Held | Ponged | Close


class Session:
    """One socket's life: ``new`` → ``checking`` → ``open`` → ``closed``."""

    __slots__ = (
        "_early",
        "_faults",
        "_opened_at",
        "_pinged_at",
        "_refusals",
        "_tokens",
        "_tokens_at",
        "asked_at",
        "codec",
        "heard_at",
        "positions",
        "running",
        "state",
    )

    def __init__(self, codec: Codec, now: float) -> None:
        self.codec = codec
        self.state = "new"
        self.positions = Positions()
        self.running = 0
        #: When the peer last gave a sign of life, and when it last asked for something.
        self.heard_at = self.asked_at = now
        self._opened_at = self._pinged_at = self._tokens_at = now
        self._tokens = limits.FRAME_BURST
        self._faults = 0
        self._refusals = 0
        self._early: list[bytes] = []

    def receive(self, data: bytes | str, now: float) -> list[Effect]:
        """One WebSocket frame from the peer."""
        if self.state == "closed":
            return []
        self.heard_at = now
        if isinstance(data, str):
            data = data.encode("utf-8", "surrogatepass")
            wrong_form = self.codec.binary
        else:
            wrong_form = not self.codec.binary
        if self.state == "checking" and len(self._early) < MAX_EARLY:
            self._early.append(data if not wrong_form else b"")
            return []
        return self._read(b"" if wrong_form else data, now)

    def welcomed(self, now: float) -> list[Effect]:
        """The hello was good: run what came behind it."""
        self.state = "open"
        self._pinged_at = now
        early, self._early = self._early, []
        effects: list[Effect] = []
        for data in early:
            if self.state != "open":
                break
            effects += self._read(data, now)
        return effects

    def refused(self, request: int, problem: errors.ParleyError) -> list[Effect]:
        """The hello or the renewal was not good."""
        codes = {"device_revoked": CloseCode.DEVICE_REVOKED, "token_expired": CloseCode.TOKEN_EXPIRED}
        code = CloseCode.INTERNAL if problem.retryable else codes.get(problem.code, CloseCode.UNAUTHENTICATED)
        return [Reply(failure(request, problem)), *self.close(code)]

    def finished(self) -> None:
        """A request that was run has been answered."""
        self.running -= 1

    def close(self, code: CloseCode) -> list[Effect]:
        """Close, unless it is closed."""
        if self.state == "closed":
            return []
        self.state = "closed"
        self._early.clear()
        return [Close(code)]

    def tick(self, now: float) -> list[Effect]:
        """To be called about once a second."""
        if self.state == "open":
            return self._tick_open(now)
        late = self.state != "closed" and now - self._opened_at >= limits.HELLO_SECONDS
        return self.close(CloseCode.HELLO_MISSED) if late else []

    def _tick_open(self, now: float) -> list[Effect]:
        if now - self.heard_at >= limits.HEARTBEAT_SECONDS + limits.HEARTBEAT_GRACE_SECONDS - 1:
            return self.close(CloseCode.HEARTBEAT_MISSED)
        late = self.positions.late(now)
        if self.positions.given_up:
            return self.close(CloseCode.ACKS_MISSED)
        if late:
            self._pinged_at = now
            return [Beat(ServerPing(heads=late), late=True)]
        if now - self._pinged_at >= limits.HEARTBEAT_SECONDS:
            self._pinged_at = now
            return [Beat(ServerPing(heads=dict(self.positions.heads)))]
        return []

    def _read(self, data: bytes, now: float) -> list[Effect]:
        if len(data) > limits.MAX_FRAME_BYTES:
            problem = errors.BadRequest(
                f"A frame may have {limits.MAX_FRAME_BYTES} bytes.",
                code="too_large",
                details={"limit": limits.MAX_FRAME_BYTES},
            )
            return [Reply(failure(0, problem)), *self.close(CloseCode.TOO_LARGE)]
        try:
            frame = self.codec.decode_frame(data)
        except errors.BadRequest as problem:
            return self._fault(problem, now)
        wait = self._spend(now)
        if wait:
            return self._too_fast(getattr(frame, "id", 0), wait)
        return self._step(frame, now)

    def _fault(self, problem: errors.BadRequest, now: float) -> list[Effect]:
        request = problem.details.pop("id", 0)
        wait = self._spend(now)
        if wait:
            return self._too_fast(request, wait)
        if problem.code == "malformed":
            self._faults += 1
        answer: list[Effect] = [Reply(failure(request, problem))]
        return answer + (self.close(CloseCode.MALFORMED) if self._faults >= MALFORMED_LIMIT else [])

    def _step(self, frame: AnyFrame, now: float) -> list[Effect]:
        if self.state == "new":
            return self._hello(frame)
        if isinstance(frame, Pong):
            return [Ponged()]
        if isinstance(frame, SyncAck):
            return [Held(frame.positions)]
        if not isinstance(frame, Ping):
            self.asked_at = now
        if isinstance(frame, Hello):
            return [Reply(failure(frame.id, errors.Conflict("This socket has said hello before.")))]
        if self.state == "checking" or self.running >= MAX_RUNNING:
            problem = errors.RateLimited("Wait for the answers to what you asked.", retry_after=0.2)
            return [Reply(failure(frame.id, problem))]
        self.running += 1
        return [Check(frame)] if isinstance(frame, SessionRenew) else [Run(frame)]

    def _hello(self, frame: AnyFrame) -> list[Effect]:
        if not isinstance(frame, Hello):
            return [Reply(failure(getattr(frame, "id", 0), errors.Unauthenticated("Say hello first.")))]
        if frame.version not in limits.SUPPORTED_VERSIONS:
            problem = errors.BadRequest(
                f"This server does not speak version {frame.version}.",
                code="unsupported_version",
                details={"supported": list(limits.SUPPORTED_VERSIONS)},
            )
            return [Reply(failure(frame.id, problem)), *self.close(CloseCode.UNSUPPORTED_VERSION)]
        self.state = "checking"
        return [Check(frame)]

    def _spend(self, now: float) -> float:
        """Take one frame from the bucket; seconds to wait when it is empty."""
        self._tokens = min(limits.FRAME_BURST, self._tokens + (now - self._tokens_at) * limits.FRAME_RATE)
        self._tokens_at = now
        if self._tokens < 1:
            return (1 - self._tokens) / limits.FRAME_RATE
        self._tokens -= 1
        if self._tokens > limits.FRAME_BURST / 2:
            self._refusals = 0
        return 0

    def _too_fast(self, request: int, wait: float) -> list[Effect]:
        self._refusals += 1
        if self._refusals > TOO_FAST_LIMIT:
            return self.close(CloseCode.TOO_FAST)
        problem = errors.RateLimited("Too many frames.", retry_after=round(max(wait, 0.05), 3))
        return [Reply(failure(request, problem))]


def failure(request: int, problem: errors.ParleyError) -> Failed:
    """The error frame for a request."""
    return Failed(
        id=request,
        error=problem.code,
        message=problem.message,
        retry_after=problem.retry_after or 0.0,
        details=problem.details,
    )
