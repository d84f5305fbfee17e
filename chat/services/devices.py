"""Devices that sign in and out, told to the owner's other devices in the personal timeline. The rest is accounts'."""

from accounts.actor import SYSTEM, Actor
from accounts.models import Device, User
from accounts.services import devices
from chat import timeline
from chat.services import joining
from chat.services.messages import publish
from chat.timeline import Draft, personal


def register(*, user: User, platform: str, name: str, ip: str = "", session_key: str = "") -> Device:
    """A new device of ``user``, and ``device.added`` for the others."""

    def work() -> Device:
        device = devices.register(user=user, platform=platform, name=name, ip=ip, session_key=session_key)
        _tell(user.pk, "device.added", device=device.pk, name=device.name)
        return device

    return timeline.run(work)


def revoke(*, actor: Actor, device_id: int) -> Device:
    """Sign a device out, and ``device.revoked``; gateways cut its sockets at once. Raises NotFound."""

    def work() -> Device:
        live = Device.objects.filter(pk=device_id, revoked_at__isnull=True).exists()
        device = devices.revoke(actor=actor, device_id=device_id)
        if live:
            _tell(device.user_id, "device.revoked", device=device.pk)
        return device

    return timeline.run(work)


def revoke_all(*, actor: Actor, user: User, keep: int = 0) -> list[Device]:
    """Sign out every device of ``user`` but ``keep``. Raises Forbidden."""

    def work() -> list[Device]:
        gone = devices.revoke_all(actor=actor, user=user, keep=keep)
        for device in gone:
            _tell(user.pk, "device.revoked", device=device.pk)
        return gone

    return timeline.run(work)


def _tell(user: int, kind: str, **fields: object) -> None:
    conversation = personal.ensure([user])[user]
    draft = Draft(actor=SYSTEM, sender=user, conversation=conversation, type=kind, fields=fields)
    publish(joining.emitted(timeline.append([draft])))
