"""One client that says what it heard: full messages and hints by conversation, when each came; and its own acks."""

import asyncio
import time
import uuid
from collections import Counter, defaultdict

import msgspec

from benchmarks.ledger import ACCEPTED, ERROR, EVENTS, PING, kind_of
from benchmarks.websocket import LoadSocket, connect

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
HELLO, SYNC_ACK, PONG, SEND, MARK, OPEN = 1, 5, 4, 10, 20, 30
SUBPROTOCOL = "parley.v1.msgpack"
#: Wire numbers of what is counted.
CREATED, ADVANCED = 10, 55


class Watcher:
    """A socket of one person."""

    def __init__(self) -> None:
        self.hints: dict[int, list[float]] = defaultdict(list)
        self.full: Counter[int] = Counter()
        #: Conversation -> the newest message number heard of.
        self.newest: dict[int, int] = {}
        #: Conversation -> how far the person has read by what he said himself: marks, and messages of his own.
        self.read: dict[int, int] = {}
        self.errors: Counter[str] = Counter()
        #: Milliseconds from sending to the ack, and from sending to what others heard (a text that says when it was sent).
        self.acked: list[float] = []
        self.delays: list[float] = []
        self._sent: dict[int, float] = {}
        self._held: dict[int, object] = {}
        self._number = 0
        self._ready = asyncio.Event()
        self.socket: LoadSocket

    @classmethod
    async def connect(cls, url: str, token: str) -> "Watcher":
        """A socket that was let in."""
        made = cls()
        made.socket = await connect(url, lambda _, data: made._take(data), subprotocol=SUBPROTOCOL)
        made.socket.send(_encode([HELLO, 1, 1, [], token, "benchmark"]))
        await asyncio.wait_for(made._ready.wait(), 60)
        return made

    def say(self, conversation: int, text: str) -> None:
        """Send; the ack's time is kept."""
        self._number += 1
        self._sent[self._number] = time.perf_counter()
        self.socket.send(_encode([SEND, self._number, conversation, uuid.uuid4().hex, "text", {"text": text}]))

    def say_when(self, conversation: int) -> None:
        """Send a text that says when."""
        self.say(conversation, f"{time.perf_counter()}:")

    def mark(self, conversation: int) -> int:
        """Say that everything heard of was read; how far that is."""
        number = self.newest.get(conversation, 0)
        if number > self.read.get(conversation, 0):
            self.read[conversation] = number
            self._number += 1
            self.socket.send(_encode([MARK, self._number, conversation, number]))
        return number

    def acknowledge(self) -> None:
        """Confirm all that came, as clients do once a second."""
        if self._held:
            self.socket.send(_encode([SYNC_ACK, self._held]))
            self._held = {}

    def open(self, conversation: int) -> None:
        """Ask for everything in full."""
        self._number += 1
        self.socket.send(_encode([OPEN, self._number, conversation]))

    def close(self) -> None:
        """Hang up."""
        if self.socket.transport is not None:
            self.socket.transport.close()

    def _take(self, data: bytes) -> None:
        kind = kind_of(data)
        frame = _decode(data)
        if kind == EVENTS:
            for event in frame[1]:
                self._hear(event)
        elif kind == ACCEPTED:
            if (sent := self._sent.pop(frame[1], None)) is not None:
                self.acked.append((time.perf_counter() - sent) * 1000)
            self.read[frame[2]] = max(self.read.get(frame[2], 0), frame[5])
        elif kind == ERROR:
            self.errors[str(frame[2])] += 1
        elif kind == PING:
            self.socket.send(_encode([PONG]))
        else:
            self._ready.set()

    def _hear(self, event: list[object]) -> None:
        conversation = event[1]
        assert isinstance(conversation, int)
        if event[0] == ADVANCED:
            self.hints[conversation].append(time.monotonic())
            self.newest[conversation] = max(self.newest.get(conversation, 0), int(str(event[3])))
        elif event[0] == CREATED:
            self.full[conversation] += 1
            self.newest[conversation] = max(self.newest.get(conversation, 0), int(str(event[6])))
            text = event[8]["text"] if isinstance(event[8], dict) else ""
            if text.endswith(":"):
                self.delays.append((time.perf_counter() - float(text[:-1])) * 1000)
            self._held[conversation] = event[2]
