"""Hints that live for a moment and may be lost: receipts, typing, presence, a far conversation that moved on."""

from typing import ClassVar

from protocol.facts import Event, Scope


class ReceiptRead(Event, frozen=True, kw_only=True, omit_defaults=True, tag="receipt.read"):
    """``user`` has read up to message ``read_number``. Positions only grow; a lost one is repeated by the next."""

    code: ClassVar[int] = 50

    conversation: int
    user: int
    read_number: int


class ReceiptDelivered(Event, frozen=True, kw_only=True, omit_defaults=True, tag="receipt.delivered"):
    """A device of ``user`` holds everything up to ``delivered_seq``. Sent in small conversations only."""

    code: ClassVar[int] = 51

    conversation: int
    user: int
    delivered_seq: int


class TypingStarted(Event, frozen=True, kw_only=True, omit_defaults=True, tag="typing.started"):
    """``user`` is typing; forget it after 6 s unless repeated."""

    code: ClassVar[int] = 52

    conversation: int
    user: int


class TypingStopped(Event, frozen=True, kw_only=True, omit_defaults=True, tag="typing.stopped"):
    """``user`` stopped typing without sending; a message of theirs says so by itself."""

    code: ClassVar[int] = 53

    conversation: int
    user: int


class PresenceChanged(Event, frozen=True, kw_only=True, omit_defaults=True, tag="presence.changed"):
    """``user`` came or went: ``status`` is online, away or offline. Sent to those who watch this user.

    ``emoji`` and ``text`` are the user's own words about it until ``until`` (ms; 0: no end); ``quiet_until`` (ms): do
    not disturb.
    """

    code: ClassVar[int] = 54
    scope: ClassVar[Scope] = Scope.SESSION

    user: int
    status: str
    emoji: str = ""
    text: str = ""
    until: int = 0
    quiet_until: int = 0


class ConversationAdvanced(Event, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.advanced"):
    """A large conversation in the background moved on: its head is ``head_seq``, its last message ``last_number``.

    At most one a second per conversation. Open the conversation to get the entries.
    """

    code: ClassVar[int] = 55
    scope: ClassVar[Scope] = Scope.SESSION

    conversation: int
    head_seq: int
    last_number: int
