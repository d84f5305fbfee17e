"""Bodies, queries and answers that only the HTTP door has. Whatever the socket knows too is a shape of ``protocol``.

Requests refuse unknown fields; answers leave out what is empty. The schema at /api/v1/schema/ is made from these.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from protocol import limits
from protocol.frames import ClientKey, Id, Ids, PageSize
from protocol.replies import Person

Cursor = Annotated[str, Meta(max_length=128, description="`next` of the page before.")]
Name = Annotated[str, Meta(min_length=1, max_length=120)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Description = Annotated[str, Meta(max_length=2000)]
PostPolicy = Literal["all", "admins", "nobody"]
Kind = Annotated[str, Meta(min_length=1, max_length=24)]
Mentions = Annotated[list[Id], Meta(max_length=limits.MAX_MENTIONS)]
#: A key in the body, or "" (then the header or a made one counts).
MaybeKey = ClientKey | Literal[""]


class Ask(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what clients send."""


class Reply(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of what is answered. Clients must ignore fields they do not know."""


class Me(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Who you are: ``person``, the ``device`` you use, your ``personal`` conversation, and the limits of this server."""

    person: Person
    device: int
    personal: int
    locale: str
    limits: dict[str, int]
    staff: bool = False


class SignIn(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """User name, password and, for who has a second factor, its code; how the device shall be called in the list."""

    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    device: Name = "HTTP client"
    platform: Literal["sdk", "mobile"] = "sdk"
    code: Annotated[str, Meta(max_length=32)] = ""


class NewToken(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A bearer token, shown this once. ``expires_at`` in ms; 0: it lives until revoked. ``device``: what it belongs to."""

    token: str
    device: int
    user: int
    expires_at: int = 0


class DeviceRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A place where you are signed in. ``current``: the one you are using now. Times in ms."""

    id: int
    platform: str
    name: str
    created_at: int
    last_seen_at: int
    last_ip: str = ""
    current: bool = False


class DeviceList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Your devices, the most recently seen first."""

    devices: list[DeviceRow]


class PeopleQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which people."""

    query: Annotated[str, Meta(max_length=100, description="Words in names, title or department.")] = ""
    department: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Only this department.")] = 0
    cursor: Cursor = ""
    limit: PageSize = limits.DEFAULT_PAGE


class PeoplePaged(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """People in user name order. ``next``: pass it as ``cursor``; absent at the end."""

    people: list[Person]
    next: str = ""


class PresenceQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose presence."""

    users: Annotated[Ids, Meta(min_length=1, description="User ids.")]


class CursorQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of a list."""

    cursor: Cursor = ""
    limit: PageSize = limits.DEFAULT_PAGE


class InboxQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of the inbox."""

    cursor: Cursor = ""


class NewGroup(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group to be made; you are its owner. ``members`` are user ids, without yourself."""

    title: Title
    members: Annotated[list[Id], Meta(max_length=limits.MAX_PEOPLE)] = []
    description: Description = ""
    post_policy: PostPolicy = "all"


class DirectWith(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The other person of a direct conversation."""

    user: Id


class ConversationChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; what is left out stays."""

    title: Title | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    post_policy: PostPolicy | msgspec.UnsetType = msgspec.UNSET


class MemberRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A member as the others see it; times in ms. ``read_number`` is what read ticks are made of."""

    user: int
    role: str
    joined_at: int
    muted_until: int = 0
    read_number: int = 0
    delivered_seq: int = 0


class MemberPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Members by user id. ``next``: pass it as ``cursor``; absent at the end."""

    members: list[MemberRow]
    member_count: int
    next: str = ""


class NewMembers(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """User ids of those who shall join; who is in already stays so."""

    users: Annotated[list[Id], Meta(min_length=1, max_length=limits.MAX_PEOPLE)]


class MemberChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another role, or silence until ``muted_until`` (ms; 0: may speak again). What is left out stays."""

    role: Literal["owner", "admin", "member"] | msgspec.UnsetType = msgspec.UNSET
    muted_until: Annotated[int, Meta(ge=0, le=253_402_300_799_000)] | msgspec.UnsetType = msgspec.UNSET


class HistoryQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One of ``before``, ``after`` (both exclusive) and ``around``, as seqs; none of them: the newest."""

    before: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Older than this seq.")] = 0
    after: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Newer than this seq.")] = 0
    around: Annotated[int, Meta(ge=0, le=2**53 - 1, description="On both sides of this seq.")] = 0
    limit: PageSize = limits.DEFAULT_PAGE
    thread_root: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Only this message and its replies.")] = 0


class EntriesQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A gap: seqs in (``after``, ``until``]; ``until`` 0: up to the head."""

    after: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last seq you hold.")]
    until: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last seq you miss; 0: the head.")] = 0
    limit: PageSize = limits.DEFAULT_PAGE


class SendBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message. ``body`` is shaped by ``kind``. ``client_key`` may come as Idempotency-Key instead."""

    body: dict[str, Any]
    client_key: MaybeKey = ""
    kind: Kind = "text"
    reply_to: Id = 0
    thread_root: Id = 0
    mentions: Mentions = []
    mentions_all: bool = False
    urgent: bool = False


class EditBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The new body of a message, with its mentions."""

    body: dict[str, Any]
    client_key: MaybeKey = ""
    mentions: Mentions = []
    mentions_all: bool = False


class ReadUpTo(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """You have read up to this message number."""

    read_number: Id


class SyncBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What you hold: conversation → last seq. Empty: nothing. ``cursor`` continues an answer that said ``next``."""

    positions: Annotated[dict[Id, Id], Meta(max_length=5000)] = {}
    cursor: Cursor = ""


class SearchQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to look for; times in ms."""

    q: Annotated[str, Meta(max_length=200, description="Words; also `from:`, `in:`, `has:`, `before:`, `after:`.")]
    conversation: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Only in this one.")] = 0
    sender: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Only by this person.")] = 0
    before: Annotated[int, Meta(ge=0, le=253_402_300_799_000, description="Said before (ms).")] = 0
    after: Annotated[int, Meta(ge=0, le=253_402_300_799_000, description="Said after (ms).")] = 0
    has: Literal["", "file", "image", "link"] = ""
    limit: Annotated[int, Meta(ge=1, le=50)] = 20
    cursor: Cursor = ""


class FileRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A stored file: name it in a message of kind file or image. ``width`` and ``height``: of an image."""

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0
    thumbnail: bool = False


class UploadQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For a raw upload: what the file is called."""

    name: Annotated[str, Meta(max_length=255, description="The file's name, when the body is the file itself.")] = ""


class CommandBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line that begins with a slash command, and the language of its answer."""

    text: Annotated[str, Meta(min_length=2, max_length=limits.MAX_TEXT_CHARS)]
    client_key: MaybeKey = ""
    language: Literal["en", "zh-hans"] = "en"


class CommandRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One command: ``usage`` is what follows its name."""

    name: str
    usage: str
    help_en: str
    help_zh: str


class CommandList(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Every slash command, by name."""

    commands: list[CommandRow]
