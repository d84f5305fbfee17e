"""One bounded queue per session: merges what waits into one frame, holds back what the peer does not read.

No framework and no event loop. What a session may see and when to flush is the hub's business.

A socket write is the unit of cost (15–30 µs, against 1 µs to queue an event), so that everything waiting goes out as
one ``events`` frame, and sessions with the same events waiting share its very bytes.

Servers differ in back-pressure (one buffers without bound), so the queue keeps its own window: bytes sent after the
last confirmed ping are in flight, and a pong confirms what was sent before its ping.
"""

from collections import deque
from collections.abc import Callable, Sequence

from protocol.codec import JSON, MSGPACK, Codec
from protocol.replies import ServerPing

#: Bytes of one ``events`` frame at most: client libraries refuse frames over 1 MiB by default.
MAX_EVENTS_FRAME = 256 * 1024
#: Bytes on their way to a client that were not confirmed yet.
WINDOW_BYTES = 1024 * 1024
#: In-flight bytes after which the client is asked to confirm, so that a fast reader never meets the window.
CONFIRM_BYTES = WINDOW_BYTES // 4
#: What may wait behind the window before the session counts as lagging.
MAX_WAITING_BYTES = 2 * 1024 * 1024
MAX_WAITING_EVENTS = 10_000

_EMPTY_PING = {codec: codec.encode(ServerPing()) for codec in (JSON, MSGPACK)}


class Chunk:
    """Some events of one topic in both codecs, encoded once for all sessions of the process."""

    __slots__ = ("_frames", "count", "hint", "json", "msgpack", "size")

    def __init__(self, json: bytes, msgpack: bytes, count: int, *, hint: bool = False) -> None:
        self.json = json
        self.msgpack = msgpack
        self.count = count
        #: Stands for entries that are not in it.
        self.hint = hint
        self.size = len(json)
        self._frames: dict[Codec, bytes | str] = {}

    def part(self, codec: Codec) -> bytes:
        """The joined events in ``codec``."""
        return self.msgpack if codec.binary else self.json

    def frame(self, codec: Codec) -> bytes | str:
        """The ``events`` frame with nothing but this chunk, made once."""
        frame = self._frames.get(codec)
        if frame is None:
            frame = self._frames[codec] = _framed(codec, [self.part(codec)], self.count)
        return frame


def merge(chunks: Sequence[Chunk]) -> Chunk:
    """Several chunks as one."""
    if len(chunks) == 1:
        return chunks[0]
    return Chunk(
        JSON.join([each.json for each in chunks]),
        MSGPACK.join([each.msgpack for each in chunks]),
        sum(each.count for each in chunks),
    )


def _framed(codec: Codec, parts: list[bytes], count: int) -> bytes | str:
    frame = codec.events_frame(parts, count)
    return frame if codec.binary else frame.decode()


class Outbound:
    """What waits for one session.

    ``write`` puts a frame on the socket and says whether the next may follow at once; if not, ``resume`` is called
    when it may. ``lagging`` is called once, when too much waits.
    """

    __slots__ = (
        "_pings",
        "blocked",
        "chunks",
        "closed",
        "codec",
        "confirmed_bytes",
        "events",
        "lagging",
        "replies",
        "sent_bytes",
        "waiting_bytes",
        "waiting_events",
        "write",
    )

    def __init__(self, codec: Codec, write: Callable[[bytes | str], bool], lagging: Callable[[], None]) -> None:
        self.codec = codec
        self.write = write
        self.lagging = lagging
        self._pings: deque[int] = deque()
        self.chunks: list[Chunk] = []
        self.replies: list[bytes | str] = []
        self.waiting_bytes = 0
        self.waiting_events = 0
        self.sent_bytes = 0
        self.confirmed_bytes = 0
        self.events = 0
        self.blocked = False
        self.closed = False

    def push(self, chunk: Chunk) -> None:
        """Queue events; ``flush`` sends them."""
        self.chunks.append(chunk)
        self.waiting_bytes += chunk.size
        self.waiting_events += chunk.count
        if self.waiting_bytes > MAX_WAITING_BYTES or self.waiting_events > MAX_WAITING_EVENTS:
            self._give_up()

    def reply(self, encoded: bytes) -> None:
        """Send an answer, before events that wait; queued only while the socket is blocked."""
        if self.closed:
            return
        frame: bytes | str = encoded if self.codec.binary else encoded.decode()
        if self.blocked:
            self.replies.append(frame)
            self.waiting_bytes += len(encoded)
            if self.waiting_bytes > MAX_WAITING_BYTES:
                self._give_up()
        else:
            self._put(frame)

    def flush(self, made: dict[tuple[int, ...], bytes | str]) -> None:
        """Send what waits, if the peer keeps up. ``made`` shares merged frames between sessions of one flush."""
        while self.chunks and not self.blocked and not self.closed:
            if self.sent_bytes - self.confirmed_bytes > WINDOW_BYTES:
                return
            chunks = self._next_slice()
            if len(chunks) == 1:
                frame = chunks[0].frame(self.codec)
            else:
                key = (self.codec.binary, *map(id, chunks))
                known = made.get(key)
                if known is None:
                    parts = [each.part(self.codec) for each in chunks]
                    known = made[key] = _framed(self.codec, parts, sum(each.count for each in chunks))
                frame = known
            self._put(frame)

    def resume(self) -> None:
        """The socket takes frames again."""
        self.blocked = False
        while self.replies and not self.blocked and not self.closed:
            reply = self.replies.pop(0)
            self.waiting_bytes -= len(reply)
            self._put(reply)
        self.flush({})

    def ping(self, encoded: bytes) -> None:
        """Send a ping: its pong will confirm everything before it."""
        self._pings.append(self.sent_bytes + len(encoded))
        self.reply(encoded)

    def pong(self) -> None:
        """The peer answered the oldest ping; what was held back may go."""
        if self._pings:
            self.confirmed_bytes = self._pings.popleft()
        if self.sent_bytes - self.confirmed_bytes > CONFIRM_BYTES and not self._pings:
            self.ping(_EMPTY_PING[self.codec])
        if self.chunks:
            self.flush({})

    def close(self) -> None:
        """Forget everything; later pushes are ignored."""
        self.closed = True
        self.chunks, self.replies = [], []

    def _next_slice(self) -> list[Chunk]:
        chunks, size = self.chunks, self.waiting_bytes
        if size <= MAX_EVENTS_FRAME:
            self.chunks = []
            self.events += self.waiting_events
            self.waiting_bytes = self.waiting_events = 0
            return chunks
        taken, size = 1, chunks[0].size
        while taken < len(chunks) and size + chunks[taken].size <= MAX_EVENTS_FRAME:
            size += chunks[taken].size
            taken += 1
        count = sum(each.count for each in chunks[:taken])
        self.chunks = chunks[taken:]
        self.waiting_bytes -= size
        self.waiting_events -= count
        self.events += count
        return chunks[:taken]

    def _put(self, frame: bytes | str) -> None:
        self.sent_bytes += len(frame)
        if not self.write(frame):
            self.blocked = True
        if self.sent_bytes - self.confirmed_bytes > CONFIRM_BYTES and not self._pings:
            self.ping(_EMPTY_PING[self.codec])

    def _give_up(self) -> None:
        if not self.closed:
            self.close()
            self.lagging()
