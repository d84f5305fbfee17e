"""What may be lost: who types, who is online, how far others have read and received. Latest wins. Sans-I/O."""

from parley_sdk.ports import Clock
from parley_sdk.wire.events import (
    AnyEvent,
    MessageCreated,
    PresenceChanged,
    ReceiptDelivered,
    ReceiptRead,
    TypingStarted,
    TypingStopped,
)

#: Seconds after which typing that was not repeated is over.
TYPING_SECONDS = 6.0


class Signals:
    """Positions only grow; typing expires."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._typing: dict[int, dict[int, float]] = {}
        #: user → online, away or offline, of those watched.
        self.presence: dict[int, str] = {}
        #: conversation → user → message number read, or seq received.
        self.read: dict[int, dict[int, int]] = {}
        self.delivered: dict[int, dict[int, int]] = {}

    def typing(self, conversation: int) -> list[int]:
        """Who types there now."""
        now = self._clock.now()
        return [user for user, until in self._typing.get(conversation, {}).items() if until > now]

    def apply(self, event: AnyEvent) -> bool:
        """Take an event; whether something changed."""
        match event:
            case TypingStarted():
                self._typing.setdefault(event.conversation, {})[event.user] = self._clock.now() + TYPING_SECONDS
            case TypingStopped():
                return self._typing.get(event.conversation, {}).pop(event.user, None) is not None
            case MessageCreated():
                return self._typing.get(event.conversation, {}).pop(event.sender, None) is not None
            case PresenceChanged():
                self.presence[event.user] = event.status
            case ReceiptRead():
                _grow(self.read.setdefault(event.conversation, {}), event.user, event.read_number)
            case ReceiptDelivered():
                _grow(self.delivered.setdefault(event.conversation, {}), event.user, event.delivered_seq)
            case _:
                return False
        return True


def _grow(positions: dict[int, int], user: int, position: int) -> None:
    positions[user] = max(position, positions.get(user, 0))
