"""Bodies and answers of spaces: the tree, categories, channels, and who may see one."""

from typing import Annotated

import msgspec
from msgspec import Meta

from openplatform.api.group_shapes import WhoQuery
from openplatform.api.shapes import Ask, Description, MaybeKey, PostPolicy, Reply, Title
from protocol.frames import Id, Ids

__all__ = ["WhoQuery"]

ChannelTitle = Annotated[str, Meta(min_length=1, max_length=60)]
Position = Annotated[int, Meta(ge=0, le=10_000)]
CategoryId = Annotated[int, Meta(ge=0, le=2**53 - 1, description="0: under no category.")]


class SpaceBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new space: its name and first members. The same ``client_key`` again is the same space."""

    title: Title
    description: Description = ""
    members: Ids = msgspec.field(default_factory=list)
    client_key: MaybeKey = ""


class SpaceRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A space; ``space`` is also the id of its lobby's conversation. ``role``: what you are in it."""

    space: int
    title: str
    description: str = ""
    avatar: str = ""
    role: str = "member"
    member_count: int = 0


class SpacePage(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The spaces that you are in."""

    spaces: list[SpaceRow]


class CategoryBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A heading over channels, and where it stands."""

    name: ChannelTitle
    position: Position = 0


class CategoryMade(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The id of the category."""

    category: int


class CategoryRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A heading over channels."""

    id: int
    name: str
    position: int = 0


class ChannelBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new channel. ``private``: only who is let in by a role or by name sees it, and who governs the space."""

    title: ChannelTitle
    description: Description = ""
    post_policy: PostPolicy = "all"
    private: bool = False
    category: CategoryId = 0
    position: Position = 0


class ChannelMade(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """The id of the channel, which is its conversation's."""

    channel: int


class ChannelChange(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall be different; what is left out stays. ``archived``: read only."""

    title: ChannelTitle | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    post_policy: PostPolicy | msgspec.UnsetType = msgspec.UNSET
    private: bool | msgspec.UnsetType = msgspec.UNSET
    category: CategoryId | msgspec.UnsetType = msgspec.UNSET
    position: Position | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET


class ChannelRow(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A channel that you may see, and by which ``rule``; ``channel`` is also the id of its conversation. ``last_at`` in ms."""

    channel: int
    title: str
    rule: str
    description: str = ""
    category: int = 0
    position: int = 0
    private: bool = False
    archived: bool = False
    post_policy: str = "all"
    subscribed: bool = False
    subscribers: int = 0
    last_number: int = 0
    last_at: int = 0


class SpaceTree(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """A space as you see it. ``governs``: you may make and change channels."""

    space: SpaceRow
    categories: list[CategoryRow]
    channels: list[ChannelRow]
    governs: bool = False


class LineBody(Ask, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the channel may be seen."""

    allowed: bool


class PersonLine(Reply, frozen=True, kw_only=True):
    """Somebody who may see the channel whatever the roles say, or may not."""

    user: Id
    allowed: bool


class AccessLists(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Who may see a channel: ``roles`` (id of the space's own role → whether), and the lines of people."""

    private: bool
    roles: dict[str, bool]
    people: list[PersonLine]


class SeenBy(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """Whether the channel may be seen, the ``rule`` that decides, and what the ``role`` that decided is called."""

    allowed: bool
    rule: str
    role: str = ""
