"""Devices: the owner's other devices hear of each that comes and goes."""

import pytest
from django.db import transaction

from accounts.actor import Actor
from accounts.models import Device, User
from accounts.services import tokens, users
from accounts.tests.factories import actor_of, person, sign_in
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


def test_every_way_to_sign_out_is_told(client, alice):
    """The admin's action, the last token, a new password and a closed account: none of them knows of timelines."""
    one, two, three, four = (tokens.issue(user=alice, device_name=name)[1] for name in ("1", "2", "3", "4"))
    admin = person("admin", is_staff=True, is_superuser=True)
    sign_in(client, admin)
    client.post("/admin/accounts/device/", {"action": "sign_out", "_selected_action": [one.device_id]})
    tokens.revoke(actor=actor_of(alice), token_id=two.pk)
    users.set_password(actor=actor_of(alice, device=four.device_id), user=alice, password="a longer passphrase")
    users.deactivate(actor=actor_of(admin), user=alice)
    told_of = [body["device"] for kind, body in told(alice) if kind == "device.revoked"]
    assert told_of == [one.device_id, two.device_id, three.device_id, four.device_id]


def test_a_failing_sign_out_tells_nothing(alice):
    device = devices.register(user=alice, platform="sdk", name="Terminal")
    with transaction.atomic():
        devices.revoke(actor=actor_of(alice), device_id=device.pk)
        transaction.set_rollback(True)
    assert [kind for kind, _ in told(alice)] == ["device.added"]
