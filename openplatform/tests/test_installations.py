"""An installed app has a bot whose token lets in; suspended or uninstalled it does not."""

import pytest
from django.utils import timezone

from accounts.authentication import actor_from_token
from accounts.models import Token
from accounts.selectors import list_ended_since
from accounts.services import tokens
from openplatform.services import apps, installations
from openplatform.tests.factories import Company
from protocol import errors


def test_the_bots_token_says_who_it_is_and_what_it_may(company: Company):
    installed, raw = company.installed(("messages:write", "email"))
    actor = actor_from_token(raw)
    assert raw.startswith("plyb_")
    assert (actor.user, actor.app, actor.name) == (installed.app.bot_id, installed.app_id, "Build bot")
    assert actor.scopes == {"messages:write"}  # an email is a person's
    assert not Token.objects.filter(digest__contains=raw).exists()
    assert installed.app.bot is not None
    assert (installed.app.bot.kind, installed.app.bot.username) == ("bot", "build-bot-bot")


def test_only_an_approved_app_is_installed_and_only_once(company: Company):
    with pytest.raises(errors.Conflict):
        installations.install(actor=company.owner, app=company.draft().pk)
    installed, _ = company.installed()
    with pytest.raises(errors.Conflict):
        installations.install(actor=company.owner, app=installed.app_id)


def test_an_outsider_installs_uninstalls_and_takes_nothing(company: Company):
    app = company.approved()
    for act in (installations.install, installations.uninstall, installations.issue_token):
        with pytest.raises(errors.NotFound):
            act(actor=company.outsider, app=app.pk)


def test_an_installation_gives_no_more_than_was_approved(company: Company):
    app = company.approved(("messages:write", "files:read"))
    with pytest.raises(errors.BadRequest):
        installations.install(actor=company.owner, app=app.pk, wanted=["members:write"])
    _, raw = installations.install(actor=company.owner, app=app.pk, wanted=["files:read"])
    assert actor_from_token(raw).scopes == {"files:read"}


def test_a_suspended_app_is_out_until_it_is_restored(company: Company):
    since = timezone.now()
    installed, raw = company.installed()
    apps.suspend(actor=company.admin, app=installed.app_id, reason="Leaked")
    with pytest.raises(errors.Unauthenticated) as problem:
        actor_from_token(raw)
    assert problem.value.details == {"rule": "app_suspended", "app": installed.app_id}
    assert installed.device_id in list_ended_since(since).devices
    apps.restore(actor=company.admin, app=installed.app_id)
    assert actor_from_token(raw).app == installed.app_id
    assert installed.device_id not in list_ended_since(since).devices


def test_what_was_uninstalled_comes_back_only_with_a_new_token(company: Company):
    installed, raw = company.installed()
    installations.uninstall(actor=company.owner, app=installed.app_id)
    with pytest.raises(errors.Unauthenticated):
        actor_from_token(raw)
    again, fresh = installations.install(actor=company.owner, app=installed.app_id)
    assert actor_from_token(fresh).user == installed.app.bot_id == again.app.bot_id
    with pytest.raises(errors.Unauthenticated):
        actor_from_token(raw)


def test_a_new_token_ends_the_old_one_unless_both_are_wanted(company: Company):
    installed, first = company.installed()
    second = installations.issue_token(actor=company.owner, app=installed.app_id, end_others=False)
    assert actor_from_token(first).token != actor_from_token(second).token
    third = installations.issue_token(actor=company.owner, app=installed.app_id)
    for dead in (first, second):
        with pytest.raises(errors.Unauthenticated):
            actor_from_token(dead)
    assert actor_from_token(third).app == installed.app_id


def test_a_bots_token_renews_no_token(company: Company):
    _, raw = company.installed()
    with pytest.raises(errors.Forbidden):
        tokens.renew(actor=actor_from_token(raw))


def test_an_app_ends_the_token_it_bears_and_no_other(company: Company):
    installed, first = company.installed()
    second = installations.issue_token(actor=company.owner, app=installed.app_id, end_others=False)
    installations.end_token(actor=actor_from_token(second))
    with pytest.raises(errors.Unauthenticated):
        actor_from_token(second)
    assert actor_from_token(first).app == installed.app_id
    with pytest.raises(errors.Forbidden):
        installations.end_token(actor=company.owner)
