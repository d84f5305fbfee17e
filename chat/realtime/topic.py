"""One topic in one process: its followers, the order of what arrives, and what waits for the next flush.

No framework, no event loop, no clock. A layer may reorder messages of two publishers; a gap is therefore held back for
a moment, and then let through: clients order and heal by seq anyway.
"""

from collections import deque
from collections.abc import Collection, Mapping
from typing import Any, Protocol

from chat.realtime.outbound import MAX_EVENTS_FRAME, Chunk, merge
from protocol.codec import JSON, MSGPACK
from protocol.events import ConversationAdvanced

#: Seconds a message with a gap before it waits for the missing one. Two publishers differ by a few milliseconds.
HOLD_BACK_SECONDS = 0.1
#: Seconds between two ``conversation.advanced`` of one conversation.
ADVANCED_SECONDS = 1.0
#: Commits whose time is remembered: a second of a busy conversation, and 6 KB.
TIMES = 64


class Follower(Protocol):
    """What the hub needs of a session: somewhere to put chunks. ``topics`` is the hub's own note on it."""

    user: int
    topics: "set[Topic]"

    def deliver(self, chunk: Chunk, conversation: int, seq: int, now: float) -> None:
        """Queue a chunk that ends at ``seq`` (0: nothing durable in it)."""

    def flush(self, made: dict[tuple[int, ...], bytes | str]) -> None:
        """Send what was queued."""

    def forget(self, conversation: int) -> None:
        """The conversation is no longer followed."""


class Topic:
    """Followers and what waits for them."""

    __slots__ = (
        "_advanced_at",
        "_held",
        "_pending",
        "_times",
        "_vital",
        "_waiting_head",
        "conversation",
        "followers",
        "head",
        "large",
        "last_number",
        "name",
        "notices",
        "opened",
        "small",
    )

    def __init__(self, name: str, conversation: int, *, large: bool = False, small: bool = False) -> None:
        self.name = name
        self.conversation = conversation
        self.large = large
        #: Whether delivered positions are kept here.
        self.small = small
        self.followers: set[Follower] = set()
        #: Those with full attention for a large conversation.
        self.opened: set[Follower] = set()
        #: Last seq handed out here; 0 until the first.
        self.head = 0
        self.last_number = 0
        #: Messages that change who follows what, for the hub.
        self.notices: list[Mapping[str, Any]] = []
        self._pending: list[tuple[Chunk, int]] = []
        self._vital: list[Chunk] = []
        self._held: list[tuple[int, float, Mapping[str, Any]]] = []
        self._advanced_at = float("-inf")
        self._waiting_head = 0
        #: (Last seq, time of commit in ms) of what came lately: how long a device took to confirm it.
        self._times: deque[tuple[int, int]] = deque(maxlen=TIMES)

    def take(self, message: Mapping[str, Any], now: float) -> None:
        """A message of the layer: queued for the flush, or held back while one before it is missing."""
        first = message["first_seq"]
        if first and self.head and first > self.head + 1:
            self._held.append((first, now, message))
            self._held.sort(key=lambda each: each[:2])
            return
        self._admit(message)
        while self._held and self._held[0][0] <= self.head + 1:
            self._admit(self._held.pop(0)[2])

    def release(self, now: float) -> float:
        """Let through what was held back long enough; returns the seconds until the next is due."""
        while self._held:
            first, since, message = self._held[0]
            if first > self.head + 1 and now - since < HOLD_BACK_SECONDS:
                return HOLD_BACK_SECONDS - (now - since)
            self._held.pop(0)
            self._admit(message)
        return float("inf")

    def drain(self, now: float) -> list[tuple[Chunk, int, Collection[Follower]]]:
        """Chunks to hand out now: (chunk, last durable seq in it, to whom)."""
        pending, self._pending = self._pending, []
        vital, self._vital = self._vital, []
        out: list[tuple[Chunk, int, Collection[Follower]]] = []
        full = self.opened if self.large else self.followers
        if full:
            out.extend((chunk, seq, full) for chunk, seq in _merged(pending))
        if self.large:
            background = self.followers - self.opened
            if background:
                out.extend((chunk, 0, background) for chunk in vital)
                if self._waiting_head and now - self._advanced_at >= ADVANCED_SECONDS:
                    out.append((self._advanced(), 0, background))
                    self._advanced_at = now
            if not background or self._advanced_at == now:
                self._waiting_head = 0
        return out

    def advance_due(self, now: float) -> float:
        """Seconds until the next ``conversation.advanced`` may go out; infinity when none waits."""
        if not self._waiting_head:
            return float("inf")
        return max(0.0, self._advanced_at + ADVANCED_SECONDS - now)

    def reach(self, head: int) -> None:
        """The followers are told of ``head`` by other means; what comes next follows on it."""
        self.head = max(self.head, head)

    def committed(self, seq: int) -> int:
        """When the entry at ``seq`` was committed (ms); 0: too long ago, or it never came here."""
        found = 0
        for last, at in reversed(self._times):
            if last < seq:
                break
            found = at
        return found

    def attentive(self) -> Collection[Follower]:
        """Who is owed every entry."""
        return self.opened if self.large else self.followers

    def _admit(self, message: Mapping[str, Any]) -> None:
        last = message["last_seq"]
        self.large = bool(message["large"])
        self._pending.append((Chunk(message["json"], message["msgpack"], message["count"]), last))
        if last:
            self.head = max(self.head, last)
            self._times.append((last, message.get("at", 0)))
            self.last_number = max(self.last_number, message["last_number"])
            self._waiting_head = self.head if self.large else 0
        if self.large and message.get("vital"):
            self._vital.append(Chunk(*message["vital"]))
        if message.get("joined") or message.get("left") or message.get("revoked"):
            self.notices.append(message)

    def _advanced(self) -> Chunk:
        event = ConversationAdvanced(conversation=self.conversation, head_seq=self.head, last_number=self.last_number)
        return Chunk(JSON.encode(event), MSGPACK.encode(event), 1, hint=True)


def _merged(pending: list[tuple[Chunk, int]]) -> list[tuple[Chunk, int]]:
    """Neighbours joined up to the size of a frame."""
    out: list[tuple[Chunk, int]] = []
    run: list[Chunk] = []
    size = last = 0
    for chunk, seq in pending:
        if run and size + chunk.size > MAX_EVENTS_FRAME:
            out.append((merge(run), last))
            run, size, last = [], 0, 0
        run.append(chunk)
        size += chunk.size
        last = max(last, seq)
    if run:
        out.append((merge(run), last))
    return out
