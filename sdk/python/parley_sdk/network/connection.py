"""One healing connection: idle → connecting → online → waiting → connecting …, or closed for good. Sans-I/O.

It says hello, answers heartbeats, notices silence, renews an expired token and waits with jitter between attempts. What
the frames mean is decided above.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Protocol

import msgspec

from parley_sdk.codec import CODECS, JSON, Codec
from parley_sdk.network import backoff
from parley_sdk.ports import Clock, Link, Random, Timer, TokenSource, Transport
from parley_sdk.wire import rules
from parley_sdk.wire.frames import Hello, Pong
from parley_sdk.wire.replies import AnyReply, Failed, ServerPing, Welcome

HELLO_ID = 1
CONNECT_SECONDS = 10.0
#: A connection that lived so long was good: the next trouble starts with a short pause again.
STABLE_SECONDS = 10.0
#: At least this pause after "too fast".
TOO_FAST_SECONDS = 5.0
#: The first close code that is final.
FINAL = 4400


class State(StrEnum):
    """What the connection does now."""

    IDLE = "idle"
    CONNECTING = "connecting"
    ONLINE = "online"
    WAITING = "waiting"
    CLOSED = "closed"


class Reason(IntEnum):
    """Why the state changed. Numbers from 1000 are WebSocket and server close codes, passed on as they are."""

    STARTED = 1
    STOPPED = 2
    WELCOMED = 3
    RETRYING = 4
    CONNECT_TIMEOUT = 10
    HEARTBEAT_MISSED = 11
    HELLO_REFUSED = 12
    NO_TOKEN = 13
    TOKEN_EXPIRED = 4101
    UNAUTHENTICATED = 4401
    DEVICE_REVOKED = 4403
    UNSUPPORTED_VERSION = 4406


_REFUSALS = {
    "unauthenticated": Reason.UNAUTHENTICATED,
    "bad_credentials": Reason.UNAUTHENTICATED,
    "device_revoked": Reason.DEVICE_REVOKED,
    "unsupported_version": Reason.UNSUPPORTED_VERSION,
    "token_expired": Reason.TOKEN_EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Change:
    """A change of state. ``retry_in`` seconds until the next attempt, when waiting."""

    state: State
    reason: int
    message: str = ""
    retry_in: float = 0.0


class Listener(Protocol):
    """Who hears from a connection."""

    def changed(self, change: Change) -> None:
        """The state is another."""

    def welcomed(self, welcome: Welcome) -> None:
        """Online: called before ``changed``."""

    def received(self, frame: AnyReply) -> None:
        """A frame that is not the connection's own business (heads of a ping are passed on too)."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The world, as the core sees it."""

    clock: Clock
    random: Random
    transport: Transport
    tokens: TokenSource


class Connection:
    """See the module."""

    def __init__(self, ports: Ports, listener: Listener, *, client: str = "parley-python") -> None:
        self.ports = ports
        self.listener = listener
        self.client = client
        self.state = State.IDLE
        self.reason: int = 0
        self.welcome: Welcome | None = None
        self._link: Link | None = None
        self._codec: Codec = JSON
        self._attempt = 0
        self._epoch = 0
        self._renew = False
        self._heard = self._since = 0.0
        self._timer: Timer | None = None

    def start(self) -> None:
        """Connect, and stay connected until ``stop``."""
        if self.state in {State.IDLE, State.CLOSED}:
            self._attempt = 0
            self._renew = False
            self._connect(Reason.STARTED)

    def stop(self) -> None:
        """End it."""
        if self.state is not State.IDLE:
            self._drop(1000)
            self._change(State.CLOSED, Reason.STOPPED)

    def retry_now(self) -> None:
        """Do not wait any longer: the network is back, or somebody pressed the button."""
        if self.state is State.WAITING:
            self._connect(Reason.RETRYING)

    def send(self, frame: msgspec.Struct) -> bool:
        """Send a frame if online; whether it was."""
        if self.state is not State.ONLINE or self._link is None:
            return False
        self._link.send(self._codec.encode(frame))
        return True

    # Attempts

    def _connect(self, reason: int) -> None:
        self._drop()
        epoch = self._epoch
        self._change(State.CONNECTING, reason)
        self._arm(CONNECT_SECONDS, lambda: self._lost(Reason.CONNECT_TIMEOUT, "No welcome in time."))
        self.ports.tokens.fetch(renew=self._renew, done=lambda token: self._fetched(epoch, token))

    def _fetched(self, epoch: int, token: str | Exception) -> None:
        if epoch != self._epoch or self.state is not State.CONNECTING:
            return
        if isinstance(token, Exception):
            self._drop()
            self._change(State.CLOSED, Reason.NO_TOKEN, str(token))
            return
        self._renew = False
        self._link = self.ports.transport.open(_Events(self, epoch, token), token)

    def _opened(self, subprotocol: str, token: str) -> None:
        self._codec = CODECS.get(subprotocol, JSON)
        hello = Hello(id=HELLO_ID, version=rules.VERSION, token=token, client=self.client)
        if self._link is not None:
            self._link.send(self._codec.encode(hello))

    def _received(self, data: bytes | str) -> None:
        self._heard = self.ports.clock.now()
        frame = self._codec.decode(data)
        if frame is None:
            return
        if self.state is State.CONNECTING:
            self._answered(frame)
        elif self.state is State.ONLINE:
            if isinstance(frame, ServerPing):
                self.send(Pong())
            self.listener.received(frame)

    def _answered(self, frame: AnyReply) -> None:
        if isinstance(frame, Welcome):
            self.welcome = frame
            self._since = self.ports.clock.now()
            self._watch(frame.heartbeat + rules.HEARTBEAT_GRACE_SECONDS)
            self.state = State.ONLINE
            self.listener.welcomed(frame)
            self._change(State.ONLINE, Reason.WELCOMED)
        elif isinstance(frame, Failed) and frame.id in {HELLO_ID, 0}:
            self._lost(_REFUSALS.get(frame.error, Reason.HELLO_REFUSED), frame.message, frame.retry_after)

    def _watch(self, patience: float) -> None:
        """Close when nothing is heard for ``patience`` seconds."""
        silent = self.ports.clock.now() - self._heard
        if silent >= patience:
            self._lost(Reason.HEARTBEAT_MISSED, "The server went silent.")
        else:
            # Not shorter than 50 ms: a rest below the clock's resolution would come back at the same moment for ever.
            self._arm(max(patience - silent, 0.05), lambda: self._watch(patience))

    # Ends

    def _lost(self, reason: int, message: str, at_least: float = 0.0) -> None:
        stable = self.state is State.ONLINE and self.ports.clock.now() - self._since >= STABLE_SECONDS
        self._drop()
        if FINAL <= reason < FINAL + 100:
            self._change(State.CLOSED, reason, message)
            return
        if stable:
            self._attempt = 0
        if reason == Reason.TOKEN_EXPIRED:
            self._renew = True
        wait = max(backoff.pause(self._attempt, self.ports.random), at_least)
        if reason == rules_code("too_fast"):
            wait = max(wait, TOO_FAST_SECONDS)
        self._attempt += 1
        self._change(State.WAITING, reason, message, wait)
        self._arm(wait, lambda: self._connect(Reason.RETRYING))

    def _drop(self, code: int = 1000) -> None:
        self._epoch += 1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        link, self._link = self._link, None
        if link is not None:
            link.close(code)

    def _arm(self, delay: float, action: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self.ports.clock.call_later(delay, action)

    def _change(self, state: State, reason: int, message: str = "", retry_in: float = 0.0) -> None:
        self.state, self.reason = state, reason
        self.listener.changed(Change(state, int(reason), message, retry_in))


def rules_code(name: str) -> int:
    """The close code of a name in the protocol's table."""
    return next(code for code, (known, _) in rules.CLOSES.items() if known == name)


class _Events:
    """What one link reports, ignored once the connection has moved on to another."""

    def __init__(self, connection: Connection, epoch: int, token: str) -> None:
        self.connection, self.epoch, self.token = connection, epoch, token

    def _current(self) -> bool:
        return self.epoch == self.connection._epoch

    def opened(self, subprotocol: str) -> None:
        if self._current():
            self.connection._opened(subprotocol, self.token)

    def received(self, data: bytes | str) -> None:
        if self._current():
            self.connection._received(data)

    def closed(self, code: int, reason: str) -> None:
        if self._current():
            self.connection._lost(code, reason)
