"""Shapes of what people say of themselves, and of a person's card. See ``shapes`` for the manner."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from openplatform.api.own_shapes import Moment
from openplatform.api.shapes import Ask, Cursor, Reply
from protocol import limits
from protocol.frames import PageSize
from protocol.replies import Person


class StatusChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Your status as a whole: what is left out is empty. ``until`` and ``quiet_until`` in ms; 0: no end, or not so."""

    emoji: Annotated[str, Meta(max_length=limits.MAX_EMOJI_CHARS)] = ""
    text: Annotated[str, Meta(max_length=100)] = ""
    until: Moment = 0
    quiet_until: Moment = 0


class MeChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different of you; what is left out stays. ``locale``: a language of the server."""

    name: Annotated[str, Meta(min_length=1, max_length=120)] | msgspec.UnsetType = msgspec.UNSET
    title: Annotated[str, Meta(max_length=120)] | msgspec.UnsetType = msgspec.UNSET
    locale: Annotated[str, Meta(max_length=8)] | msgspec.UnsetType = msgspec.UNSET


class AvatarId(Reply, frozen=True, kw_only=True, omit_defaults=False):
    """The picture's id: it is at /api/v1/avatars/<id>; "": there is none."""

    avatar: str


class PersonCard(Person, frozen=True, kw_only=True, omit_defaults=True):
    """A person with ``departments`` from the top down, and in how many groups both of you are (``shared``)."""

    departments: list[str] = msgspec.field(default_factory=list)
    shared: int = 0


class MembersQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which members: by words in their names, by role (``managers``: owner and admins), in pages."""

    query: Annotated[str, Meta(max_length=100, description="Words in names, title or department.")] = ""
    role: Literal["", "owner", "admin", "member", "managers"] = ""
    cursor: Cursor = ""
    limit: PageSize = limits.DEFAULT_PAGE
