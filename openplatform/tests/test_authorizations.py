"""Somebody lets an app in for himself: what that gives, and what ends it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.authentication import actor_from_token, digest
from accounts.models import Token
from accounts.services import devices, tokens
from accounts.tests.factories import actor_of
from chat.models import Entry
from openplatform import tasks
from openplatform.models import AccessToken, App, Authorization, Grant
from openplatform.services import apps, authorizations, installations
from openplatform.tests.factories import Company
from protocol import errors


def let_in(company: Company, app: App, user: int | None, *scopes: str) -> str:
    raw = tokens.generate("plya_")
    authorizations.let_in(app=app, user=user, raw=raw, scopes=scopes, lifetime=timedelta(hours=1))
    return raw


def test_an_app_acts_in_somebodys_name_with_what_was_allowed(company: Company):
    app = company.approved(("messages:read", "messages:write"))
    actor = actor_from_token(let_in(company, app, company.charlie.pk, "messages:read"))
    assert (actor.user, actor.app, actor.scopes) == (company.charlie.pk, app.pk, {"messages:read"})


def test_one_seat_grows_with_what_is_allowed(company: Company):
    app = company.approved(("messages:read", "messages:write"))
    first = actor_from_token(let_in(company, app, company.charlie.pk, "messages:read"))
    second = actor_from_token(let_in(company, app, company.charlie.pk, "messages:write"))
    assert first.device == second.device
    assert second.scopes == {"messages:write"}
    assert Authorization.objects.get().scopes == ["messages:read", "messages:write"]


def test_a_new_seat_is_told_to_the_persons_other_devices_once(company: Company):
    app = company.approved(("messages:read", "messages:write"))
    for scope in ("messages:read", "messages:write"):
        let_in(company, app, company.charlie.pk, scope)
    [told] = Entry.objects.filter(type="device.added", sender=company.charlie)
    assert told.body == {"device": Authorization.objects.get().device_id, "name": "Build bot"}


def test_nobody_gives_more_than_was_approved_nor_what_is_a_bots(company: Company):
    app = company.approved(("messages:read", "events:read"))
    for beyond in ("members:write", "events:read"):
        with pytest.raises(errors.Forbidden):
            let_in(company, app, company.charlie.pk, beyond)
    assert not Authorization.objects.exists()


def test_as_itself_it_comes_only_while_installed(company: Company):
    app = company.approved()
    assert not authorizations.may_get(app=app, user=None, wanted=[])
    installations.install(actor=company.owner, app=app.pk)
    app.refresh_from_db()
    assert actor_from_token(let_in(company, app, None, "messages:write")).user == app.bot_id


def test_signing_the_seat_out_ends_the_authorization(company: Company):
    app = company.approved()
    raw = let_in(company, app, company.charlie.pk, "messages:write")
    seat = actor_from_token(raw).device
    with pytest.raises(errors.NotFound):
        devices.revoke(actor=company.owner, device_id=seat)
    devices.revoke(actor=actor_of(company.charlie), device_id=seat)
    with pytest.raises(errors.Unauthenticated):
        actor_from_token(raw)
    assert Authorization.objects.get().ended_at is not None
    assert actor_from_token(let_in(company, app, company.charlie.pk, "messages:write")).device != seat


def test_suspending_the_app_pauses_everybodys_tokens(company: Company):
    app = company.approved()
    raws = [let_in(company, app, each.pk, "messages:write") for each in (company.alice, company.charlie)]
    apps.suspend(actor=company.admin, app=app.pk, reason="Leaked")
    for raw in raws:
        with pytest.raises(errors.Unauthenticated):
            actor_from_token(raw)
    apps.restore(actor=company.admin, app=app.pk)
    assert [actor_from_token(raw).user for raw in raws] == [company.alice.pk, company.charlie.pk]


def test_what_is_past_its_time_is_forgotten_by_the_clock(company: Company):
    app, now = company.approved(("messages:read",)), timezone.now()
    live, old = (let_in(company, app, company.charlie.pk, "messages:read") for _ in range(2))
    Token.objects.filter(digest=digest(old)).update(expires_at=now - timedelta(days=8))
    for name, at in (("ended", now - timedelta(hours=2)), ("young", now + timedelta(hours=1))):
        AccessToken.objects.create(user=company.charlie, application=app, token=name, expires=at, scope="openid")
        Grant.objects.create(user=company.charlie, application=app, code=name, expires=at, redirect_uri="https://a/")
    tasks.forget_tokens()
    assert [each.expires > now for each in (*AccessToken.objects.all(), *Grant.objects.all())] == [True, True]
    assert not Token.objects.filter(digest=digest(old)).exists()
    assert actor_from_token(live).app == app.pk
