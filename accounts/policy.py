"""May this actor do this to these accounts? Pure functions: no query, no clock."""

from accounts.actor import Actor


def may_administer(actor: Actor) -> bool:
    """People, departments and other people's devices: the server itself, or staff acting in person."""
    return actor.is_system or (actor.staff and not actor.app and actor.scopes is None)


def may_sign_out(actor: Actor, *, owner: int) -> bool:
    """A device: its owner in person, or whoever administers."""
    return may_administer(actor) or (actor.user == owner and not actor.app and actor.scopes is None)
