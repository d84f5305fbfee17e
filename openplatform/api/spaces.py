"""Spaces: made, seen as a tree, divided into channels; subscriptions; who may see a channel, and why. docs/spaces.md"""

import msgspec

from chat.models import Membership
from chat.rendering import milliseconds
from chat.services import subscriptions
from groups import selectors
from groups.selectors.spaces import Seen
from groups.services.spaces import access, channels, making
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.space_shapes import (
    AccessLists,
    CategoryBody,
    CategoryMade,
    CategoryRow,
    ChannelBody,
    ChannelChange,
    ChannelMade,
    ChannelRow,
    LineBody,
    PersonLine,
    SeenBy,
    SpaceBody,
    SpacePage,
    SpaceRow,
    SpaceTree,
    WhoQuery,
)
from protocol import errors


class SpacesView(Door):
    """Spaces."""

    @operation("spaces.list", scope="conversations:read", answer=SpacePage)
    def get(self) -> SpacePage:
        """The spaces that you are in."""
        return SpacePage(spaces=[_space(each) for each in selectors.list_spaces(self.actor.user)])

    @operation("spaces.create", scope=None, body=SpaceBody, answer=SpaceRow, status=201, key="kept", fails=(409,))
    def post(self, *, body: SpaceBody) -> SpaceRow:
        """Make a space, which you own."""
        made = making.create(
            actor=self.actor,
            title=body.title,
            description=body.description,
            members=body.members,
            client_key=body.client_key,
        )
        return _space(selectors.get_tree(self.actor.user, made.pk).seat)


class TurnView(Door):
    """A group made a space."""

    @operation("spaces.turn", scope=None, key="kept", fails=(409,))
    def put(self, *, conversation: int) -> None:
        """Make a group that you own a space: its members are the space's, what was said stays in its lobby."""
        making.turn(actor=self.actor, conversation=conversation)


class SpaceView(Door):
    """One space."""

    @operation("spaces.get", scope="conversations:read", answer=SpaceTree, fails=(404,))
    def get(self, *, space: int) -> SpaceTree:
        """Its categories, and the channels that you may see."""
        tree = selectors.get_tree(self.actor.user, space)
        return SpaceTree(
            space=_space(tree.seat),
            categories=[CategoryRow(id=each.pk, name=each.name, position=each.position) for each in tree.categories],
            channels=[_channel(each) for each in tree.channels],
            governs=tree.governs,
        )


class CategoriesView(Door):
    """Headings over channels."""

    @operation("categories.create", scope=None, body=CategoryBody, answer=CategoryMade, status=201, fails=(404, 409))
    def post(self, *, space: int, body: CategoryBody) -> CategoryMade:
        """Make a category."""
        made = channels.put_category(actor=self.actor, space=space, name=body.name, position=body.position)
        return CategoryMade(category=made)


class CategoryView(Door):
    """One of them."""

    @operation("categories.change", scope=None, body=CategoryBody, key="kept", fails=(404, 409))
    def put(self, *, space: int, category: int, body: CategoryBody) -> None:
        """Name and place a category anew."""
        if not category:
            raise errors.NotFound("There is no such category.")
        channels.put_category(actor=self.actor, space=space, category=category, name=body.name, position=body.position)

    @operation("categories.remove", scope=None, fails=(404,))
    def delete(self, *, space: int, category: int) -> None:
        """Take a category away; its channels stay."""
        channels.remove_category(actor=self.actor, space=space, category=category)


class ChannelsView(Door):
    """Channels of a space."""

    @operation("channels.create", scope=None, body=ChannelBody, answer=ChannelMade, status=201, fails=(404, 409))
    def post(self, *, space: int, body: ChannelBody) -> ChannelMade:
        """Make a channel; you have subscribed."""
        wish = channels.Wish(**msgspec.structs.asdict(body))
        return ChannelMade(channel=channels.create(actor=self.actor, space=space, wish=wish))


class ChannelView(Door):
    """One channel."""

    @operation("channels.change", scope=None, body=ChannelChange, key="kept", fails=(404,))
    def patch(self, *, channel: int, body: ChannelChange) -> None:
        """Change a channel: all that is named, or nothing. Who may see it no longer loses the subscription."""
        given = {name: value for name, value in msgspec.structs.asdict(body).items() if value is not msgspec.UNSET}
        if not given:
            raise errors.BadRequest("Say what shall be different.")
        channels.change(actor=self.actor, channel=channel, wish=channels.Wish(**given))


class ChannelSubscriptionView(Door):
    """Your subscription to a channel."""

    @operation("channels.subscribe", scope="conversations:write", key="kept")
    def put(self, *, channel: int) -> None:
        """Have the channel in your inbox and hear of it as it happens; from then on it is a conversation like others."""
        subscriptions.subscribe(actor=self.actor, channel=channel)

    @operation("channels.unsubscribe", scope="conversations:write")
    def delete(self, *, channel: int) -> None:
        """Hear of it no longer, unless you are mentioned."""
        subscriptions.unsubscribe(actor=self.actor, channel=channel)


class AccessView(Door):
    """Who may see a channel."""

    @operation("channels.access", scope=None, answer=AccessLists)
    def get(self, *, channel: int) -> AccessLists:
        """The lines of its roles and people, for who governs it."""
        found = selectors.get_access(self.actor.user, channel)
        people = [PersonLine(user=each.user_id, allowed=each.allowed) for each in found.people]
        return AccessLists(private=found.channel.private, roles=found.channel.roles, people=people)


class AccessExplainedView(Door):
    """Why somebody sees a channel."""

    @operation("channels.explain", scope="conversations:read", query=WhoQuery, answer=SeenBy)
    def get(self, *, channel: int, query: WhoQuery) -> SeenBy:
        """May you (or ``user``, when you govern it) see the channel, and which rule decides."""
        found = selectors.explain_channel(self.actor.user, channel, query.user)
        return SeenBy(allowed=found.allowed, rule=found.rule, role=found.role)


class AccessRoleView(Door):
    """The line of an own role of the space."""

    @operation("channels.set_role", scope=None, body=LineBody, key="kept", fails=(404,))
    def put(self, *, channel: int, role: int, body: LineBody) -> None:
        """Let who bears the role see the channel, or not."""
        access.set_role(actor=self.actor, channel=channel, role=role, allowed=body.allowed)

    @operation("channels.unset_role", scope=None)
    def delete(self, *, channel: int, role: int) -> None:
        """Let the role say nothing about the channel."""
        access.set_role(actor=self.actor, channel=channel, role=role, allowed=None)


class AccessPersonView(Door):
    """The line of one person."""

    @operation("channels.set_person", scope=None, body=LineBody, key="kept", fails=(404, 409))
    def put(self, *, channel: int, user: int, body: LineBody) -> None:
        """Let one person see the channel, or not, whatever the roles say."""
        access.set_person(actor=self.actor, channel=channel, user=user, allowed=body.allowed)

    @operation("channels.unset_person", scope=None)
    def delete(self, *, channel: int, user: int) -> None:
        """Let the person be as others are."""
        access.set_person(actor=self.actor, channel=channel, user=user, allowed=None)


def _space(seat: Membership) -> SpaceRow:
    lobby = seat.conversation
    return SpaceRow(
        space=lobby.pk,
        title=lobby.title,
        description=lobby.description,
        avatar=lobby.avatar,
        role=seat.role,
        member_count=lobby.member_count,
    )


def _channel(seen: Seen) -> ChannelRow:
    channel, conversation = seen.channel, seen.channel.conversation
    return ChannelRow(
        channel=channel.pk,
        title=conversation.title,
        rule=seen.right.rule,
        description=conversation.description,
        category=channel.category_id or 0,
        position=channel.position,
        private=channel.private,
        archived=conversation.archived_at is not None,
        post_policy=conversation.post_policy,
        subscribed=seen.subscribed,
        subscribers=conversation.member_count,
        last_number=conversation.last_number,
        last_at=milliseconds(conversation.last_at),
    )
