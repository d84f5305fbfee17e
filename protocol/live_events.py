"""Hints that live for a moment and may be lost: receipts, typing, presence, a far conversation that moved on."""

from typing import Any, ClassVar

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


class MessageWhispered(Event, frozen=True, kw_only=True, omit_defaults=True, tag="message.whispered"):
    """An app says something in a conversation to you alone: whisper ``whisper`` of its bot ``sender``, at ``at`` (ms).

    With ``target`` (a seq) it stands in the place of that message for you: the card as it is yours. The same ``whisper``
    again replaces what it said; ``removed``: it is gone. Those of a conversation can be asked for when it is opened.
    """

    code: ClassVar[int] = 56
    scope: ClassVar[Scope] = Scope.SESSION

    conversation: int
    whisper: int
    at: int
    sender: int = 0
    app: int = 0
    target: int = 0
    kind: str = ""
    body: dict[str, Any] = {}
    removed: bool = False


class ModalOpened(Event, frozen=True, kw_only=True, omit_defaults=True, tag="modal.opened"):
    """An app opens dialog ``modal``, or shows another content in it; ``body`` is a modal's, docs/cards.md.

    ``client_key`` is that of the press or command from which it came: the client that sent it shows the dialog.
    """

    code: ClassVar[int] = 57
    scope: ClassVar[Scope] = Scope.SESSION

    conversation: int
    modal: int
    app: int
    client_key: str = ""
    body: dict[str, Any] = {}
