"""What the core needs of the world, as small interfaces: time, the wire, randomness, storage. Tests give fakes.

The core is plain synchronous code: it never reads a clock, opens a socket or awaits. ``runtime`` binds it to asyncio.
"""

from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A pending call."""

    def cancel(self) -> None:
        """Take it back; harmless when it already ran."""


class Clock(Protocol):
    """Time and later calls."""

    def now(self) -> float:
        """Seconds of a clock that never jumps."""

    def call_later(self, delay: float, action: Callable[[], None]) -> Timer:
        """Run ``action`` after ``delay`` seconds."""


class Link(Protocol):
    """One opened (or opening) connection."""

    def send(self, data: bytes | str) -> None:
        """Send one message; never blocks, never raises."""

    def close(self, code: int = 1000, reason: str = "") -> None:
        """End it. ``LinkEvents.closed`` is not called after this."""


class LinkEvents(Protocol):
    """Who hears from a link."""

    def opened(self, subprotocol: str) -> None:
        """The handshake is done."""

    def received(self, data: bytes | str) -> None:
        """One message arrived."""

    def closed(self, code: int, reason: str) -> None:
        """The link ended by itself or could not be opened (1006)."""


class Transport(Protocol):
    """Opens links."""

    def open(self, events: LinkEvents, token: str) -> Link:
        """Begin to open one."""


class TokenSource(Protocol):
    """Gives the bearer token, possibly after asking somebody."""

    def fetch(self, *, renew: bool, done: Callable[[str | Exception], None]) -> None:
        """Call ``done`` with the token. ``renew``: the last one is expired, get another."""


class Random(Protocol):
    """Randomness for jitter and keys."""

    def uniform(self, low: float, high: float) -> float:
        """A number in the interval."""

    def getrandbits(self, bits: int) -> int:
        """An integer of so many random bits."""


class Storage(Protocol):
    """Small named records that outlive the process. Calls are quick and local."""

    def load(self, table: str) -> dict[str, bytes]:
        """All records of a table."""

    def put(self, table: str, key: str, value: bytes) -> None:
        """Write one record; durable when this returns."""

    def delete(self, table: str, key: str) -> None:
        """Forget one record."""
