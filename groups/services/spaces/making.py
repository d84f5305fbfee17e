"""A space made: a group whose members are the space's, its lobby, in which who governs it speaks to everybody."""

from collections.abc import Iterable

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat import timeline
from chat.models import Conversation
from chat.policy import channels
from chat.services import conversations
from groups.services.governance import lock_for, target_of
from protocol.errors import Conflict


def create(
    *, actor: Actor, title: str, description: str = "", members: Iterable[int] = (), client_key: str = ""
) -> Conversation:
    """A space owned by the actor. The same ``client_key`` again is the same space. Raises a ParleyError."""

    def work() -> Conversation:
        lobby = conversations.create_group(
            actor=actor,
            title=title,
            description=description,
            members=members,
            post_policy=Conversation.PostPolicy.ADMINS,
            client_key=client_key,
        )
        return _turn(actor, lobby.pk)

    return timeline.run(work)


def turn(*, actor: Actor, conversation: int) -> Conversation:
    """Make a group that is there a space, its owner's act; what was said stays in the lobby. Raises a ParleyError."""
    return timeline.run(lambda: _turn(actor, conversation))


def _turn(actor: Actor, conversation: int) -> Conversation:
    found = lock_for(actor, conversation, "roles")
    if channels.is_channel(found):
        raise Conflict("A channel is no space.", details={"rule": "space_decides"})
    if not channels.is_space(found):
        found.space = found.pk
        found.save(update_fields=["space"])
        record(actor, "space.created", target_of(found), Change(after={"members": found.member_count}))
    return found
