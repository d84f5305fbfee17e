import pytest
from django.test import RequestFactory

from accounts.middleware import DeviceAuthenticationMiddleware
from accounts.services import devices
from accounts.tests.factories import actor_of, person, sign_in

pytestmark = pytest.mark.django_db


def user_of(client):
    request = RequestFactory().get("/")
    request.session = client.session
    DeviceAuthenticationMiddleware(lambda request: None).process_request(request)
    return request.user


def test_nothing_is_read_until_somebody_asks(client, django_assert_num_queries):
    sign_in(client, person("alice"))
    session = client.session
    with django_assert_num_queries(0):
        request = RequestFactory().get("/")
        request.session = session
        DeviceAuthenticationMiddleware(lambda request: None).process_request(request)
    with django_assert_num_queries(2):  # the session and the device with its user
        assert request.user.username == "alice"
        assert request.user.name == "Alice"


def test_the_user_of_a_live_device_only(client):
    alice = person("alice")
    assert user_of(client).is_anonymous
    device = sign_in(client, alice)
    assert user_of(client) == alice
    devices.revoke(actor=actor_of(alice), device_id=device.pk)
    assert user_of(client).is_anonymous


def test_a_login_without_a_device_is_nobody(client):
    client.force_login(person("alice"))
    assert user_of(client).is_anonymous
