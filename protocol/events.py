"""Facts the server tells: durable ones are timeline entries, ephemeral ones are hints that may be lost.

An event is the same object live on the socket, in a sync or history page, in a push and in a webhook. Times are
milliseconds since 1970 UTC; 0, "" and empty mean "not so" and are left out in JSON. Who may act is not decided here.
"""

from enum import StrEnum
from typing import Any, ClassVar

import msgspec


class Scope(StrEnum):
    """Whose timeline an event belongs to."""

    CONVERSATION = "conversation"
    PERSONAL = "personal"
    SESSION = "session"


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all events. ``code`` is the event's number in the binary codec and never changes its meaning."""

    code: ClassVar[int] = 0
    durable: ClassVar[bool] = False
    scope: ClassVar[Scope] = Scope.CONVERSATION


class Durable(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An entry of the timeline ``conversation`` at position ``seq`` (gapless), committed at ``at``.

    ``sender`` is the user who did it (0: the server). ``client_key`` is the sender's idempotency key ("" when none).
    """

    durable: ClassVar[bool] = True

    conversation: int
    seq: int
    at: int
    sender: int = 0
    client_key: str = ""


class MessageCreated(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.created"):
    """Somebody said something. In a page it carries its present state: edits, recall and reactions folded in.

    ``number`` counts messages only, gapless per conversation. ``body`` is shaped by ``kind``. ``reply_to`` is the seq of
    the quoted message, ``thread_root`` the seq of the thread's first. ``version`` is the seq of the last entry that
    changed this message (its own seq while unchanged): of two copies the one with the greater version holds.
    ``reactions`` maps an emoji to user ids in the order they reacted. A recalled message has an empty body.
    """

    code: ClassVar[int] = 10

    number: int
    kind: str
    body: dict[str, Any]
    reply_to: int = 0
    thread_root: int = 0
    mentions: list[int] = []
    mentions_all: bool = False
    app: int = 0
    edited_at: int = 0
    recalled_at: int = 0
    reactions: dict[str, list[int]] = {}
    version: int = 0


class MessageEdited(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.edited"):
    """The body of message ``target`` (a seq) is now ``body``. Empty when the message was recalled since."""

    code: ClassVar[int] = 11

    target: int
    body: dict[str, Any]
    mentions: list[int] = []
    mentions_all: bool = False


class MessageRecalled(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.recalled"):
    """Message ``target`` (a seq) with message number ``number`` is withdrawn for everybody; a tombstone stays."""

    code: ClassVar[int] = 12

    target: int
    number: int


class ReactionAdded(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="reaction.added"):
    """``sender`` put ``emoji`` under message ``target``."""

    code: ClassVar[int] = 13

    target: int
    emoji: str


class ReactionRemoved(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="reaction.removed"):
    """``sender`` took ``emoji`` back from message ``target``."""

    code: ClassVar[int] = 14

    target: int
    emoji: str


class ConversationCreated(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.created"):
    """The first entry of a timeline. ``kind``: direct, group or personal."""

    code: ClassVar[int] = 20

    kind: str
    title: str = ""


class ConversationUpdated(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.updated"):
    """Title, description or posting rule changed; all three are given as they are now."""

    code: ClassVar[int] = 21

    title: str = ""
    description: str = ""
    post_policy: str = "all"


class MemberAdded(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="member.added"):
    """``users`` joined, brought by ``sender``; ``member_count`` is the count after it."""

    code: ClassVar[int] = 22

    users: list[int]
    member_count: int


class MemberRemoved(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="member.removed"):
    """``users`` are gone; ``sender`` is one of them when they left by themselves."""

    code: ClassVar[int] = 23

    users: list[int]
    member_count: int


class MemberChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="member.changed"):
    """``user`` has another role, or is muted until ``muted_until`` (ms; 0: not muted)."""

    code: ClassVar[int] = 24

    user: int
    role: str
    muted_until: int = 0


class ConversationState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a person's inbox: a conversation as that person sees it now.

    ``head_seq`` is the last seq, ``last_number`` the last message number. ``unread`` = last_number − read_number − the
    recalled messages numbered above read_number; sending a message moves the sender's read_number to it. ``recalled``
    and ``mentioned`` are those numbers above read_number (newest 200 at most): with them a client derives both counts
    by itself, in whatever order the events of two timelines reach it.
    ``history_from`` is the first seq this member may see. ``peer`` is the other person of a direct conversation.
    ``large`` conversations send ``conversation.advanced`` instead of full events unless open. ``last`` is the newest
    message, for the preview.
    """

    conversation: int
    kind: str
    title: str = ""
    description: str = ""
    peer: int = 0
    role: str = "member"
    post_policy: str = "all"
    head_seq: int = 0
    last_number: int = 0
    read_number: int = 0
    delivered_seq: int = 0
    unread: int = 0
    unread_mentions: int = 0
    history_from: int = 0
    member_count: int = 0
    muted_until: int = 0
    large: bool = False
    last: MessageCreated | None = None
    last_at: int = 0
    recalled: list[int] = []
    mentioned: list[int] = []


class InboxJoined(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="inbox.joined"):
    """You are now in a conversation; ``state`` is its inbox row at that moment."""

    code: ClassVar[int] = 30
    scope: ClassVar[Scope] = Scope.PERSONAL

    state: ConversationState


class InboxLeft(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="inbox.left"):
    """You are no longer in conversation ``target``; drop it and what you stored of it."""

    code: ClassVar[int] = 31
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int


class ReadMoved(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="read.moved"):
    """Your own read position in conversation ``target``, moved by any of your devices (coalesced, only grows)."""

    code: ClassVar[int] = 32
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int
    read_number: int


class MentionReceived(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="mention.received"):
    """You were mentioned in ``message``, which comes in full whatever your attention for its conversation."""

    code: ClassVar[int] = 33
    scope: ClassVar[Scope] = Scope.PERSONAL

    message: MessageCreated


class DeviceAdded(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="device.added"):
    """A device of yours signed in."""

    code: ClassVar[int] = 34
    scope: ClassVar[Scope] = Scope.PERSONAL

    device: int
    name: str


class DeviceRevoked(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="device.revoked"):
    """A device of yours was signed out; its sockets are closed and its tokens dead."""

    code: ClassVar[int] = 35
    scope: ClassVar[Scope] = Scope.PERSONAL

    device: int


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
    """``user`` came or went: ``status`` is online, away or offline. Sent to those who watch this user."""

    code: ClassVar[int] = 54
    scope: ClassVar[Scope] = Scope.SESSION

    user: int
    status: str


class ConversationAdvanced(Event, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.advanced"):
    """A large conversation in the background moved on: its head is ``head_seq``, its last message ``last_number``.

    At most one a second per conversation. Open the conversation to get the entries.
    """

    code: ClassVar[int] = 55
    scope: ClassVar[Scope] = Scope.SESSION

    conversation: int
    head_seq: int
    last_number: int


def _leaves(base: type[Event]) -> list[type[Event]]:
    found: list[type[Event]] = []
    for child in base.__subclasses__():
        found.extend([child] if child.code else _leaves(child))
    return sorted(found, key=lambda each: each.code)


def tag_of(shape: type[msgspec.Struct]) -> str:
    """The wire name of an event or frame class, for instance ``message.created``."""
    return str(shape.__struct_config__.tag)


#: Every event class by its wire name.
EVENTS: dict[str, type[Event]] = {tag_of(each): each for each in _leaves(Event)}
#: The entries a timeline can hold.
DURABLE: dict[str, type[Event]] = {tag: each for tag, each in EVENTS.items() if each.durable}

AnyEvent = (
    MessageCreated
    | MessageEdited
    | MessageRecalled
    | ReactionAdded
    | ReactionRemoved
    | ConversationCreated
    | ConversationUpdated
    | MemberAdded
    | MemberRemoved
    | MemberChanged
    | InboxJoined
    | InboxLeft
    | ReadMoved
    | MentionReceived
    | DeviceAdded
    | DeviceRevoked
    | ReceiptRead
    | ReceiptDelivered
    | TypingStarted
    | TypingStopped
    | PresenceChanged
    | ConversationAdvanced
)
