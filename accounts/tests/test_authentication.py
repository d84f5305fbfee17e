import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser, Group
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import authentication, policy
from accounts.models import Device, Token, User
from accounts.services import devices, tokens, users
from accounts.tests.factories import PASSWORD, actor_of, person, sign_in
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> User:
    return person("alice")


def test_a_token_says_who_and_on_which_device(alice):
    raw, token = tokens.issue(user=alice, device_name="laptop")
    actor = authentication.actor_from_token(raw, ip="192.0.2.7")
    assert (actor.user, actor.name, actor.device, actor.token) == (alice.pk, "Alice", token.device_id, token.pk)
    assert actor.ip == "192.0.2.7"
    assert not actor.staff
    assert actor.scopes is None


@pytest.mark.parametrize("spoil", [lambda raw: "", lambda raw: raw[:-1], lambda raw: raw + "x", lambda raw: "x" + raw[1:],
                                   lambda raw: raw.swapcase(), lambda raw: "ply_" + "é" * 49])  # fmt: skip
def test_a_mistyped_token_is_refused_without_a_query(alice, spoil, django_assert_num_queries):
    raw, _ = tokens.issue(user=alice, device_name="laptop")
    with django_assert_num_queries(0), pytest.raises(errors.Unauthenticated) as caught:
        authentication.actor_from_token(spoil(raw))
    assert caught.value.code == "unauthenticated"


def test_an_unknown_token_is_refused_after_one_query(alice, django_assert_num_queries):
    raw, token = tokens.issue(user=alice, device_name="laptop")
    Token.objects.filter(pk=token.pk).delete()
    with django_assert_num_queries(1), pytest.raises(errors.Unauthenticated) as caught:
        authentication.actor_from_token(raw)
    assert caught.value.code == "unauthenticated"


def test_an_expired_token_says_so(alice):
    raw, _ = tokens.issue(user=alice, device_name="laptop", lifetime=timedelta(hours=1))
    authentication.actor_from_token(raw)
    with time_machine.travel(timezone.now() + timedelta(hours=2)), pytest.raises(errors.Unauthenticated) as caught:
        authentication.actor_from_token(raw)
    assert caught.value.code == "token_expired"


def test_a_signed_out_device_says_so(alice):
    raw, token = tokens.issue(user=alice, device_name="laptop")
    devices.revoke(actor=actor_of(alice), device_id=token.device_id)
    with pytest.raises(errors.Unauthenticated) as caught:
        authentication.actor_from_token(raw)
    assert caught.value.code == "device_revoked"


def test_a_closed_account_says_so(alice):
    raw, _ = tokens.issue(user=alice, device_name="laptop")
    users.deactivate(actor=actor_of(person("admin", is_staff=True)), user=alice)
    with pytest.raises(errors.Unauthenticated) as caught:
        authentication.actor_from_token(raw)
    assert caught.value.code == "device_revoked"


def test_use_is_written_once_a_minute(alice):
    raw, token = tokens.issue(user=alice, device_name="laptop")
    authentication.actor_from_token(raw, ip="192.0.2.7")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        authentication.actor_from_token(raw, ip="192.0.2.7")
    assert len(queries) == 1
    later = timezone.now() + timedelta(seconds=61)
    with time_machine.travel(later, tick=False):
        authentication.actor_from_token(raw, ip="192.0.2.7")
    token.refresh_from_db()
    assert token.last_used_at == later
    assert Device.objects.get(pk=token.device_id).last_seen_at == later
    assert Device.objects.get(pk=token.device_id).last_ip == "192.0.2.7"


def test_a_session_is_one_query(alice, django_assert_num_queries):
    client = Client()
    device = sign_in(client, alice)
    session = client.session
    session.get("device")  # loads the session's own row
    with django_assert_num_queries(1):
        actor = authentication.actor_from_session(session)
    assert (actor.user, actor.device) == (alice.pk, device.pk)


def test_a_session_ends_with_its_device(alice):
    client = Client()
    device = sign_in(client, alice)
    session = client.session
    session.get("device")
    devices.revoke(actor=actor_of(alice), device_id=device.pk)
    with pytest.raises(errors.Unauthenticated) as caught:
        authentication.actor_from_session(session)  # even one that was read before
    assert caught.value.code == "device_revoked"
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_session(client.session)


def test_a_session_without_a_device_is_nobody(alice):
    client = Client()
    client.force_login(alice)
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_session(client.session)


def test_a_session_cannot_borrow_a_strangers_device(alice):
    client, charlie = Client(), Client()
    device = sign_in(client, alice)
    sign_in(charlie, person("charlie"))
    session = charlie.session
    session[authentication.DEVICE_KEY] = device.pk
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_session(session)


def test_a_new_password_ends_old_sessions(alice):
    client = Client()
    sign_in(client, alice)
    session = client.session
    session.get("device")
    alice.set_password(PASSWORD + "!")
    alice.save()
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_session(session)


def test_a_wrong_token_never_falls_back_to_the_session(alice):
    client = Client()
    sign_in(client, alice)
    request = RequestFactory().get("/", headers={"Authorization": "Bearer ply_wrong"})
    request.session = client.session
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_request(request)
    request = RequestFactory().get("/")
    request.session = client.session
    assert authentication.actor_from_request(request).user == alice.pk


def test_a_request_with_a_token(alice):
    raw, _ = tokens.issue(user=alice, device_name="laptop")
    request = RequestFactory().get("/", headers={"Authorization": f"bearer {raw}"}, REMOTE_ADDR="192.0.2.9")
    assert authentication.actor_from_request(request).ip == "192.0.2.9"
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_request(RequestFactory().get("/"))


def test_a_forwarded_address_counts_only_behind_a_proxy(settings):
    assert authentication.client_ip("10.0.0.1", "198.51.100.1, 192.0.2.1") == "10.0.0.1"
    settings.BEHIND_PROXY = True
    assert authentication.client_ip("10.0.0.1", "198.51.100.1, 192.0.2.1") == "192.0.2.1"
    assert authentication.client_ip("10.0.0.1", "") == "10.0.0.1"
    assert authentication.client_ip("10.0.0.1", "nonsense") == ""
    assert authentication.client_ip("") == ""


def test_tokens_can_be_found_by_scanners(alice):
    raw, _ = tokens.issue(user=alice, device_name="laptop")
    assert re.fullmatch(r"ply_[A-Za-z0-9_-]{49}", raw)


def test_an_apps_seat_never_has_its_users_whole_power(db):
    seat = devices.register(user=person("dora"), platform="app", name="Builds", app=7)
    raw, _ = tokens.issue_for(device=seat, prefix=authentication.BOT_PREFIX)
    actor = authentication.actor_from_token(raw)
    assert (actor.app, actor.scopes) == (7, frozenset())


def test_a_role_opens_the_admin_and_gives_no_power_at_the_doors(alice, client):
    assert not authentication.may_enter_admin(alice)
    alice.groups.add(Group.objects.get(name="auditor"))
    alice = User.objects.get(pk=alice.pk)
    assert authentication.may_enter_admin(alice)
    sign_in(client, alice)
    actor = authentication.actor_from_session(client.session)
    assert not actor.staff
    assert not actor.operates
    assert not policy.may_administer(actor)
    alice.is_active = False
    assert not authentication.may_enter_admin(alice)


def test_who_else_enters_the_admin():
    assert authentication.may_enter_admin(person("grace", is_staff=True))
    assert not authentication.may_enter_admin(person("root", is_superuser=True))
    assert not authentication.may_enter_admin(AnonymousUser())
