"""Who may see a channel, computed from the rows of the moment: the same queries for any number of people, in any space."""

from collections.abc import Collection

from chat.channels import Channel, ChannelPerson
from chat.models import Membership
from chat.policy import channels


def list_rights(channel: Channel, users: Collection[int]) -> dict[int, channels.Right]:
    """User -> whether he may see the channel now, and which rule decides. Two queries."""
    wanted = list(users)
    seats = {
        each.user_id: each for each in Membership.objects.filter(conversation_id=channel.space_id, user_id__in=wanted)
    }
    lines = dict(ChannelPerson.objects.filter(channel=channel, user_id__in=wanted).values_list("user_id", "allowed"))
    return {
        user: channels.decide(space=channel.space, seat=seats.get(user), channel=channel, person=lines.get(user))
        for user in wanted
    }


def find_reachable(pairs: Collection[tuple[int, int]], among: Collection[int]) -> set[tuple[int, int]]:
    """Of (conversation, user) pairs those who may see a channel, subscribed or not. ``among``: what may be one."""
    asked: dict[int, set[int]] = {}
    for conversation, user in pairs:
        if conversation in among:
            asked.setdefault(conversation, set()).add(user)
    found = Channel.objects.select_related("space").filter(pk__in=asked) if asked else ()
    return {
        (channel.pk, user)
        for channel in found
        for user, right in list_rights(channel, asked[channel.pk]).items()
        if right.allowed
    }
