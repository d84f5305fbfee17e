"""May this actor do this to these accounts? Pure functions: no query, no clock."""

from accounts.actor import Actor


def may_administer(actor: Actor) -> bool:
    """People, departments and other people's devices: the server itself, or staff acting in person."""
    return actor.is_system or (actor.staff and not actor.app and actor.scopes is None)


def may_sign_out(actor: Actor, *, owner: int) -> bool:
    """A device: its owner in person, or whoever administers."""
    return may_administer(actor) or (actor.user == owner and not actor.app and actor.scopes is None)


def may_describe(actor: Actor, *, owner: int) -> bool:
    """Say who and where somebody is (name, title, status, picture): people and bots of themselves, in person."""
    return actor.user == owner != 0 and not actor.app and actor.scopes is None
