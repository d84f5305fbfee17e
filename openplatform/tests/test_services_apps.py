"""An app's way from a draft to approval, and out of it."""

import pytest
from django.contrib.auth.hashers import check_password

from accounts.actor import Actor
from openplatform.models import App
from openplatform.services import apps
from openplatform.tests.factories import Company
from protocol import errors


def test_a_secret_is_shown_once_and_only_its_hash_is_kept(company: Company):
    app, secret = apps.create(actor=company.owner, name="Build bot")
    app.refresh_from_db()
    assert secret.startswith("plys_")
    assert secret not in app.client_secret
    assert check_password(secret, app.client_secret)
    again = apps.rotate_secret(actor=company.owner, app=app.pk)
    app.refresh_from_db()
    assert check_password(again, app.client_secret)
    assert not check_password(secret, app.client_secret)


def test_an_app_goes_through_the_queue(company: Company):
    app = company.draft()
    assert app.state == "draft"
    assert apps.request_approval(actor=company.owner, app=app.pk).state == "pending"
    rejected = apps.reject(actor=company.admin, app=app.pk, reason="Why members?")
    assert (rejected.state, rejected.state_reason) == ("draft", "Why members?")
    apps.request_approval(actor=company.owner, app=app.pk)
    assert apps.approve(actor=company.admin, app=app.pk).state == "approved"


def test_nobody_approves_his_own_and_an_outsider_finds_nothing(company: Company):
    app = company.draft()
    apps.request_approval(actor=company.owner, app=app.pk)
    with pytest.raises(errors.Forbidden):
        apps.approve(actor=company.owner, app=app.pk)
    for act in (apps.approve, apps.request_approval, apps.rotate_secret, apps.restore):
        with pytest.raises(errors.NotFound):
            act(actor=company.outsider, app=app.pk)
    with pytest.raises(errors.NotFound):
        apps.update(actor=company.outsider, app=app.pk, changes={"name": "Mine"})
    with pytest.raises(errors.NotFound):
        apps.suspend(actor=company.outsider, app=app.pk, reason="I dislike it")
    assert App.objects.get(pk=app.pk).state == "pending"


def test_an_app_makes_no_apps(company: Company):
    with pytest.raises(errors.Forbidden):
        apps.create(actor=Actor(user=company.alice.pk, app=5, scopes=frozenset()), name="Offspring")


def test_what_was_approved_is_changed_by_reviewers_only(company: Company):
    app = company.approved()
    with pytest.raises(errors.Conflict):
        apps.update(actor=company.owner, app=app.pk, changes={"scopes": ["messages:read", "messages:write"]})
    apps.update(actor=company.owner, app=app.pk, changes={"description": "Tells of builds"})
    apps.update(actor=company.admin, app=app.pk, changes={"scopes": ["messages:read"]})
    app.refresh_from_db()
    assert (app.scopes, app.description, app.state) == (["messages:read"], "Tells of builds", "approved")


def test_a_change_while_it_waits_takes_it_out_of_the_queue(company: Company):
    app = company.draft()
    apps.request_approval(actor=company.owner, app=app.pk)
    assert apps.update(actor=company.owner, app=app.pk, changes={"scopes": ["files:read"]}).state == "draft"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": " "}, "name"),
        ({"name": "x", "scopes": ["everything"]}, "scopes"),
        ({"name": "x", "redirect_uris": ["http://example.com/back"]}, "redirect_uris.0"),
        ({"name": "x", "redirect_uris": ["https://a.example/", "https://a.example/#top"]}, "redirect_uris.1"),
        ({"name": "x", "redirect_uris": ["https://a.example/ https://b.example/"]}, "redirect_uris.0"),
        ({"name": "x", "redirect_uris": ["javascript:alert(1)"]}, "redirect_uris.0"),
        ({"name": "x", "client_type": "secret"}, "client_type"),
        ({"name": "x", "departments": [99]}, "departments"),
        ({"name": "x", "state": "approved"}, "state"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(company: Company, fields, path):
    with pytest.raises(errors.BadRequest) as problem:
        apps.create(actor=company.owner, **fields)
    assert problem.value.details["path"] == path
    assert not App.objects.exists()


def test_a_developers_own_machine_needs_no_certificate(company: Company):
    app = company.draft(redirect_uris=["http://localhost:5000/back", "https://ci.example.com/back"])
    assert app.redirect_uris == "http://localhost:5000/back https://ci.example.com/back"


def test_an_act_in_the_wrong_state_is_a_conflict(company: Company):
    app = company.draft()
    for act in (apps.approve, apps.restore):
        with pytest.raises(errors.Conflict):
            act(actor=company.admin, app=app.pk)
    with pytest.raises(errors.Conflict):
        apps.suspend(actor=company.admin, app=app.pk, reason="Leaked")
