"""Channels: one, for who may see it, and all of a space."""

from chat import policy
from chat.channels import Channel
from chat.models import Conversation
from chat.policy.channels import Right
from chat.sight import find_right


def get_channel(channel: int) -> Channel:
    """The channel with its conversation and its space. Raises Forbidden not_a_member, as for any that is hidden."""
    found = Channel.objects.select_related("conversation", "space").filter(pk=channel).first()
    if found is None:
        raise policy.outsider()
    return found


def require_see(user: int, channel: int) -> Right:
    """The rule by which the user sees the channel. One query. Raises Forbidden not_a_member, whatever the reason."""
    right = find_right(channel, user)
    if right is None or not right.allowed:
        raise policy.outsider()
    return right


def list_inside(space: Conversation) -> list[Channel]:
    """All channels of a space, in their order, with their conversations. For the server itself."""
    return list(
        Channel.objects.filter(space=space).select_related("conversation").order_by("position", "conversation_id")
    )
