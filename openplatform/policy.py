"""May this actor do this to this app? Pure functions over rows that were read before: no query, no clock."""

from accounts.actor import Actor
from openplatform.models import App


def in_person(actor: Actor) -> bool:
    """A human at a device of his own: no app, no narrowed token."""
    return actor.user != 0 and not actor.app and actor.scopes is None


def may_review(actor: Actor) -> bool:
    """Approve, turn down, suspend and restore apps: the server itself, or staff in person."""
    return actor.is_system or (actor.staff and in_person(actor))


def may_manage(actor: Actor, app: App) -> bool:
    """See an app's secrets' state, change it, ask for its approval: its owner in person, or whoever reviews."""
    return may_review(actor) or (in_person(actor) and app.user_id == actor.user)


def may_install(actor: Actor, app: App) -> bool:
    """Bring an approved app into the company: its owner, or whoever reviews. The approval was the company's consent."""
    return may_manage(actor, app)


def is_available(app: App, departments: frozenset[int], path: frozenset[int]) -> bool:
    """Whether a person whose departments from the top down are ``path`` may use ``app``.

    ``departments``: to which the app is limited; none: it is for everybody.
    """
    return app.state == App.State.APPROVED and (not departments or bool(departments & path))
