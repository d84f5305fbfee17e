"""Pins: a message kept in sight for everybody in its conversation."""

from accounts.actor import Actor
from chat.services.messages import checked_key, commit_one
from chat.timeline import Draft, Outcome


def pin(*, actor: Actor, conversation: int, client_key: str, target: int, on: bool = True) -> Outcome:
    """Pin message ``target``, or take the pin away. Already so: nothing is written. Raises a ParleyError."""
    return commit_one(
        Draft(
            actor=actor,
            conversation=conversation,
            type="message.pinned" if on else "message.unpinned",
            client_key=checked_key(client_key),
            target=target,
        )
    )
