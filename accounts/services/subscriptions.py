"""Push subscriptions: a browser or phone says where it wants to be woken. Waking it is another room's part."""

import base64
import binascii
import re
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction

from accounts.actor import Actor
from accounts.models import PushSubscription
from protocol import errors

ENDPOINT_CHARS = 1024
#: What APNs (hexadecimal) and FCM give out: nothing that could lead a path or header astray.
TOKEN = re.compile(r"[A-Za-z0-9_:-]{8,900}")


def put(*, actor: Actor, endpoint: str, p256dh: str, auth: str) -> None:
    """The actor's device wants to be woken at ``endpoint``. One per device; one device per endpoint: the last one.

    Raises BadRequest, Forbidden.
    """
    _require_device(actor)
    where = urlsplit(endpoint)
    if where.scheme != "https" or not where.hostname or where.username or len(endpoint) > ENDPOINT_CHARS:
        raise errors.BadRequest("That is no address of a push service.", details={"path": "endpoint"})
    _point(p256dh)
    if len(_decoded(auth, "keys.auth")) != 16:
        raise errors.BadRequest("That is no secret of 16 bytes.", details={"path": "keys.auth"})
    with transaction.atomic():
        # The same browser, signed in as somebody else before.
        PushSubscription.objects.filter(endpoint=endpoint).exclude(device=actor.device).delete()
        PushSubscription.objects.update_or_create(
            device_id=actor.device,
            defaults={"provider": "webpush", "endpoint": endpoint, "p256dh": p256dh, "auth": auth},
        )


def put_token(*, actor: Actor, provider: str, token: str) -> None:
    """The actor's device wants to be woken through ``provider`` (fcm, apns …), which knows it by ``token``.

    Raises BadRequest, Forbidden.
    """
    _require_device(actor)
    if not TOKEN.fullmatch(token):
        raise errors.BadRequest("That is no token of a device.", details={"path": "token"})
    endpoint = f"{provider}:{token}"
    with transaction.atomic():
        PushSubscription.objects.filter(endpoint=endpoint).exclude(device=actor.device).delete()
        PushSubscription.objects.update_or_create(
            device_id=actor.device, defaults={"provider": provider, "endpoint": endpoint, "p256dh": "", "auth": ""}
        )


def remove(*, actor: Actor) -> None:
    """The actor's device wants to be woken no more; it did not: nothing."""
    _require_device(actor)
    PushSubscription.objects.filter(device=actor.device).delete()


def _require_device(actor: Actor) -> None:
    if not actor.device:
        raise errors.Forbidden("Only a device that signed in can be woken.", details={"rule": "device"})


def _point(key: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(key, "keys.p256dh"))
    except ValueError:
        raise errors.BadRequest("That is no public key of P-256.", details={"path": "keys.p256dh"}) from None


def _decoded(text: str, path: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise errors.BadRequest("That is not base64url.", details={"path": path}) from None
