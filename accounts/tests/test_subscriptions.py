"""Web Push subscriptions: one per device, one device per endpoint, keys that are keys."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts.actor import SYSTEM
from accounts.models import PushSubscription
from accounts.services import devices, subscriptions
from accounts.tests.factories import actor_of, person
from protocol.errors import BadRequest, Forbidden

pytestmark = pytest.mark.django_db
_POINT = ec.derive_private_key(12345, ec.SECP256R1()).public_key()
P256DH = (
    base64.urlsafe_b64encode(_POINT.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode().rstrip("=")
)
RIGHT = {"endpoint": "https://push.example.com/1", "p256dh": P256DH, "auth": "A" * 22}


def somebody(name: str):
    user = person(name)
    return actor_of(user, device=devices.register(user=user, platform="browser", name="Chrome").pk)


def rows() -> list[tuple[int, str]]:
    return list(PushSubscription.objects.order_by("device").values_list("device", "endpoint"))


def test_the_last_subscription_of_a_device_counts():
    alice = somebody("alice")
    subscriptions.put(actor=alice, **RIGHT)
    subscriptions.put(actor=alice, **RIGHT | {"endpoint": "https://push.example.com/2"})
    assert rows() == [(alice.device, "https://push.example.com/2")]
    subscriptions.remove(actor=alice)
    subscriptions.remove(actor=alice)
    assert rows() == []


def test_a_browser_wakes_only_who_signed_in_last():
    alice, bob = somebody("alice"), somebody("bob")
    subscriptions.put(actor=alice, **RIGHT)
    subscriptions.put(actor=bob, **RIGHT)
    assert rows() == [(bob.device, RIGHT["endpoint"])]
    subscriptions.remove(actor=alice)
    assert rows() == [(bob.device, RIGHT["endpoint"])]


WRONG = [
    ("endpoint", "http://push.example.com/1", "endpoint"),
    ("endpoint", "https://user@push.example.com/1", "endpoint"),
    ("endpoint", "https:///1", "endpoint"),
    ("endpoint", "https://x/" + "1" * 1024, "endpoint"),
    ("p256dh", P256DH[:-4], "keys.p256dh"),
    ("p256dh", "A" * 87, "keys.p256dh"),
    ("p256dh", "!", "keys.p256dh"),
    ("auth", "A" * 10, "keys.auth"),
    ("auth", "é" * 22, "keys.auth"),
]


@pytest.mark.parametrize(("field", "value", "path"), WRONG)
def test_what_is_no_subscription_is_refused_with_its_place(field, value, path):
    with pytest.raises(BadRequest) as refused:
        subscriptions.put(actor=somebody("alice"), **RIGHT | {field: value})
    assert refused.value.details["path"] == path
    assert rows() == []


def test_who_has_no_device_cannot_be_woken():
    with pytest.raises(Forbidden):
        subscriptions.put(actor=SYSTEM, **RIGHT)
