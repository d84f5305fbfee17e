"""Devices that sign in and out, told to the owner's other devices in the personal timeline. The rest is accounts'."""

from collections.abc import Mapping, Sequence

from accounts.actor import SYSTEM, Actor
from accounts.models import Device, User
from accounts.services import devices
from chat import timeline
from chat.services import joining
from chat.services.messages import publish
from chat.timeline import Draft, personal


def register(*, user: User, platform: str, name: str, ip: str = "", session_key: str = "", app: int = 0) -> Device:
    """A new device of ``user``, or the seat of an ``app`` that he let in, and ``device.added`` for the others."""

    def work() -> Device:
        device = devices.register(user=user, platform=platform, name=name, ip=ip, session_key=session_key, app=app)
        _tell(user.pk, "device.added", [{"device": device.pk, "name": device.name}])
        return device

    return timeline.run(work)


def revoke(*, actor: Actor, device_id: int) -> Device:
    """Sign a device out, and ``device.revoked``; gateways cut its sockets at once. Raises NotFound."""
    return timeline.run(lambda: devices.revoke(actor=actor, device_id=device_id))


def revoke_all(*, actor: Actor, user: User, keep: int = 0) -> list[Device]:
    """Sign out every device of ``user`` but ``keep``. Raises Forbidden."""
    return timeline.run(lambda: devices.revoke_all(actor=actor, user=user, keep=keep))


def tell_signed_out(*, user: int, devices: Sequence[int], **_signal: object) -> None:
    """``device.revoked`` for each, in the transaction that signs them out: the receiver of accounts' ``signed_out``."""
    _tell(user, "device.revoked", [{"device": each} for each in devices])


def _tell(user: int, kind: str, facts: Sequence[Mapping[str, object]]) -> None:
    conversation = personal.ensure([user])[user]
    drafts = [Draft(actor=SYSTEM, sender=user, conversation=conversation, type=kind, fields=each) for each in facts]
    publish(joining.emitted(timeline.append(drafts)))
