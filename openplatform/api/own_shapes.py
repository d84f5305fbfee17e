"""Shapes of what is one person's alone: preferences, settings, drafts, saved and later messages. See ``shapes``."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from openplatform.api.shapes import Ask, Mentions, Reply
from protocol import limits
from protocol.events import MessageCreated
from protocol.frames import Id

Moment = Annotated[int, Meta(ge=0, le=253_402_300_799_000)]


class PreferenceChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; what is left out stays. ``silent_until`` in ms; ``unread_from``: a message number, 0: read."""

    notify: Literal["all", "mentions", "none"] | msgspec.UnsetType = msgspec.UNSET
    silent_until: Moment | msgspec.UnsetType = msgspec.UNSET
    starred: bool | msgspec.UnsetType = msgspec.UNSET
    unread_from: Id | msgspec.UnsetType = msgspec.UNSET


class Preference(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """How you treat a conversation, as in your inbox row. Times in ms; 0: not so."""

    notify: str
    silent_until: int
    starred_at: int
    unread_from: int


class SettingList(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """What you chose, by name; a name that is not here is as by default. True from ``seq`` of your personal timeline."""

    values: dict[str, Any]
    seq: int


class SettingChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new value; null: as by default."""

    value: Any


class SettingRow(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """One setting as stored. ``seq``: where your personal timeline tells it (0: it was never changed)."""

    name: str
    value: Any
    seq: int


class DraftChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What you are writing; "": nothing any more. ``thread_root`` and ``reply_to`` are seqs of messages here."""

    text: Annotated[str, Meta(max_length=limits.MAX_TEXT_CHARS)]
    thread_root: Id = 0
    reply_to: Id = 0


class DraftTold(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """``seq``: where your personal timeline tells it; 0: it was so already."""

    seq: int


class DraftRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What you were writing at ``at`` (ms) in a conversation, or in one of its threads."""

    conversation: int
    text: str
    at: int
    thread_root: int = 0
    reply_to: int = 0


class DraftList(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """Your unsent drafts, the newest first. True from ``seq`` of your personal timeline."""

    drafts: list[DraftRow]
    seq: int


class SavedPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Messages that you keep, the last kept first; without what was said where you may not see it any more.

    True from ``seq`` of your personal timeline. ``next``: pass it as ``cursor``; absent at the end.
    """

    messages: list[MessageCreated]
    seq: int
    next: str = ""


class NewScheduled(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to say, and when (ms)."""

    text: Annotated[str, Meta(min_length=1, max_length=limits.MAX_TEXT_CHARS)]
    at: Moment
    thread_root: Id = 0
    reply_to: Id = 0
    mentions: Mentions = msgspec.field(default_factory=list)
    mentions_all: bool = False


class ScheduledMove(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When instead (ms)."""

    at: Moment


class ScheduledRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A message that waits for ``at`` (ms), or that ``failed``: ``problem`` is the code of the error."""

    scheduled: int
    conversation: int
    text: str
    at: int
    state: str
    thread_root: int = 0
    reply_to: int = 0
    problem: str = ""


class ScheduledList(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """Your messages for later, the next first. True from ``seq`` of your personal timeline."""

    scheduled: list[ScheduledRow]
    seq: int


class NewReminder(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When (ms), and a word to yourself."""

    at: Moment
    note: Annotated[str, Meta(max_length=200)] = ""


class ReminderRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A reminder and its message, which comes without what was said when you may not see it any more."""

    at: int
    message: MessageCreated
    due: bool = False
    note: str = ""


class ReminderList(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """Your reminders, the next first. True from ``seq`` of your personal timeline."""

    reminders: list[ReminderRow]
    seq: int
