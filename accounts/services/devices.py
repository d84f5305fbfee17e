"""Devices: a browser or SDK signs in, is seen, is signed out. Telling the owner's other devices is ``chat``'s part.

However a device is signed out – by its owner, in the admin, with its last token, with a new password or a closed
account – it goes through here, and ``signed_out`` is sent in the same transaction.
Page: docs/decisions/0007-signing-out-is-told-by-a-signal.md
"""

from importlib import import_module

from django.conf import settings
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from accounts import authentication, policy
from accounts.actor import Actor
from accounts.models import Device, Token, User
from audit.services.recording import Target, record
from protocol import errors

#: Sent with ``user`` (an id) and ``devices`` (ids), inside the transaction that signs them out.
signed_out = Signal()


def register(*, user: User, platform: str, name: str, ip: str = "", session_key: str = "", app: int = 0) -> Device:
    """A new device of ``user``. ``session_key``: of the browser's session, so that signing out can end it.

    The session must also hold the device's id under ``authentication.DEVICE_KEY``. ``app``: whose seat it is.
    """
    if platform not in Device.Platform.values:
        raise errors.BadRequest("There is no such platform.", details={"path": "platform"})
    name = name.strip()[:120] or "Unnamed device"
    return Device.objects.create(
        user=user, platform=platform, name=name, session_key=session_key, last_ip=ip or None, app=app
    )


def revoke(*, actor: Actor, device_id: int) -> Device:
    """Sign a device out: its tokens are dead, its session is gone, gateways cut its sockets within seconds.

    One's own devices, or anybody's for staff; a stranger's device answers like one that does not exist.
    """
    device = Device.objects.select_related("user").filter(pk=device_id).first()
    if device is None or not policy.may_sign_out(actor, owner=device.user_id):
        raise errors.NotFound("There is no such device.")
    if device.revoked_at is None:
        with transaction.atomic():
            _sign_out([device])
            if actor.user != device.user_id:
                record(actor, "device.revoked", Target("device", device.pk, f"{device.name} of {device.user.name}"))
    return device


def revoke_all(*, actor: Actor, user: User, keep: int = 0) -> list[Device]:
    """Sign out every device of ``user`` but ``keep``: after a password change, and when an account is closed."""
    if not policy.may_sign_out(actor, owner=user.pk):
        raise errors.Forbidden("You may not sign this person out.", details={"rule": "own_device"})
    live = list(Device.objects.filter(user=user, revoked_at__isnull=True).exclude(pk=keep))
    _sign_out(live)
    return live


def pause_app(*, actor: Actor, app: int) -> int:
    """Nobody comes in from the seats of ``app`` until ``resume_app``; gateways cut its sockets within seconds."""
    _require_administrator(actor)
    return Device.objects.filter(app=app, revoked_at__isnull=True).update(paused_at=timezone.now())


def resume_app(*, actor: Actor, app: int) -> int:
    """Let the seats of ``app`` in again, with the tokens they had."""
    _require_administrator(actor)
    return Device.objects.filter(app=app, paused_at__isnull=False).update(paused_at=None)


def end_app(*, actor: Actor, app: int) -> list[Device]:
    """Sign out every seat of ``app``: its tokens are dead for good."""
    _require_administrator(actor)
    live = list(Device.objects.filter(app=app, revoked_at__isnull=True))
    _sign_out(live)
    return live


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})


def keep_session(*, actor: Actor, session_key: str) -> None:
    """The session of the actor's device has a new key, so that signing out ends that one."""
    Device.objects.filter(pk=actor.device, user=actor.user).update(session_key=session_key)


def touch(*, device: Device, ip: str = "") -> None:
    """Note that the device was seen; written at most once a minute."""
    authentication.touch(device, ip=ip, now=timezone.now())


def _sign_out(devices: list[Device]) -> None:
    now = timezone.now()
    ids = [each.pk for each in devices]
    store = import_module(settings.SESSION_ENGINE).SessionStore
    with transaction.atomic():
        Device.objects.filter(pk__in=ids, revoked_at__isnull=True).update(revoked_at=now)
        Token.objects.filter(device__in=ids, revoked_at__isnull=True).update(revoked_at=now)
        for each in devices:
            each.revoked_at = now
            if each.session_key:
                store(each.session_key).delete()
        for user in {each.user_id for each in devices}:
            signed_out.send(sender=Device, user=user, devices=[each.pk for each in devices if each.user_id == user])
