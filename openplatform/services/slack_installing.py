"""Installing an app the way Slack's do it: somebody who may install it says yes, the app gets a code, and for the code a token.

What is installed, and that it is audited, is ``installations``'.
"""

import secrets
from dataclasses import dataclass

from django.core.cache import cache

from accounts.actor import Actor
from accounts.authentication import digest
from accounts.selectors import get_user
from openplatform import policy, scopes, selectors
from openplatform.models import App, Installation
from openplatform.services import installations
from protocol import errors

#: Seconds within which a code is used, once.
CODE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Granted:
    """What somebody said yes to."""

    app: int
    installer: int
    scopes: tuple[str, ...]
    redirect_uri: str


def check(*, actor: Actor, app: App, wanted: list[str]) -> None:
    """Raises Forbidden when the actor may not install it, BadRequest when it may not have that."""
    if app.state != App.State.APPROVED or not policy.may_install(actor, app):
        raise errors.Forbidden("Only its owner and administrators install it.", details={"rule": "install"})
    if not wanted or not set(wanted) <= set(scopes.for_bot(app.scopes)):
        raise errors.BadRequest("The app was not approved for that.", details={"path": "scope"})


def grant(*, actor: Actor, app: App, wanted: list[str], redirect_uri: str) -> str:
    """A code for the app. Raises as ``check``."""
    check(actor=actor, app=app, wanted=wanted)
    code = secrets.token_urlsafe(32)
    given = Granted(app.pk, actor.user, tuple(wanted), redirect_uri)
    cache.set(_key(code), (given.app, given.installer, given.scopes, given.redirect_uri), timeout=CODE_SECONDS)
    return code


def redeem(*, app: App, code: str, redirect_uri: str) -> tuple[Installation, str, int]:
    """(The installation, its bot's token, who said yes). Raises NotFound for a code that is none, was used, or is another's."""
    held = cache.get(_key(code))
    given = Granted(*held) if held else None
    if given is None or given.app != app.pk or (redirect_uri and redirect_uri != given.redirect_uri):
        raise errors.NotFound("There is no such code.")
    if not cache.delete(_key(code)):  # of two at the same moment one deletes it
        raise errors.NotFound("The code was used.")
    person = get_user(given.installer)
    actor = Actor(user=person.pk, name=person.name, staff=person.is_staff)
    wanted = list(given.scopes)
    if not person.is_active:
        raise errors.NotFound("Who gave the code is gone.")
    check(actor=actor, app=app, wanted=wanted)
    if selectors.live_installations().filter(app=app).exists():
        known = installations.consent(actor=actor, app=app.pk, wanted=wanted)
        return known, installations.issue_token(actor=actor, app=app.pk, end_others=False), person.pk
    made, raw = installations.install(actor=actor, app=app.pk, wanted=wanted)
    return made, raw, person.pk


def _key(code: str) -> str:
    return f"slack-code:{digest(code)}"
