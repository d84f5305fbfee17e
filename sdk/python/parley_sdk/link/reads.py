"""Read positions on their way to the server: the last one wins, and is told again until it is stored. Sans-I/O."""

from collections.abc import Callable

from parley_sdk.errors import ParleyError
from parley_sdk.link.rpc import Answer, Rpc
from parley_sdk.ports import Clock
from parley_sdk.wire.frames import ReceiptMark

#: Seconds in which positions of one conversation are gathered, and after a failure.
GATHER_SECONDS, AGAIN_SECONDS = 0.2, 2.0


class Reads:
    """One mark per conversation is under way at a time."""

    def __init__(self, rpc: Rpc, clock: Clock) -> None:
        self._rpc = rpc
        self._clock = clock
        self._online = False
        self._busy: set[int] = set()
        self.due: dict[int, int] = {}

    def mark(self, conversation: int, number: int) -> None:
        """The person has read up to ``number``."""
        self.due[conversation] = max(number, self.due.get(conversation, 0))
        self._plan(conversation, GATHER_SECONDS)

    def online(self) -> None:
        """Tell what could not be told."""
        self._online = True
        for conversation in self.due:
            self._plan(conversation, 0.0)

    def offline(self) -> None:
        """Keep it for the next connection."""
        self._online = False

    def _plan(self, conversation: int, delay: float) -> None:
        if self._online and conversation not in self._busy:
            self._busy.add(conversation)
            self._clock.call_later(delay, lambda: self._tell(conversation))

    def _tell(self, conversation: int) -> None:
        number = self.due.get(conversation)
        if number is None or not self._online:
            self._busy.discard(conversation)
            return
        self._rpc.call(
            ReceiptMark(id=0, conversation=conversation, read_number=number), self._told(conversation, number)
        )

    def _told(self, conversation: int, number: int) -> Callable[[Answer], None]:
        def answered(answer: Answer) -> None:
            self._busy.discard(conversation)
            failed = isinstance(answer, ParleyError)
            final = isinstance(answer, ParleyError) and not answer.retryable
            if (not failed or final) and self.due.get(conversation) == number:
                del self.due[conversation]
            elif conversation in self.due:
                self._plan(conversation, AGAIN_SECONDS if failed else 0.0)

        return answered
