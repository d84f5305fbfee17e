"""What the server sends: the answer to each request, and the frames it sends by itself (events, ping).

An answer bears the request's ``id``. The facts inside are ``events``; this module only wraps them.
"""

from typing import Any, ClassVar

import msgspec

from protocol.events import AnyEvent, ConversationState


class ServerFrame(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all server frames. Clients must ignore fields and types they do not know."""

    code: ClassVar[int] = 0


class Welcome(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="welcome"):
    """Answer to ``hello``: who you are, the rules of this socket, and the head of your personal conversation."""

    code: ClassVar[int] = 100

    id: int
    version: int
    session: str
    user: int
    device: int
    name: str
    personal: int
    now: int
    heartbeat: int
    ack_within: int
    limits: dict[str, int]
    capabilities: list[str] = []
    server: str = ""


class Done(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="done"):
    """It is done and there is nothing to say about it."""

    code: ClassVar[int] = 101

    id: int


class Failed(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="error"):
    """The request ``id`` failed (0: a frame whose id could not be read). ``code`` is in errors.CODES.

    ``retry_after`` in seconds, when waiting helps.
    """

    code: ClassVar[int] = 102  # the binary number of this frame; the error's own code travels as ``error``

    id: int
    error: str
    message: str
    retry_after: float = 0.0
    details: dict[str, Any] = {}


class Accepted(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="message.accepted"):
    """Your write is committed at ``seq`` and will never be lost. ``duplicate``: it already was, under the same key.

    ``number`` is the message number (0 for entries that are not messages).
    """

    code: ClassVar[int] = 110

    id: int
    conversation: int
    seq: int
    at: int
    number: int = 0
    client_key: str = ""
    duplicate: bool = False


class TimelineEntries(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="timeline.entries"):
    """Entries in seq order. ``head_seq`` is the head at reading time; ``more``: ask again after the last one.

    ``snapshot_required``: too far behind, no entries are sent; take ``timeline.history`` and continue from its head.
    """

    code: ClassVar[int] = 140

    id: int
    conversation: int
    events: list[AnyEvent]
    head_seq: int
    more: bool = False
    snapshot_required: bool = False


class TimelinePage(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="timeline.page"):
    """Messages with their present state and member notices, oldest first, true as of ``head_seq``."""

    code: ClassVar[int] = 141

    id: int
    conversation: int
    events: list[AnyEvent]
    head_seq: int
    has_older: bool = False
    has_newer: bool = False


class Delta(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one conversation gained since the position that the client named.

    ``complete``: ``events`` reach the head. Otherwise the client keeps the inbox row and fetches when it opens.
    """

    conversation: int
    events: list[AnyEvent] = []
    complete: bool = False


class InboxPage(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="inbox.page"):
    """Rows of the inbox that changed (all, without positions), the entries they gained, and what is gone.

    ``gone`` lists conversations that the client named and the user is no longer in. ``next``: pass it as ``cursor``.
    """

    code: ClassVar[int] = 142

    id: int
    states: list[ConversationState]
    deltas: list[Delta] = []
    gone: list[int] = []
    next: str = ""


class ConversationPage(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.page"):
    """One conversation as you see it."""

    code: ClassVar[int] = 143

    id: int
    state: ConversationState


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A user as others see it. ``kind``: human, bot or system. ``other_name``: the name in the other script.

    ``status_*`` are the user's own words until ``status_until`` (ms; 0: no end). ``quiet_until`` (ms): do not disturb.
    ``initials``: the pinyin initials and syllables of a Chinese name, for finding it by Latin letters ("wf wangfang").
    """

    id: int
    username: str
    name: str
    other_name: str = ""
    kind: str = "human"
    title: str = ""
    department: str = ""
    avatar: str = ""
    active: bool = True
    status_emoji: str = ""
    status_text: str = ""
    status_until: int = 0
    quiet_until: int = 0
    initials: str = ""


class PeoplePage(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="people.page"):
    """The people asked for that exist."""

    code: ClassVar[int] = 144

    id: int
    people: list[Person]


class PresencePage(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="presence.page"):
    """Status of the users asked for: user id → online or away. Those left out are offline."""

    code: ClassVar[int] = 145

    id: int
    statuses: dict[int, str]


class PongReply(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="pong"):
    """Answer to the client's ``ping``."""

    code: ClassVar[int] = 103

    id: int
    now: int


class ServerPing(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="ping"):
    """Heartbeat; answer with ``pong``. ``heads`` (conversation → seq) are those that moved or are not acked yet.

    A client that holds less than a head asks for the gap: so even a silently lost last message is noticed.
    """

    code: ClassVar[int] = 104

    heads: dict[int, int] = {}


class Events(ServerFrame, frozen=True, kw_only=True, omit_defaults=True, tag="events"):
    """Facts, several per frame, in order within each conversation. The hub joins encoded events itself."""

    code: ClassVar[int] = 105

    events: list[AnyEvent]


AnyServerFrame = (
    Welcome
    | Done
    | Failed
    | Accepted
    | TimelineEntries
    | TimelinePage
    | InboxPage
    | ConversationPage
    | PeoplePage
    | PresencePage
    | PongReply
    | ServerPing
    | Events
)
