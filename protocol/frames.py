"""What a client may ask over the socket. Imperative names; every request carries its own ``id`` and gets one answer.

Unknown types and unknown fields are refused. What the answers look like is in ``replies``; the rules behind a request
live in ``chat``.
"""

from typing import Annotated, Any, ClassVar

import msgspec

from protocol import limits

Id = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
#: Printable ASCII without space: it also travels as an HTTP header.
ClientKey = Annotated[
    str,
    msgspec.Meta(min_length=limits.MIN_CLIENT_KEY, max_length=limits.MAX_CLIENT_KEY, pattern=r"^[!-~]+\Z"),
]
#: No control characters and no space; PostgreSQL stores no NUL.
Emoji = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.MAX_EMOJI_CHARS, pattern=r"^[^\x00-\x20\x7f]+\Z")]
PageSize = Annotated[int, msgspec.Meta(ge=1, le=limits.MAX_PAGE)]
Ids = Annotated[list[Id], msgspec.Meta(max_length=limits.MAX_PEOPLE)]


class Frame(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type"
):
    """Base of all requests. ``id`` is chosen by the client, unique among its unanswered requests; the answer bears it."""

    code: ClassVar[int] = 0

    id: Id


class Hello(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="hello"):
    """First frame of a socket; answered by ``welcome``.

    ``version`` of the protocol; ``capabilities`` the client has; ``token`` unless a session cookie or an Authorization
    header already said who; ``client`` and its version, for the device list.
    """

    code: ClassVar[int] = 1

    version: int
    capabilities: Annotated[list[str], msgspec.Meta(max_length=32)] = []
    token: Annotated[str, msgspec.Meta(max_length=512)] = ""
    client: Annotated[str, msgspec.Meta(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*\Z")] = ""


class SessionRenew(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="session.renew"):
    """A fresh token for the same user on the open socket; answered by ``done``."""

    code: ClassVar[int] = 2

    token: Annotated[str, msgspec.Meta(max_length=512)]


class Ping(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="ping"):
    """Are you there? Answered by ``pong``. Any frame counts as a sign of life."""

    code: ClassVar[int] = 3


class Pong(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="pong"):
    """Answer to the server's ``ping``; the one frame without an id, and it gets no answer."""

    code: ClassVar[int] = 4


class SyncAck(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type", tag="sync.ack"):
    """Everything up to these seqs is held by this device: conversation → seq, cumulative. Coalesce to one a second.

    Has no id and gets no answer.
    """

    code: ClassVar[int] = 5

    positions: Annotated[dict[Id, Id], msgspec.Meta(max_length=1000)]


class MessageSend(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="message.send"):
    """Say something; answered by ``message.accepted`` after commit. The same ``client_key`` again is the same message."""

    code: ClassVar[int] = 10

    conversation: Id
    client_key: ClientKey
    kind: Annotated[str, msgspec.Meta(min_length=1, max_length=24)] = "text"
    body: dict[str, Any]
    reply_to: Id = 0
    thread_root: Id = 0
    mentions: Annotated[list[Id], msgspec.Meta(max_length=limits.MAX_MENTIONS)] = []
    mentions_all: bool = False
    urgent: bool = False


class MessageEdit(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="message.edit"):
    """Replace the body of one's own message ``target``; answered by ``message.accepted`` with the edit's seq."""

    code: ClassVar[int] = 11

    conversation: Id
    client_key: ClientKey
    target: Id
    body: dict[str, Any]
    mentions: Annotated[list[Id], msgspec.Meta(max_length=limits.MAX_MENTIONS)] = []
    mentions_all: bool = False


class MessageRecall(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="message.recall"):
    """Withdraw message ``target`` for everybody; answered by ``message.accepted`` with the recall's seq."""

    code: ClassVar[int] = 12

    conversation: Id
    client_key: ClientKey
    target: Id


class ReactionAdd(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="reaction.add"):
    """Put ``emoji`` under message ``target``; answered by ``message.accepted``. Already there: nothing new is written."""

    code: ClassVar[int] = 13

    conversation: Id
    client_key: ClientKey
    target: Id
    emoji: Emoji


class ReactionRemove(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="reaction.remove"):
    """Take ``emoji`` back; answered by ``message.accepted``. Not there: nothing new is written."""

    code: ClassVar[int] = 14

    conversation: Id
    client_key: ClientKey
    target: Id
    emoji: Emoji


class ReceiptMark(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="receipt.mark"):
    """I have read up to message ``read_number``; answered by ``done`` once stored. Positions only grow; the last wins."""

    code: ClassVar[int] = 20

    conversation: Id
    read_number: Id


class TypingStart(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="typing.start"):
    """I am typing here; repeat every 4 s at most. Answered by ``done``."""

    code: ClassVar[int] = 21

    conversation: Id


class TypingStop(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="typing.stop"):
    """I stopped typing. Answered by ``done``."""

    code: ClassVar[int] = 22

    conversation: Id


class PresenceGet(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="presence.get"):
    """Who of ``users`` is online, and tell me of changes from now on (the list replaces the last one).

    Answered by ``presence.page``.
    """

    code: ClassVar[int] = 23

    users: Ids


class PeopleGet(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="people.get"):
    """Names of ``users``; answered by ``people.page``. Unknown ids are left out."""

    code: ClassVar[int] = 24

    users: Ids


class ConversationOpen(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.open"):
    """Full attention: send every event of this conversation however large it is. Answered by ``done``."""

    code: ClassVar[int] = 30

    conversation: Id


class ConversationClose(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="conversation.close"):
    """Back to background attention. Answered by ``done``."""

    code: ClassVar[int] = 31

    conversation: Id


class DirectOpen(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="direct.open"):
    """The direct conversation with ``user``, made if there is none; answered by ``conversation.page``."""

    code: ClassVar[int] = 32

    user: Id


class TimelineSync(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="timeline.sync"):
    """Entries with seq in (``after``, ``until``] in order (``until`` 0: the head); answered by ``timeline.entries``."""

    code: ClassVar[int] = 40

    conversation: Id
    after: Id
    until: Id = 0
    limit: PageSize = limits.DEFAULT_PAGE


class TimelineHistory(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="timeline.history"):
    """A page of what people see (messages with their present state, member notices), oldest first.

    ``before`` seq (exclusive), or ``after`` seq (exclusive), or ``around`` seq; all 0: the newest. With
    ``thread_root`` only that message and the replies of its thread. Answered by ``timeline.page``.
    """

    code: ClassVar[int] = 41

    conversation: Id
    before: Id = 0
    after: Id = 0
    around: Id = 0
    limit: PageSize = limits.DEFAULT_PAGE
    thread_root: Id = 0


class InboxSync(Frame, frozen=True, kw_only=True, omit_defaults=True, tag="inbox.sync"):
    """What changed while I was away, in one round trip: ``positions`` conversation → last seq held.

    Without positions: everything, newest conversation first. ``cursor`` continues an answer that said ``next``.
    Answered by ``inbox.page``.
    """

    code: ClassVar[int] = 42

    positions: Annotated[dict[Id, Id], msgspec.Meta(max_length=5000)] = {}
    cursor: Annotated[str, msgspec.Meta(max_length=64)] = ""


AnyFrame = (
    Hello
    | SessionRenew
    | Ping
    | Pong
    | SyncAck
    | MessageSend
    | MessageEdit
    | MessageRecall
    | ReactionAdd
    | ReactionRemove
    | ReceiptMark
    | TypingStart
    | TypingStop
    | PresenceGet
    | PeopleGet
    | ConversationOpen
    | ConversationClose
    | DirectOpen
    | TimelineSync
    | TimelineHistory
    | InboxSync
)
