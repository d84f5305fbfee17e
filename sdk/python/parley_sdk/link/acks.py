"""Telling the server what this device holds: cumulative, and coalesced to one frame a second. Sans-I/O."""

from collections.abc import Callable
from itertools import islice

import msgspec

from parley_sdk.ports import Clock, Timer
from parley_sdk.wire.frames import SyncAck

#: The first ack after a quiet time waits a moment for company; the next frame comes a second after the last.
FIRST_SECONDS, SPACING_SECONDS = 0.2, 1.0
#: Positions in one frame.
MAX_POSITIONS = 1_000


class Acks:
    """Collects positions and sends them through ``send`` (which says whether it could)."""

    def __init__(self, clock: Clock, send: Callable[[msgspec.Struct], bool]) -> None:
        self._clock = clock
        self._send = send
        self._due: dict[int, int] = {}
        self._last = -SPACING_SECONDS
        self._timer: Timer | None = None

    def note(self, conversation: int, seq: int) -> None:
        """This device holds the conversation up to ``seq``."""
        self._due[conversation] = max(seq, self._due.get(conversation, 0))
        if self._timer is None:
            since = self._clock.now() - self._last
            self._timer = self._clock.call_later(max(FIRST_SECONDS, SPACING_SECONDS - since), self._flush)

    def online(self) -> None:
        """What could not be told before is told now."""
        for conversation, seq in list(self._due.items()):
            self.note(conversation, seq)

    def _flush(self) -> None:
        self._timer = None
        part = dict(islice(self._due.items(), MAX_POSITIONS))
        if part and self._send(SyncAck(positions=part)):
            self._last = self._clock.now()
            for conversation in part:
                del self._due[conversation]
            self.online()
