"""Authorizations: somebody lets an app in for himself, or the app comes as its own bot; and the end of that.

OAuth's own rows are the toolkit's. What lets in is a token of ``accounts`` with the same digest, on the app's seat among
the person's devices: so it ends with the seat, and ends when the toolkit deletes its row.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from oauth2_provider.models import clear_expired

from accounts.actor import Actor
from accounts.models import Device, Token
from accounts.selectors import get_user
from accounts.services import tokens
from audit.services.recording import Change, Target, record
from chat.services import devices
from openplatform import scopes as every
from openplatform import selectors
from openplatform.models import AccessToken, App, Authorization, RefreshToken
from protocol import errors

#: Days for which an app whose token ended is told so, instead of that there is no such token.
KEPT_DAYS = 7


def may_get(*, app: App, user: int | None, wanted: Iterable[str]) -> bool:
    """Whether ``app`` may get these scopes: of a person, or (``user`` None) for its installed bot."""
    if user is None:
        installed = selectors.live_installations().filter(app=app).first()
        return installed is not None and set(wanted) <= set(installed.scopes)
    return set(wanted) <= set(every.for_user(app.scopes)) and selectors.may_use(app, get_user(user))


def let_in(*, app: App, user: int | None, raw: str, scopes: Iterable[str], lifetime: timedelta) -> Token:
    """From now on the access token ``raw`` lets ``app`` in: in the name of ``user``, or (None) as its own bot."""
    wanted = sorted(set(scopes))
    if not may_get(app=app, user=user, wanted=wanted):
        raise errors.Forbidden("The app may not have that.", details={"rule": "scopes"})
    with transaction.atomic():
        seat = selectors.get_installation(app.pk).device if user is None else _seat(app, user, wanted)
        return tokens.keep(device=seat, raw=raw, lifetime=lifetime, scopes=wanted)


def end_with_devices(*, user: int, devices: Iterable[int], **_: Any) -> None:
    """Seats were signed out: what OAuth kept for them is over too. Hears ``accounts``' signal, in its transaction."""
    now = timezone.now()
    ended = list(Authorization.objects.filter(device__in=list(devices), ended_at__isnull=True))
    for each in ended:
        _forget(Q(user=each.user_id, application=each.app_id))
    Authorization.objects.filter(pk__in=[each.pk for each in ended]).update(ended_at=now)
    for app in App.objects.filter(bot=user, installations__device__in=list(devices)).distinct():
        _forget(Q(user__isnull=True, application=app))


def end_credential(*, instance: AccessToken, **_: Any) -> None:
    """The toolkit deleted an access token (revoked, renewed, used twice): it lets nobody in any more."""
    Token.objects.filter(digest=instance.token_checksum, revoked_at__isnull=True).update(revoked_at=timezone.now())


def forget_expired() -> None:
    """Remove what lets nobody in any more: OAuth's codes and tokens past their time (a used refresh token stays until
    then, so that its second use is noticed), and apps' tokens that ended a week ago.
    """
    clear_expired()
    ended = timezone.now() - timedelta(days=KEPT_DAYS)
    Token.objects.filter(device__platform="app", expires_at__lt=ended).delete()


def _forget(whose: Q) -> None:
    RefreshToken.objects.filter(whose, revoked__isnull=True).update(revoked=timezone.now())
    AccessToken.objects.filter(whose).delete()


def _seat(app: App, user: int, wanted: list[str]) -> Device:
    """The app's seat among the devices of ``user``; made, and the consent recorded, when it allows something new.

    A new one is told to the person's other devices: who did not let it in, sees it there.
    """
    # The app's row orders two tokens that come at the same moment.
    App.objects.select_for_update().get(pk=app.pk)
    known = Authorization.objects.select_related("device").filter(user=user, app=app, ended_at__isnull=True).first()
    if known is not None and set(wanted) <= set(known.scopes):
        return known.device
    person = get_user(user)
    if known is None:
        seat = devices.register(user=person, platform="app", name=app.name, app=app.pk)
        known = Authorization(user_id=user, app=app, device=seat)
    before = list(known.scopes)
    known.scopes = sorted({*known.scopes, *wanted})
    known.save()
    actor = Actor(user=user, name=person.name)
    told = Change({"scopes": before}, {"scopes": known.scopes})
    record(actor, "app.authorized", Target("app", app.pk, app.name), told)
    return known.device
