"""Facts that concern one person alone, in the order of that person's own timeline; and the inbox row they tell of."""

from typing import Any, ClassVar

import msgspec

from protocol.conversation_events import MessageCreated
from protocol.facts import Durable, Scope


class ConversationState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row of a person's inbox: a conversation as that person sees it now.

    ``head_seq`` is the last seq, ``last_number`` the last message number. ``unread`` = last_number − read_number − the
    recalled messages numbered above read_number; sending a message moves the sender's read_number to it. ``recalled``
    and ``mentioned`` are those numbers above read_number (newest 200 at most): with them a client derives both counts
    by itself, in whatever order the events of two timelines reach it.
    ``history_from`` is the first seq this member may see. ``peer`` is the other person of a direct conversation.
    ``large`` conversations send ``conversation.advanced`` instead of full events unless open. ``last`` is the newest
    message, for the preview. ``notify`` (all, mentions, none), ``silent_until`` (ms), ``starred_at`` and ``unread_from``
    (the number of the message that the person marked as unread, 0: none) are what ``preference.changed`` tells.
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
    notify: str = "all"
    silent_until: int = 0
    starred_at: int = 0
    unread_from: int = 0
    avatar: str = ""


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
    """Your own read position in conversation ``target``, moved by any of your devices (coalesced, only grows).

    It also ends ``unread_from``, the mark as unread, even when the position is the same.
    """

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


class PreferenceChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="preference.changed"):
    """How you treat conversation ``target``; all four are given as they are now.

    ``notify``: all, mentions or none. ``silent_until`` (ms) quiets it for a while. ``starred_at`` keeps it on top.
    ``unread_from`` is the number of the message that you marked as unread; ``read.moved`` clears it.
    """

    code: ClassVar[int] = 36
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int
    notify: str = "all"
    silent_until: int = 0
    starred_at: int = 0
    unread_from: int = 0


class SettingChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="setting.changed"):
    """Your setting ``name`` is now ``value`` (null: as by default). Names and shapes: docs/settings.md.

    Only the newest of a name holds its value: in a gap, an older one comes emptied before it.
    """

    code: ClassVar[int] = 37
    scope: ClassVar[Scope] = Scope.PERSONAL

    name: str
    value: Any = None


class DraftChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="draft.changed"):
    """What you are writing in conversation ``target`` (in its thread ``thread_root``), not sent yet; "": nothing.

    Only the newest of a conversation and thread holds its text: in a gap, an older one comes emptied before it.
    """

    code: ClassVar[int] = 38
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int
    thread_root: int = 0
    text: str = ""
    reply_to: int = 0


class SavedChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="saved.changed"):
    """You keep message ``message`` (a seq) of conversation ``target`` for later, or no longer."""

    code: ClassVar[int] = 39
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int
    message: int
    saved: bool = False


class ThreadFollowed(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="thread.followed"):
    """Whether you follow the thread ``thread_root`` of conversation ``target``, and how far you have read it (a seq)."""

    code: ClassVar[int] = 40
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int
    thread_root: int
    following: bool = False
    read_seq: int = 0


class ScheduledChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="scheduled.changed"):
    """Your message for conversation ``target`` that is to be sent at ``when`` (ms). ``state``: "waiting", "sent", "cancelled",
    or "failed" with the code of the error as ``problem``; over when sent or cancelled.

    Only the newest of a ``scheduled`` says more than that: in a gap, an older one comes emptied, with no state, before it.
    """

    code: ClassVar[int] = 41
    scope: ClassVar[Scope] = Scope.PERSONAL

    scheduled: int
    target: int = 0
    state: str = ""
    when: int = 0
    text: str = ""
    thread_root: int = 0
    reply_to: int = 0
    problem: str = ""


class ReminderChanged(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="reminder.changed"):
    """You are reminded of message ``message`` (a seq) of conversation ``target`` at ``when`` (ms). ``state``: "waiting", "due"
    (it is time), "done" (there is none any more).

    Only the newest of a message holds its time and note: in a gap, an older one comes without them before it.
    """

    code: ClassVar[int] = 42
    scope: ClassVar[Scope] = Scope.PERSONAL

    target: int
    message: int
    state: str = ""
    when: int = 0
    note: str = ""
