"""What a space shows: its tree as one person sees it, who may see a channel, and why. Each takes the user's id; writes nothing.

A channel that somebody may not see is not there for that person, whoever asks for it and by which door.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F

from accounts.actor import Actor
from chat import policy, selectors
from chat.channels import Category, Channel, ChannelPerson
from chat.models import Membership
from chat.policy.channels import Right, decide, is_space
from chat.sight import list_rights
from protocol.errors import NotFound


@dataclass(frozen=True, slots=True)
class Seen:
    """A channel in the tree: with the rule by which it is seen, and one's subscription, if there is one."""

    channel: Channel
    right: Right
    subscribed: bool


@dataclass(frozen=True, slots=True)
class Tree:
    """A space as one person sees it."""

    seat: Membership
    categories: Sequence[Category]
    channels: Sequence[Seen]
    #: Whether he may make and change channels.
    governs: bool


@dataclass(frozen=True, slots=True)
class Access:
    """The lists of a channel, for who governs it."""

    channel: Channel
    people: Sequence[ChannelPerson]


def list_spaces(user: int) -> list[Membership]:
    """The user's seats in spaces, the newest space first, with their lobbies. One query."""
    seats = Membership.objects.filter(user_id=user, conversation__space=F("conversation_id"))
    return list(seats.select_related("conversation").order_by("-conversation_id"))


def get_tree(user: int, space: int) -> Tree:
    """The categories and the channels that the user may see. Five queries. Raises a ParleyError."""
    seat = _seat(user, space)
    channels = selectors.list_inside(seat.conversation)
    places = [each.pk for each in channels]
    lines = dict(ChannelPerson.objects.filter(user_id=user, channel_id__in=places).values_list("channel_id", "allowed"))
    subscribed = set(
        Membership.objects.filter(user_id=user, conversation_id__in=places).values_list("conversation_id", flat=True)
    )
    rights = {
        each.pk: decide(space=seat.conversation, seat=seat, channel=each, person=lines.get(each.pk))
        for each in channels
    }
    return Tree(
        seat=seat,
        categories=list(Category.objects.filter(space=space).order_by("position", "pk")),
        channels=[Seen(each, rights[each.pk], each.pk in subscribed) for each in channels if rights[each.pk].allowed],
        governs=_governs(seat),
    )


def explain_channel(user: int, channel: int, other: int = 0) -> Right:
    """May ``other`` (0: oneself) see the channel, and which rule decides. One query. Others: for who governs channels."""
    if not other or other == user:
        return selectors.require_see(user, channel)
    found = selectors.get_channel(channel)
    _require_governs(user, found)
    return list_rights(found, [other])[other]


def get_access(user: int, channel: int) -> Access:
    """The lines of a channel's roles and people, for who governs it. Raises a ParleyError."""
    found = selectors.get_channel(channel)
    _require_governs(user, found)
    return Access(found, list(ChannelPerson.objects.filter(channel=found).order_by("user_id")))


def _require_governs(user: int, channel: Channel) -> None:
    seat = Membership.objects.filter(conversation_id=channel.space_id, user_id=user).first()
    actor = Actor(user=user)
    if refused := policy.may_manage(actor=actor, conversation=channel.space, membership=seat, act="channels"):
        raise refused


def _governs(seat: Membership) -> bool:
    actor = Actor(user=seat.user_id)
    return policy.may_manage(actor=actor, conversation=seat.conversation, membership=seat, act="channels") is None


def _seat(user: int, space: int) -> Membership:
    seat = selectors.get_seat(user, space)
    if not is_space(seat.conversation):
        raise NotFound("That is no space.")
    return seat
