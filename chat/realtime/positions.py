"""What one session was sent and what it has acknowledged; says when a head must be repeated, or given up.

No framework and no clock. Acks are cumulative: a position says that everything up to it is held by the device. The
unit of lateness is progress: a session that keeps acking, however far behind, is never late.
"""

from collections.abc import Mapping

from protocol import limits


class Positions:
    """Heads sent to a session and not acked yet. Empty for a session that keeps up: idle sessions cost nothing."""

    __slots__ = ("acked", "heads", "repeats", "since")

    def __init__(self) -> None:
        self.heads: dict[int, int] = {}
        self.since: dict[int, float] = {}
        self.acked: dict[int, int] = {}
        self.repeats = 0

    def sent(self, conversation: int, seq: int, now: float) -> None:
        """Entries up to ``seq`` were sent."""
        if seq > self.heads.get(conversation, 0) and seq > self.acked.get(conversation, 0):
            if conversation not in self.heads:
                self.since[conversation] = now
            self.heads[conversation] = seq

    def ack(self, positions: Mapping[int, int], now: float) -> dict[int, int]:
        """The device holds these; returns those that are news."""
        moved: dict[int, int] = {}
        for conversation, seq in positions.items():
            if seq <= self.acked.get(conversation, 0):
                continue
            moved[conversation] = self.acked[conversation] = seq
            self.repeats = 0
            if seq >= self.heads.get(conversation, 0):
                self.heads.pop(conversation, None)
                self.since.pop(conversation, None)
            else:
                self.since[conversation] = now
        return moved

    def path(self, conversation: int, seq: int) -> str:
        """How a device came by ``seq`` that it is about to ack: "live", after a "repeat", or by asking ("sync")."""
        if seq > self.heads.get(conversation, 0):
            return "sync"
        return "repeat" if self.repeats else "live"

    def forget(self, conversation: int) -> None:
        """The session no longer follows this conversation."""
        for known in (self.heads, self.since, self.acked):
            known.pop(conversation, None)

    def late(self, now: float) -> dict[int, int]:
        """Heads whose ack is overdue; each call that returns some counts as a repeat."""
        if not self.since:
            return {}
        limit = now - limits.ACK_SECONDS
        overdue = {each: self.heads[each] for each, since in self.since.items() if since <= limit}
        if overdue:
            self.repeats += 1
            for conversation in overdue:
                self.since[conversation] = now
        return overdue

    @property
    def given_up(self) -> bool:
        """Repeated as often as promised, without an ack."""
        return self.repeats > limits.ACK_REPEATS
