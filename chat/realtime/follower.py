"""What the hub sees of a socket: its queue, which also notes the heads that were sent. No framework, no event loop."""

from collections.abc import Callable

from chat.realtime.outbound import Chunk, Outbound
from chat.realtime.positions import Positions
from chat.realtime.topic import Topic
from protocol.codec import Codec


class SocketFollower(Outbound):
    """A session's queue that also notes which heads were sent."""

    __slots__ = ("positions", "topics", "user")

    def __init__(
        self,
        codec: Codec,
        write: Callable[[bytes | str], bool],
        lagging: Callable[[], None],
        positions: Positions,
    ) -> None:
        super().__init__(codec, write, lagging)
        self.positions = positions
        self.topics: set[Topic] = set()
        self.user = 0

    def deliver(self, chunk: Chunk, conversation: int, seq: int, now: float) -> None:
        """Queue a chunk; an ack is expected up to ``seq``."""
        if seq:
            self.positions.sent(conversation, seq, now)
        self.push(chunk)

    def forget(self, conversation: int) -> None:
        """No ack is expected any more."""
        self.positions.forget(conversation)
