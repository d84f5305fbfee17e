"""Writes of many sockets in few commits: group commit of drafts, and coalescing of positions. No rule lives here.

``Batcher`` has no timer: whatever arrives during one commit is the next batch, so a lone sender waits for nobody and a
crowd shares its commits. ``Coalescer`` has a short timer and keeps only the last of what replaces itself.
Both belong to one event loop; ``run`` takes a function and its argument to the write lane.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Generic, Protocol, TypeVar

from chat.realtime import metrics
from protocol import errors

Item = TypeVar("Item")
Result = TypeVar("Result")
#: Called with the result, or with the error that spoiled the whole batch.
Answer = Callable[[Any], None]

#: Items of one commit. Storing 100 in one was not faster than 64 on either database, and 64 keep the commit below 40 ms.
BATCH = 64
#: Waiting items after which senders are asked to come back: five seconds' worth on the slowest machine measured.
MAX_WAITING = 5_000
#: Seconds that positions are collected before they are stored, together.
COALESCE_SECONDS = 0.25
MAX_REST_SECONDS = 3.0

log = logging.getLogger(__name__)


class Run(Protocol):
    """Runs a function in the write lane."""

    def __call__(self, job: Callable[[list[Any]], Any], items: list[Any], /) -> "asyncio.Future[Any]":
        """The job's result, later."""


class Batcher(Generic[Item, Result]):
    """Group commit: ``commit(items) → results`` of the same length, one call at a time."""

    def __init__(
        self,
        commit: Callable[[list[Item]], Sequence[Result]],
        run: Run,
        *,
        name: str = "messages",
        limit: int = BATCH,
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._commit = commit
        self._run = run
        self._limit = limit
        self._max_waiting = max_waiting
        self._waiting: deque[tuple[Item, Answer]] = deque()
        self._running: list[tuple[Item, Answer]] = []
        self._started = 0.0
        self._sizes = metrics.BATCH.labels(name)
        self._seconds = metrics.COMMIT.labels(name)

    @property
    def waiting(self) -> int:
        """Items not committed yet."""
        return len(self._waiting) + len(self._running)

    def submit(self, item: Item, answer: Answer) -> None:
        """Commit ``item`` with the next batch; ``answer`` gets its result. Raises Unavailable when too much waits."""
        if len(self._waiting) >= self._max_waiting:
            raise errors.Unavailable("Too many writes are waiting.", retry_after=2.0)
        self._waiting.append((item, answer))
        if not self._running:
            self._next()

    def _next(self) -> None:
        count = min(self._limit, len(self._waiting))
        self._running = [self._waiting.popleft() for _ in range(count)]
        if self._running:
            self._started = time.perf_counter()
            self._run(self._commit, [item for item, _ in self._running]).add_done_callback(self._done)

    def _done(self, future: "asyncio.Future[Sequence[Result]]") -> None:
        done, self._running = self._running, []
        self._sizes.observe(len(done))
        self._seconds.observe(time.perf_counter() - self._started)
        self._next()
        results = self._results(future, len(done))
        for (_, answer), result in zip(done, results, strict=True):
            try:
                answer(result)
            except Exception:
                log.exception("an answer could not be given")

    def _results(self, future: "asyncio.Future[Sequence[Result]]", count: int) -> Sequence[Any]:
        if future.cancelled():
            return [errors.Unavailable("The server is stopping.")] * count
        problem = future.exception()
        if problem is None:
            return future.result()
        if isinstance(problem, errors.ParleyError):
            return [problem] * count
        log.error("a batch of %d was not committed", count, exc_info=problem)
        return [errors.Unavailable("It could not be stored now; send again with the same key.")] * count


class Coalescer(Generic[Item]):
    """Stores the last of the items under each key, a few times a second; ``answer`` of those replaced is called too.

    It shares the write lane with messages, so it rests four times as long as its last turn took (MAX_REST_SECONDS at
    most): positions never take more than a fifth of the lane.
    """

    def __init__(
        self,
        batcher: Batcher[Item, Any],
        merge: Callable[[Item, Item], Item],
        *,
        later: Callable[[float, Callable[[], None]], Any],
        clock: Callable[[], float] = time.monotonic,
        delay: float = COALESCE_SECONDS,
    ) -> None:
        self._batcher = batcher
        self._merge = merge
        self._later = later
        self._clock = clock
        self._delay = self._rest = delay
        self._waiting: dict[Hashable, tuple[Item, list[Answer]]] = {}
        self._timer = False
        self._unanswered = 0
        self._started = 0.0

    def put(self, key: Hashable, item: Item, answer: Answer | None = None) -> None:
        """Store ``item`` soon; what waits under the same key is merged with it."""
        known = self._waiting.get(key)
        answers = known[1] if known else []
        if answer is not None:
            answers.append(answer)
        self._waiting[key] = (self._merge(known[0], item) if known else item, answers)
        self._arm()

    def flush(self) -> None:
        """Store everything that waits."""
        self._timer = False
        waiting, self._waiting = self._waiting, {}
        self._started = self._clock()
        self._unanswered += len(waiting)
        for item, answers in waiting.values():
            tell = self._to_all(answers)
            try:
                self._batcher.submit(item, tell)
            except errors.Unavailable as problem:
                tell(problem)

    def _arm(self) -> None:
        if self._waiting and not self._timer and not self._unanswered:
            self._timer = True
            self._later(self._rest, self.flush)

    def _to_all(self, answers: list[Answer]) -> Answer:
        def tell(result: Any) -> None:
            self._unanswered -= 1
            if not self._unanswered:
                took = self._clock() - self._started
                self._rest = min(max(self._delay, 4 * took), MAX_REST_SECONDS)
                self._arm()
            for answer in answers:
                answer(result)

        return tell
