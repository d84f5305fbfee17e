"""Catching up after a connect: one ``inbox.sync`` with what is held, all its pages, then one result. Sans-I/O."""

from collections.abc import Callable
from dataclasses import dataclass, field

from parley_sdk.errors import ParleyError
from parley_sdk.link.rpc import Answer, Rpc
from parley_sdk.ports import Clock, Timer
from parley_sdk.wire.events import ConversationState
from parley_sdk.wire.frames import InboxSync
from parley_sdk.wire.replies import Delta, InboxPage

#: Seconds before a sync that failed is tried again.
AGAIN_SECONDS = 1.0
#: Positions in one request; a client that holds more names those that moved last.
MAX_POSITIONS = 5_000


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """All pages of one sync. ``full``: no positions were named, so what is not in ``states`` is gone."""

    full: bool
    states: list[ConversationState] = field(default_factory=list)
    deltas: dict[int, Delta] = field(default_factory=dict)
    gone: list[int] = field(default_factory=list)


class Sync:
    """Runs one sync at a time; asked again meanwhile, it runs once more afterwards."""

    def __init__(
        self, rpc: Rpc, clock: Clock, positions: Callable[[], dict[int, int]], done: Callable[[CaughtUp], None]
    ) -> None:
        self._rpc, self._clock, self._positions, self._done = rpc, clock, positions, done
        self._generation = 0
        self._again = False
        self._timer: Timer | None = None
        self.running = False

    def run(self) -> None:
        """Start, unless one is running."""
        if self.running:
            self._again = True
            return
        self.running = True
        self._generation += 1
        positions = dict(list(self._positions().items())[:MAX_POSITIONS])
        self._ask(self._generation, positions, CaughtUp(full=not positions), "")

    def stop(self) -> None:
        """The connection ended; nothing of a half-done sync is used."""
        self._generation += 1
        self.running = self._again = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ask(self, generation: int, positions: dict[int, int], found: CaughtUp, cursor: str) -> None:
        def answered(answer: Answer) -> None:
            if generation == self._generation:
                self._answered(generation, positions, found, answer)

        self._rpc.call(InboxSync(id=0, positions=positions, cursor=cursor), answered)

    def _answered(self, generation: int, positions: dict[int, int], found: CaughtUp, answer: Answer) -> None:
        if isinstance(answer, InboxPage):
            found.states.extend(answer.states)
            found.deltas.update({delta.conversation: delta for delta in answer.deltas})
            found.gone.extend(answer.gone)
            if answer.next:
                self._ask(generation, positions, found, answer.next)
                return
            self.running = False
            self._done(found)
            if self._again:
                self._again = False
                self.run()
        else:
            self.running = False
            wait = answer.retry_after if isinstance(answer, ParleyError) else 0.0
            self._timer = self._clock.call_later(max(AGAIN_SECONDS, wait), self.run)
