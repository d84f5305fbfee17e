"""Bodies, queries and answers about what a conversation knows of its messages: pins, threads, readers, edits, cards."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from openplatform.api.shapes import Ask, Cursor, MaybeKey, Reply
from protocol import limits
from protocol.events import MessageCreated
from protocol.frames import Id, PageSize
from protocol.replies import Accepted


class MessageList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Messages in their present state. ``next``: pass it as ``cursor``; absent at the end."""

    messages: list[MessageCreated]
    next: str = ""


class ThreadQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the threads you follow."""

    unread: Annotated[bool, Meta(description="Only those with unread replies.")] = False
    cursor: Cursor = ""
    limit: PageSize = limits.DEFAULT_PAGE


class ThreadRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A thread you follow: its first message, the replies you have not read, how far you have read (a seq)."""

    conversation: int
    root: MessageCreated
    unread: int = 0
    read_seq: int = 0
    last_at: int = 0


class ThreadList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Threads, the newest reply first. ``next``: pass it as ``cursor``; absent at the end."""

    threads: list[ThreadRow]
    next: str = ""


class ReadThread(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """You have read a thread up to this seq."""

    seq: Id


class VersionRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A body and the time (ms) from which it was so."""

    at: int
    body: dict[str, Any]


class VersionList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What a message said, oldest first, the present body last. Empty once it is recalled."""

    edits: list[VersionRow]


class ReaderQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Those who have read a message, or those who have not."""

    state: Literal["read", "unread"] = "read"
    cursor: Cursor = ""
    limit: PageSize = limits.DEFAULT_PAGE


class ReaderRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A member; ``at`` (ms): when the read position got where it is."""

    user: int
    at: int = 0


class ReaderList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """People by user id; how many have read the message and how many not. ``next``: pass it as ``cursor``."""

    people: list[ReaderRow]
    read: int
    unread: int
    next: str = ""


class MarkedRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A conversation that was marked as read, and how far you had read it before."""

    conversation: int
    read_number_before: int


class MarkedList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What was unread; mark it as unread again to undo."""

    marked: list[MarkedRow]


class ForwardBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Messages (seqs) of the conversation ``source``, each said again or ``merged`` into one; ``comment`` follows them."""

    source: Id
    messages: Annotated[list[Id], Meta(min_length=1, max_length=100)]
    merged: bool = False
    comment: Annotated[str, Meta(max_length=limits.MAX_TEXT_CHARS)] = ""
    client_key: MaybeKey = ""


class AcceptedList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """What was written, in order; the comment last."""

    accepted: list[Accepted]


class ActionBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A press on a card: the ``action`` of a control with its ``value``, or of a form with its fields' ``values``."""

    action: Annotated[str, Meta(min_length=1, max_length=64)]
    value: Any = None
    values: Annotated[dict[str, Any], Meta(max_length=20)] = msgspec.field(default_factory=dict)
    client_key: MaybeKey = ""
