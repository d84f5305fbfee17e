"""Requests and their answers: ids, time-outs, typed errors. Sans-I/O."""

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

from parley_sdk.errors import Disconnected, NoAnswer, ParleyError, ServerError
from parley_sdk.ports import Clock, Timer
from parley_sdk.wire.frames import AnyFrame
from parley_sdk.wire.replies import AnyReply, Failed

ANSWER_SECONDS = 10.0
#: What a request ends in: the server's reply or an error.
Answer: TypeAlias = AnyReply | ParleyError
Done: TypeAlias = Callable[[Answer], None]


class Rpc:
    """Sends requests through ``send`` (which says whether it could) and hands each its answer, exactly once."""

    def __init__(self, clock: Clock, send: Callable[[msgspec.Struct], bool]) -> None:
        self._clock = clock
        self._send = send
        self._last = 1  # 1 is the hello's
        self._waiting: dict[int, tuple[Done, Timer]] = {}

    def call(self, frame: AnyFrame, done: Done, *, timeout: float = 0.0) -> int:
        """Send ``frame`` under a fresh id; ``done`` gets the answer, at once when there is no connection.

        ``timeout`` seconds; 0: ANSWER_SECONDS.
        """
        self._last += 1
        number = self._last
        if not self._send(msgspec.structs.replace(frame, id=number)):
            done(Disconnected("There is no connection."))
            return number
        timer = self._clock.call_later(
            timeout or ANSWER_SECONDS, lambda: self._finish(number, NoAnswer("No answer in time."))
        )
        self._waiting[number] = (done, timer)
        return number

    def answered(self, reply: Any) -> bool:
        """Give a reply to its request; False when nobody waits for it (any more)."""
        number = getattr(reply, "id", 0)
        if number not in self._waiting:
            return False
        if isinstance(reply, Failed):
            reply = ServerError(reply.error, reply.message, retry_after=reply.retry_after, details=reply.details)
        self._finish(number, reply)
        return True

    def disconnected(self) -> None:
        """The connection ended: so do all that wait."""
        for number in list(self._waiting):
            self._finish(number, Disconnected("The connection ended before the answer came."))

    def _finish(self, number: int, answer: Answer) -> None:
        found = self._waiting.pop(number, None)
        if found is not None:
            done, timer = found
            timer.cancel()
            done(answer)
