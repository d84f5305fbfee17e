"""Devices: the owner's other devices hear of each that comes and goes."""

import pytest

from accounts.actor import Actor
from accounts.models import Device, User
from accounts.tests.factories import actor_of, person
from chat.models import Entry
from chat.services import conversations, devices
from protocol.errors import Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return person("alice")


def told(user: User) -> list[tuple[str, dict]]:
    personal = conversations.personal_of(user.pk)
    return list(Entry.objects.filter(conversation=personal, seq__gt=1).order_by("seq").values_list("type", "body"))


def test_a_device_that_signs_in_is_told(alice):
    device = devices.register(user=alice, platform="sdk", name="Terminal")
    assert told(alice) == [("device.added", {"device": device.pk, "name": "Terminal"})]


def test_a_device_that_is_signed_out_is_told_once(alice):
    device = devices.register(user=alice, platform="sdk", name="Terminal")
    for _ in range(2):
        devices.revoke(actor=actor_of(alice), device_id=device.pk)
    assert told(alice)[1:] == [("device.revoked", {"device": device.pk})]
    assert Device.objects.get(pk=device.pk).revoked_at


def test_signing_out_everywhere_tells_of_each(alice):
    kept, *gone = [devices.register(user=alice, platform="sdk", name=name) for name in ("one", "two", "three")]
    devices.revoke_all(actor=actor_of(alice), user=alice, keep=kept.pk)
    assert {body["device"] for kind, body in told(alice) if kind == "device.revoked"} == {each.pk for each in gone}


def test_a_strangers_device_stays(alice):
    device = devices.register(user=alice, platform="sdk", name="Terminal")
    charlie = Actor(user=person("charlie").pk)
    with pytest.raises(NotFound):
        devices.revoke(actor=charlie, device_id=device.pk)
    with pytest.raises(Forbidden):
        devices.revoke_all(actor=charlie, user=alice)
    assert Device.objects.get(pk=device.pk).revoked_at is None
    assert len(told(alice)) == 1
