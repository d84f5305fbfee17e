import pytest
from django.test import Client

from accounts.actor import SYSTEM
from accounts.models import Device, Token
from accounts.services import devices, tokens
from accounts.tests.factories import actor_of, person, sign_in
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return person("alice")


def test_a_device_needs_a_known_platform_and_gets_a_name(alice):
    assert devices.register(user=alice, platform="sdk", name="  ").name == "Unnamed device"
    assert len(devices.register(user=alice, platform="sdk", name="x" * 300).name) == 120
    with pytest.raises(errors.BadRequest):
        devices.register(user=alice, platform="fridge", name="x")


def test_signing_out_kills_tokens_and_session(alice):
    client = Client()
    device = sign_in(client, alice)
    tokens.issue_for(device=device)
    key = client.session.session_key
    returned = devices.revoke(actor=actor_of(alice), device_id=device.pk)
    assert returned.revoked_at is not None
    assert not client.session.exists(key)
    assert not Token.objects.filter(revoked_at__isnull=True).exists()
    again = devices.revoke(actor=actor_of(alice), device_id=device.pk)
    assert again.revoked_at == Device.objects.get(pk=device.pk).revoked_at


def test_an_outsider_cannot_sign_a_device_out_or_learn_of_it(alice):
    device = devices.register(user=alice, platform="sdk", name="laptop")
    charlie = actor_of(person("charlie"))
    for target in (device.pk, device.pk + 1000):
        with pytest.raises(errors.NotFound, match="no such device"):
            devices.revoke(actor=charlie, device_id=target)
    with pytest.raises(errors.Forbidden):
        devices.revoke_all(actor=charlie, user=alice)
    device.refresh_from_db()
    assert device.revoked_at is None


def test_an_app_cannot_sign_its_user_out(alice):
    device = devices.register(user=alice, platform="sdk", name="laptop")
    with pytest.raises(errors.NotFound):
        devices.revoke(actor=actor_of(alice, app=7), device_id=device.pk)
    with pytest.raises(errors.NotFound):
        devices.revoke(actor=actor_of(alice, scopes=frozenset({"messages"})), device_id=device.pk)


def test_staff_and_the_system_may_sign_anybody_out(alice):
    first, second = (devices.register(user=alice, platform="sdk", name="x") for _ in range(2))
    devices.revoke(actor=actor_of(person("admin", is_staff=True)), device_id=first.pk)
    devices.revoke(actor=SYSTEM, device_id=second.pk)
    assert not Device.objects.filter(revoked_at__isnull=True).exists()


def test_revoke_all_can_keep_the_device_in_hand(alice):
    kept, other = (devices.register(user=alice, platform="sdk", name="x") for _ in range(2))
    assert devices.revoke_all(actor=actor_of(alice), user=alice, keep=kept.pk) == [other]
    kept.refresh_from_db()
    assert kept.revoked_at is None


def test_touch_notes_a_new_address_at_once(alice, django_assert_num_queries):
    device = devices.register(user=alice, platform="sdk", name="x", ip="192.0.2.1")
    with django_assert_num_queries(0):
        devices.touch(device=device, ip="192.0.2.1")
    devices.touch(device=device, ip="192.0.2.2")
    device.refresh_from_db()
    assert device.last_ip == "192.0.2.2"


def test_only_administrators_pause_resume_and_end_an_apps_seats():
    alice, grace = person("alice"), person("grace", is_staff=True)
    seat = devices.register(user=alice, platform="app", name="Builds", app=7)
    other = devices.register(user=alice, platform="sdk", name="Laptop")
    for act in (devices.pause_app, devices.resume_app, devices.end_app):
        with pytest.raises(errors.Forbidden):
            act(actor=actor_of(alice), app=7)
    assert devices.pause_app(actor=actor_of(grace), app=7) == 1
    assert devices.resume_app(actor=actor_of(grace), app=7) == 1
    assert devices.end_app(actor=actor_of(grace), app=7) == [seat]
    other.refresh_from_db()
    assert other.revoked_at is None
