"""Facts of a conversation's timeline: what was said there and what became of it, who came and went."""

from typing import Any, ClassVar

import msgspec

from protocol.facts import Durable


class LinkPreview(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a link of a message leads to, as its page says of itself. ``image`` is the id of a stored file, or ""."""

    url: str
    title: str = ""
    description: str = ""
    site: str = ""
    image: str = ""


class MessageCreated(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.created"):
    """Somebody said something. In a page it carries its present state: edits, recall and reactions folded in.

    ``number`` counts messages only, gapless per conversation. ``body`` is shaped by ``kind``. ``reply_to`` is the seq of
    the quoted message, ``thread_root`` the seq of the thread's first. ``version`` is the seq of the last entry that
    changed this message (its own seq while unchanged): of two copies the one with the greater version holds.
    ``reactions`` maps an emoji to user ids in the order they reacted. A recalled message has an empty body.
    ``forwarded_from`` is the user who first said it. An ``urgent`` message asks its readers to confirm; ``confirmed``
    lists who did, in order. Of a thread's first message ``thread_count`` counts the replies that are not recalled,
    ``thread_last_at`` is the time of the newest reply ever made and ``thread_people`` its first 5 repliers in order.
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
    forwarded_from: int = 0
    urgent: bool = False
    confirmed: list[int] = []
    pinned_at: int = 0
    thread_count: int = 0
    thread_last_at: int = 0
    thread_people: list[int] = []
    previews: list[LinkPreview] = []


class MessageEdited(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.edited"):
    """The body of message ``target`` (a seq) is now ``body``. Empty when the message was recalled since."""

    code: ClassVar[int] = 11

    target: int
    body: dict[str, Any]
    mentions: list[int] = []
    mentions_all: bool = False


class MessageRecalled(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.recalled"):
    """Message ``target`` (a seq) with message number ``number`` is withdrawn for everybody; a tombstone stays.

    ``thread_root``: the seq of its thread's first message, when it was a reply.
    """

    code: ClassVar[int] = 12

    target: int
    number: int
    thread_root: int = 0


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


class MessagePinned(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.pinned"):
    """``sender`` pinned message ``target`` for everybody; its ``pinned_at`` is this entry's time."""

    code: ClassVar[int] = 15

    target: int


class MessageUnpinned(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.unpinned"):
    """Message ``target`` is pinned no more."""

    code: ClassVar[int] = 16

    target: int


class MessageConfirmed(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.confirmed"):
    """``sender`` confirmed the urgent message ``target``."""

    code: ClassVar[int] = 17

    target: int


class MessagePreviewed(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="message.previewed"):
    """``previews`` are now what the links of message ``target`` lead to."""

    code: ClassVar[int] = 18

    target: int
    previews: list[LinkPreview]


class ConversationCreated(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.created"):
    """The first entry of a timeline. ``kind``: direct, group or personal."""

    code: ClassVar[int] = 20

    kind: str
    title: str = ""


class ConversationUpdated(Durable, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.updated"):
    """Title, description, posting rule or picture changed; all four are given as they are now. ``avatar``: its id."""

    code: ClassVar[int] = 21

    title: str = ""
    description: str = ""
    post_policy: str = "all"
    avatar: str = ""


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
