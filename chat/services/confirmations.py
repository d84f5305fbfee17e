"""Confirmations: a reader of an urgent message says that he has seen it."""

from accounts.actor import Actor
from chat.services.messages import checked_key, commit_one
from chat.timeline import Draft, Outcome


def confirm(*, actor: Actor, conversation: int, client_key: str, target: int) -> Outcome:
    """Confirm the urgent message ``target``. Once is enough: again, nothing is written. Raises a ParleyError."""
    draft = Draft(
        actor=actor,
        conversation=conversation,
        type="message.confirmed",
        client_key=checked_key(client_key),
        target=target,
    )
    return commit_one(draft)
