"""Stand-ins at the edges of the hot path: a socket that is a list, and layer messages as relay makes them."""

from chat.realtime.follower import SocketFollower
from chat.realtime.positions import Positions
from chat.relay import Passing, compose
from protocol.codec import JSON, Codec
from protocol.events import MessageCreated, MessageRecalled


class Wire:
    """A socket that takes everything, or nothing while ``open`` is False."""

    def __init__(self, codec: Codec = JSON, user: int = 1) -> None:
        self.frames: list[bytes | str] = []
        self.open = True
        self.lagged = 0
        self.follower = SocketFollower(codec, self._write, self._lagging, Positions())
        self.follower.user = user
        self.codec = codec

    def _write(self, frame: bytes | str) -> bool:
        self.frames.append(frame)
        return self.open

    def _lagging(self) -> None:
        self.lagged += 1

    def decoded(self) -> list:
        return [self.codec.decode_server(each.encode() if isinstance(each, str) else each) for each in self.frames]

    def events(self) -> list:
        return [event for frame in self.decoded() for event in getattr(frame, "events", [])]

    def seqs(self) -> list[int]:
        return [event.seq for event in self.events()]


def said(conversation: int, seq: int, body: str = "hi") -> MessageCreated:
    return MessageCreated(
        conversation=conversation, seq=seq, at=1, number=seq, kind="text", body={"text": body}, sender=2
    )


def recalled(conversation: int, seq: int, target: int) -> MessageRecalled:
    return MessageRecalled(conversation=conversation, seq=seq, at=1, target=target, number=target, sender=2)


def layer_message(topic: str, *events, large: bool = False) -> dict:
    (message,) = compose(topic, [Passing(topic, event, large) for event in events])
    return message
