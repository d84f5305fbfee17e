"""Who may see a channel, computed from the rows of the moment: three queries for any number of people, in a space of any size."""

from collections.abc import Collection

from chat import policy
from chat.models import Channel, ChannelPerson, Conversation, Membership
from chat.policy import channels


def get_channel(channel: int) -> Channel:
    """The channel with its conversation and its space. Raises Forbidden not_a_member, as for any that is hidden."""
    found = Channel.objects.select_related("conversation", "space").filter(pk=channel).first()
    if found is None:
        raise policy.outsider()
    return found


def list_rights(channel: Channel, users: Collection[int]) -> dict[int, channels.Right]:
    """User -> whether he may see the channel now, and which rule decides. Two queries."""
    wanted = list(users)
    seats = {
        each.user_id: each for each in Membership.objects.filter(conversation_id=channel.space_id, user_id__in=wanted)
    }
    lines = dict(
        ChannelPerson.objects.filter(channel=channel, user_id__in=wanted).values_list("user_id", "allowed")
    )
    return {
        user: channels.decide(space=channel.space, seat=seats.get(user), channel=channel, person=lines.get(user))
        for user in wanted
    }


def find_reachable(pairs: Collection[tuple[int, int]], spaces: Collection[int]) -> set[tuple[int, int]]:
    """Of (channel, user) pairs those who may see the channel, subscribed or not. ``spaces``: the conversations that lie in one."""
    asked: dict[int, set[int]] = {}
    for conversation, user in pairs:
        if conversation in spaces:
            asked.setdefault(conversation, set()).add(user)
    found = Channel.objects.select_related("space").filter(pk__in=asked) if asked else ()
    return {
        (channel.pk, user)
        for channel in found
        for user, right in list_rights(channel, asked[channel.pk]).items()
        if right.allowed
    }


def require_see(user: int, channel: int) -> Channel:
    """The channel, for who may see it. Raises Forbidden not_a_member, whatever the reason."""
    found = get_channel(channel)
    if not list_rights(found, [user])[user].allowed:
        raise policy.outsider()
    return found


def list_inside(space: Conversation) -> list[Channel]:
    """All channels of a space, in their order, with their conversations. For the server itself."""
    return list(
        Channel.objects.filter(space=space).select_related("conversation").order_by("position", "conversation_id")
    )
