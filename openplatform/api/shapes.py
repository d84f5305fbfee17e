"""Bodies, queries and answers that only the HTTP door has. Whatever the socket knows too is a shape of ``protocol``.

Requests refuse unknown fields; answers leave out what is empty. The schema at /api/v1/schema/ is made from these.
"""

from typing import Annotated, Literal

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
    """User name and password, and how the device shall be called in the list of devices."""

    username: Annotated[str, Meta(min_length=1, max_length=64)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    device: Name = "HTTP client"
    platform: Literal["sdk", "mobile"] = "sdk"


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
