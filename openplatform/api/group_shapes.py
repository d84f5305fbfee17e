"""Bodies and answers of governance: rules of a group, its own roles, bans, and why somebody may do something."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from openplatform.api.shapes import Ask, Reply
from protocol import limits
from protocol.frames import Id, PageSize

JoinPolicy = Literal["invited", "approval", "open"]
Time = Annotated[int, Meta(ge=0, le=253_402_300_799_000)]
ActName = Annotated[str, Meta(min_length=1, max_length=32)]
Acts = Annotated[list[ActName], Meta(max_length=50)]
Lowest = Literal["owner", "admin", "member", ""]


class OwnRole(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A role of the group's own: what it grants and denies whoever bears it."""

    name: str
    allow: list[str] = msgspec.field(default_factory=list)
    deny: list[str] = msgspec.field(default_factory=list)


class GovernancePage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """How a group is governed. ``permissions``: act → the lowest role that may; ``roles``: id → the group's own roles.

    Times in ms; ``quiet_until``: everybody is muted until then; ``archived_at``: read only since then.
    """

    join_policy: str
    history_for_newcomers: bool
    post_policy: str
    size_limit: int
    permissions: dict[str, str]
    slow_seconds: int = 0
    quiet_until: int = 0
    archived_at: int = 0
    roles: dict[str, OwnRole] = msgspec.field(default_factory=dict)


class GovernanceChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; what is left out stays.

    ``permissions``: act → the lowest role that may ("": as the server has it). ``slow_seconds``, ``quiet_until``: 0 ends it.
    """

    join_policy: JoinPolicy | msgspec.UnsetType = msgspec.UNSET
    history_for_newcomers: bool | msgspec.UnsetType = msgspec.UNSET
    slow_seconds: Annotated[int, Meta(ge=0, le=86_400)] | msgspec.UnsetType = msgspec.UNSET
    size_limit: Annotated[int, Meta(ge=0, le=1_000_000)] | msgspec.UnsetType = msgspec.UNSET
    quiet_until: Time | msgspec.UnsetType = msgspec.UNSET
    permissions: dict[ActName, Lowest] | msgspec.UnsetType = msgspec.UNSET


class WhoQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose permissions."""

    user: Annotated[int, Meta(ge=0, le=2**53 - 1, description="Whose; 0: your own.")] = 0


class Explained(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One act: whether it is allowed, and the ``rule`` that decided.

    ``needs``: the lowest role that may; ``role``: the group's own role that decided; ``until`` (ms): when the rule ends.
    """

    act: str
    allowed: bool
    rule: str
    needs: str
    en: str
    zh: str
    role: str = ""
    until: int = 0


class Explanations(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Every act there is, with the decision and its rule."""

    acts: list[Explained]


class RoleBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role of the group's own: its name, the acts that it grants, and those that it denies."""

    name: Annotated[str, Meta(min_length=1, max_length=40)]
    allow: Acts = msgspec.field(default_factory=list)
    deny: Acts = msgspec.field(default_factory=list)


class RoleMade(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The id of the role."""

    role: int


class RoleGiven(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which of the group's own roles the member bears; 0: none."""

    role: Id


class BanBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why, and until when (ms; 0: for good)."""

    reason: Annotated[str, Meta(max_length=500)] = ""
    until: Time = 0


class BansQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page of bans."""

    after: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last user id of the page before.")] = 0
    limit: PageSize = limits.DEFAULT_PAGE


class BanRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who must stay out; times in ms, ``until`` 0: for good."""

    user: int
    by: int
    at: int
    reason: str = ""
    until: int = 0


class BanPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Who must stay out, by user id."""

    bans: list[BanRow]


class JoinBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A word to those who decide."""

    text: Annotated[str, Meta(max_length=500)] = ""


class Joined(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """``member``: you are in; ``pending``: somebody will decide."""

    state: str
    conversation: int


class AfterQuery(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A page, by id."""

    after: Annotated[int, Meta(ge=0, le=2**53 - 1, description="The last id of the page before.")] = 0
    limit: PageSize = limits.DEFAULT_PAGE


class RequestRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody who waits to come in; ``at`` in ms."""

    id: int
    user: int
    at: int
    text: str = ""


class RequestPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Who waits, the longest waiting first."""

    requests: list[RequestRow]


class RequestAnswer(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether somebody comes in."""

    approve: bool


class LinkBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Until when (ms; 0: no end) and how often (0: any number) a link lets people in."""

    expires_at: Time = 0
    max_uses: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class LinkRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A link into the group, known by its first characters (``hint``); times in ms."""

    id: int
    hint: str
    by: int
    at: int
    expires_at: int = 0
    max_uses: int = 0
    uses: int = 0
    revoked_at: int = 0


class LinkPage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Links, by id."""

    links: list[LinkRow]


class LinkMade(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The link, with its secret, shown this once."""

    link: LinkRow
    token: str


class UseLink(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secret of a link."""

    token: Annotated[str, Meta(min_length=8, max_length=128)]
