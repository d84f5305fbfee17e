"""Installations: an approved app gets a bot and tokens, and loses them again. Each act is audited.

The bot is an account like any other and its tokens are ``accounts``', on a device that belongs to the app: so both
doors know them, and what cuts a device cuts an app.
"""

import re
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.authentication import BOT_PREFIX
from accounts.models import Token, User
from accounts.services import devices, tokens, users
from audit.services.recording import Change, Target, record
from openplatform import policy, scopes, selectors
from openplatform.models import App, Installation
from openplatform.services import interactivity
from protocol import errors

#: Letters of an app's name that its bot's user name keeps.
_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


def install(*, actor: Actor, app: int, wanted: list[str] | None = None) -> tuple[Installation, str]:
    """Bring an approved app into the company: (the installation, its bot's token, which is shown this once).

    ``wanted``: scopes of the app that the bot gets; None: all that a bot may have.
    """
    with transaction.atomic():
        row = _locked(actor, app)
        if row.state != App.State.APPROVED:
            raise errors.Conflict(
                f"The app is {row.state}, not approved.", details={"rule": "state", "state": row.state}
            )
        given = _given(row, wanted)
        interactivity.refuse_taken(row)
        bot = _bot_of(row)
        device = devices.register(user=bot, platform="app", name=row.name, app=row.pk)
        try:
            with transaction.atomic():
                made = Installation.objects.create(
                    app=row, installer_id=actor.user or None, device=device, scopes=given
                )
        except IntegrityError:
            raise errors.Conflict("The app is installed already.", details={"rule": "installed"}) from None
        record(actor, "app.installed", _target(row), Change(after={"scopes": given, "bot": bot.pk}))
        raw, _ = tokens.issue_for(device=device, scopes=given, prefix=BOT_PREFIX)
    return made, raw


def consent(*, actor: Actor, app: int, wanted: list[str]) -> Installation:
    """Give an installed app other scopes of those that it was approved for. Its tokens lose at once what is taken away;
    what is added comes with the next token.
    """
    with transaction.atomic():
        row = _locked(actor, app)
        installed = selectors.get_installation(row.pk)
        before, given = list(installed.scopes), _given(row, wanted)
        installed.scopes = given
        installed.save(update_fields=["scopes"])
        for token in installed.device.tokens.filter(revoked_at__isnull=True):
            token.scopes = sorted(set(token.scopes or ()) & set(given))
            token.save(update_fields=["scopes"])
        record(actor, "app.consented", _target(row), Change({"scopes": before}, {"scopes": given}))
    return installed


def issue_token(*, actor: Actor, app: int, lifetime: timedelta | None = None, end_others: bool = True) -> str:
    """Another token for the installed bot, shown this once. ``end_others``: the earlier ones are dead, in the same
    transaction; otherwise both let in, until the old one is ended this way.
    """
    with transaction.atomic():
        row = _locked(actor, app)
        installed = selectors.get_installation(row.pk)
        if end_others:
            installed.device.tokens.filter(revoked_at__isnull=True).update(revoked_at=timezone.now())
        raw, token = tokens.issue_for(
            device=installed.device, lifetime=lifetime, scopes=installed.scopes, prefix=BOT_PREFIX
        )
        told = Change(after={"hint": token.hint, "end_others": end_others})
        record(actor, "app.token_issued", _target(row), told)
    return raw


def end_token(*, actor: Actor) -> None:
    """An app gives up the token that it bears now, which is dead at once; whoever bears none is refused."""
    if not actor.app or not actor.token:
        raise errors.Forbidden("Only an app ends its token here.", details={"rule": "app"})
    with transaction.atomic():
        app = App.objects.select_for_update().get(pk=actor.app)
        Token.objects.filter(pk=actor.token, revoked_at=None).update(revoked_at=timezone.now())
        record(actor, "app.token_ended", _target(app))


def uninstall(*, actor: Actor, app: int) -> None:
    """Take an app out of the company: every token of its is dead for good, its bot's account is closed."""
    with transaction.atomic():
        row = _locked(actor, app)
        ended = Installation.objects.filter(app=row, ended_at__isnull=True).update(ended_at=timezone.now())
        if not ended:
            raise errors.NotFound("The app is not installed.")
        devices.end_app(actor=SYSTEM, app=row.pk)
        if row.bot is not None:
            users.deactivate(actor=SYSTEM, user=row.bot)
        record(actor, "app.uninstalled", _target(row))


def _locked(actor: Actor, app: int) -> App:
    found = selectors.get_app(actor, app)
    if not policy.may_install(actor, found):
        raise errors.NotFound("There is no such app.")
    return App.objects.select_for_update().get(pk=app)


def _given(app: App, wanted: list[str] | None) -> list[str]:
    possible = scopes.for_bot(app.scopes)
    if wanted is None:
        return possible
    if beyond := sorted(set(wanted) - set(possible)):
        raise errors.BadRequest(f"The app was not approved for {beyond[0][:80]!r}.", details={"path": "scopes"})
    return sorted(set(wanted))


def _bot_of(app: App) -> User:
    """Who speaks for the app: made the first time, opened again later."""
    if app.bot is not None:
        return users.reactivate(actor=SYSTEM, user=app.bot)
    begin = _NOT_IN_NAMES.sub("-", app.name.lower()).strip("-")[:40] or "app"
    taken = User.objects.filter(username__iexact=f"{begin}-bot").exists()
    username = f"{begin}-{app.pk}-bot" if taken else f"{begin}-bot"
    bot = users.create(actor=SYSTEM, username=username, name=app.name[:120], kind="bot")
    app.bot = bot
    app.save(update_fields=["bot"])
    return bot


def _target(app: App) -> Target:
    return Target("app", app.pk, app.name)
