from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts import authentication
from accounts.models import Device, Token
from accounts.services import devices, tokens
from accounts.tests.factories import actor_of, person
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return person("alice")


def test_only_the_hash_is_kept(alice):
    raw, token = tokens.issue(user=alice, device_name="laptop")
    values = [str(value) for value in Token.objects.values().get(pk=token.pk).values()]
    assert raw not in " ".join(values)
    assert raw.startswith(token.hint)
    assert len(token.hint) == 10


def test_a_closed_account_gets_no_token(alice):
    alice.is_active = False
    with pytest.raises(errors.Forbidden):
        tokens.issue(user=alice, device_name="laptop")
    assert not Device.objects.exists()


def test_renewing_keeps_device_and_lifetime_and_ends_the_old_one_soon(alice):
    raw, old = tokens.issue(user=alice, device_name="laptop", lifetime=timedelta(days=7))
    fresh = tokens.renew(actor=authentication.actor_from_token(raw))
    actor = authentication.actor_from_token(fresh)
    new = Token.objects.get(pk=actor.token)
    assert actor.device == old.device_id
    assert new.expires_at - new.created_at == timedelta(days=7)
    authentication.actor_from_token(raw)  # requests on their way still work
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        with pytest.raises(errors.Unauthenticated):
            authentication.actor_from_token(raw)
        authentication.actor_from_token(fresh)


def test_a_token_without_end_renews_to_one_without_end(alice):
    raw, _ = tokens.issue(user=alice, device_name="laptop")
    actor = authentication.actor_from_token(tokens.renew(actor=authentication.actor_from_token(raw)))
    assert Token.objects.get(pk=actor.token).expires_at is None


def test_a_session_or_a_stranger_cannot_renew(alice):
    _, token = tokens.issue(user=alice, device_name="laptop")
    for actor in (actor_of(alice), actor_of(person("charlie"), token=token.pk)):
        with pytest.raises(errors.Forbidden):
            tokens.renew(actor=actor)


def test_revoking_the_last_token_signs_the_device_out(alice):
    raw, first = tokens.issue(user=alice, device_name="laptop")
    second_raw, second = tokens.issue_for(device=first.device)
    tokens.revoke(actor=actor_of(alice), token_id=first.pk)
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_token(raw)
    authentication.actor_from_token(second_raw)
    assert tokens.revoke(actor=actor_of(alice), token_id=second.pk).revoked_at is not None
    assert Device.objects.get(pk=first.device_id).revoked_at is not None


def test_revoking_a_token_leaves_a_browsers_session_alone(alice):
    device = devices.register(user=alice, platform="browser", name="Chrome", session_key="k")
    _, token = tokens.issue_for(device=device)
    tokens.revoke(actor=actor_of(alice), token_id=token.pk)
    device.refresh_from_db()
    assert device.revoked_at is None


def test_an_outsider_cannot_revoke_a_token_or_learn_of_it(alice):
    _, token = tokens.issue(user=alice, device_name="laptop")
    for target in (token.pk, token.pk + 1000):
        with pytest.raises(errors.NotFound, match="no such token"):
            tokens.revoke(actor=actor_of(person(f"charlie{target}")), token_id=target)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_signing_out_with_a_renewed_token_kills_its_predecessor_too():
    alice = person("alice")
    old, first = tokens.issue(user=alice, device_name="laptop")
    new = tokens.renew(actor=authentication.actor_from_token(old))
    actor = authentication.actor_from_token(new)
    tokens.revoke(actor=actor, token_id=actor.token)
    first.device.refresh_from_db()
    assert first.device.revoked_at is not None
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_token(old)
