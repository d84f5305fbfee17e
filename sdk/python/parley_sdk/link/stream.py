"""The entries of one conversation, each once and in order, whatever the wire does to them. Sans-I/O.

``held`` is the seq up to which everything was given to ``apply``. What comes too early is held back; a hole is asked for
once, after a short wait, since two gateways may overtake each other by milliseconds.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from parley_sdk.errors import ParleyError
from parley_sdk.link.rpc import Answer
from parley_sdk.ports import Clock, Timer
from parley_sdk.wire.events import DurableEvent
from parley_sdk.wire.replies import TimelineEntries

#: Seconds that a hole may close by itself.
HOLE_SECONDS = 0.1
#: Seconds before a hole is asked for again when the answer did not come.
AGAIN_SECONDS = 1.0
#: Entries held back before they are dropped and asked for again later: memory is bounded.
MAX_HELD_BACK = 1_000


class Owner(Protocol):
    """Who a stream serves."""

    def apply(self, event: DurableEvent) -> None:
        """The next entry, in order."""

    def pull(self, conversation: int, after: int, until: int, done: Callable[[Answer], None]) -> None:
        """Ask the server for entries in (after, until]; until 0: up to the head."""

    def too_far_behind(self, conversation: int) -> None:
        """The server wants the conversation taken as a snapshot."""

    def advanced(self, conversation: int) -> None:
        """``held`` grew."""


class Stream:
    """See the module. ``held`` None: the inbox row has not come yet, everything is held back."""

    def __init__(self, conversation: int, owner: Owner, clock: Clock, held: int | None = None) -> None:
        self.conversation = conversation
        self.held = held
        self.early: dict[int, DurableEvent] = {}
        self.pulls = 0
        self.duplicates = 0
        self._head = held or 0
        self._owner = owner
        self._clock = clock
        self._paused = False
        self._pulling = False
        self._until = 0
        self._timer: Timer | None = None

    @property
    def whole(self) -> bool:
        """Whether everything that is known to exist is held."""
        return self.held is not None and self.held >= self._head and not self.early

    def receive(self, event: DurableEvent) -> None:
        """An entry from wherever it came: live, a sync, a pull."""
        self._take(event)
        self._drain()
        self._look()

    def receive_all(self, events: Sequence[DurableEvent]) -> None:
        """Several, as a page brings them."""
        for event in events:
            self._take(event)
        self._drain()
        self._look()

    def see_head(self, seq: int) -> None:
        """The server says that the timeline reaches ``seq``."""
        self._head = max(self._head, seq)
        self._look()

    def jump(self, seq: int) -> None:
        """A snapshot is true as of ``seq``: go on from there."""
        self.held = max(self.held or 0, seq)
        self._head = max(self._head, self.held)
        self.early = {each: event for each, event in self.early.items() if each > self.held}
        self._owner.advanced(self.conversation)
        self._drain()
        self._look()

    def pause(self) -> None:
        """Ask for nothing: there is no connection, or a sync is about to bring it."""
        self._paused = True
        self._stop()

    def resume(self) -> None:
        """Ask for holes again."""
        self._paused = False
        self._look()

    def end(self) -> None:
        """Forget everything."""
        self.pause()
        self.early.clear()

    def _take(self, event: DurableEvent) -> None:
        self._head = max(self._head, event.seq)
        if event.seq in self.early or (self.held is not None and event.seq <= self.held):
            self.duplicates += 1
        elif len(self.early) < MAX_HELD_BACK:
            self.early[event.seq] = event

    def _drain(self, covered: int = 0) -> None:
        """Apply what is next. Up to ``covered`` the server told all it has: what is missing there is passed over."""
        if self.held is None:
            return
        before = self.held
        while True:
            event = self.early.pop(self.held + 1, None)
            if event is None and self.held >= covered:
                break
            self.held += 1
            if event is not None:
                self._owner.apply(event)
        if self.held != before:
            self._owner.advanced(self.conversation)

    def _look(self) -> None:
        """Plan to ask for the first hole, if there is one; forget the plan if not."""
        if self.held is None or self._paused:
            return
        if self.held >= self._head:
            self._stop()
        elif self._timer is None and not self._pulling:
            self._timer = self._clock.call_later(HOLE_SECONDS, self._pull)

    def _pull(self) -> None:
        self._timer = None
        if self.held is None or self._paused or self._pulling or self.held >= self._head:
            return
        self._pulling = True
        self.pulls += 1
        self._until = min(self.early) - 1 if self.early else 0
        self._owner.pull(self.conversation, self.held, self._until, self._pulled)

    def _pulled(self, answer: Answer) -> None:
        self._pulling = False
        asked, self._until = self._until, 0
        if isinstance(answer, TimelineEntries):
            if answer.snapshot_required:
                self._owner.too_far_behind(self.conversation)
                return
            before = self.held
            for event in answer.events:
                if isinstance(event, DurableEvent):
                    self._take(event)
            self._head = max(self._head, answer.head_seq)
            self._drain(self._covered(answer, asked))
            if self.held != before and self._unfinished():
                self._pull()
                return
        if self._unfinished() and not self._paused:
            gone = isinstance(answer, ParleyError) and not answer.retryable
            self._timer = None if gone else self._clock.call_later(AGAIN_SECONDS, self._pull)

    def _covered(self, answer: TimelineEntries, asked: int) -> int:
        """Up to which seq an answer is complete: entries of types that this kit does not know are not in it."""
        if answer.more:
            return max((event.seq for event in answer.events if isinstance(event, DurableEvent)), default=0)
        return asked or answer.head_seq

    def _unfinished(self) -> bool:
        return self.held is not None and self.held < self._head and self._timer is None

    def _stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
