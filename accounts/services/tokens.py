"""Bearer tokens: issue, renew, revoke. The raw token is returned once and never stored."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import conf, policy
from accounts.actor import Actor
from accounts.authentication import TOKEN_PREFIX, checksum, digest
from accounts.models import Device, Token, User
from accounts.services import devices
from protocol import errors


def issue(
    *, user: User, device_name: str, platform: str = "sdk", lifetime: timedelta | None = None, ip: str = ""
) -> tuple[str, Token]:
    """A token on a new device of ``user``: (what to give the client, its row). ``lifetime`` None: until revoked."""
    if not user.is_active:
        raise errors.Forbidden("This account is closed.", details={"rule": "active_account"})
    with transaction.atomic():
        device = devices.register(user=user, platform=platform, name=device_name, ip=ip)
        return issue_for(device=device, lifetime=lifetime)


def issue_for(
    *,
    device: Device,
    lifetime: timedelta | None = None,
    scopes: Iterable[str] | None = None,
    prefix: str = TOKEN_PREFIX,
) -> tuple[str, Token]:
    """A token on a device that exists (``chat.services.devices`` registers it first, to tell the others).

    ``scopes``: what it allows, when it is an app's. ``prefix``: what tells its kind.
    """
    raw = generate(prefix)
    return raw, keep(device=device, raw=raw, lifetime=lifetime, scopes=scopes)


def generate(prefix: str = TOKEN_PREFIX) -> str:
    """256 random bits between a prefix that scanners know and a checksum."""
    random = secrets.token_urlsafe(32)
    return prefix + random + checksum(random)


def keep(*, device: Device, raw: str, lifetime: timedelta | None = None, scopes: Iterable[str] | None = None) -> Token:
    """From now on ``raw`` (from ``generate``) lets in from ``device``."""
    now = timezone.now()
    return Token.objects.create(
        device=device,
        digest=digest(raw),
        hint=raw[:10],
        created_at=now,
        expires_at=now + lifetime if lifetime is not None else None,
        scopes=sorted(scopes) if scopes is not None else None,
    )


def renew(*, actor: Actor) -> str:
    """A fresh token on the actor's device with the same lifetime; the one in use ends a minute later."""
    with transaction.atomic():
        old = Token.objects.select_for_update().select_related("device").filter(pk=actor.token).first()
        if old is None or old.revoked_at is not None or old.device.user_id != actor.user or old.scopes is not None:
            raise errors.Forbidden("Only a token can be renewed, with itself.", details={"rule": "token"})
        lifetime = old.expires_at - old.created_at if old.expires_at is not None else None
        end = timezone.now() + conf.get().renew_grace
        if old.expires_at is None or old.expires_at > end:
            old.expires_at = end
            old.save(update_fields=["expires_at"])
        raw, _ = issue_for(device=old.device, lifetime=lifetime)
    return raw


def revoke(*, actor: Actor, token_id: int) -> Token:
    """Kill a token. When it was the device's last, the device is signed out with it, and so its sockets are cut."""
    token = Token.objects.select_related("device__user").filter(pk=token_id).first()
    if token is None or not policy.may_sign_out(actor, owner=token.device.user_id):
        raise errors.NotFound("There is no such token.")
    now = timezone.now()
    with transaction.atomic():
        Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)
        # A renewed token's predecessor lives on for a moment: it must not outlive the sign-out.
        lasting = Q(expires_at__isnull=True) | Q(expires_at__gt=now + conf.get().renew_grace)
        others = Token.objects.filter(lasting, device=token.device_id, revoked_at__isnull=True)
        if not token.device.session_key and not others.exists():
            devices.revoke(actor=actor, device_id=token.device_id)
    token.refresh_from_db(fields=["revoked_at"])
    return token
