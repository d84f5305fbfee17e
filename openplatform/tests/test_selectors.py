"""Reads about apps: each with an outsider."""

import pytest

from accounts.services import departments
from openplatform import selectors
from openplatform.services import apps, installations
from openplatform.tests.factories import Company
from protocol import errors


def test_an_app_is_seen_by_its_owner_and_by_administrators(company: Company):
    app = company.draft()
    assert selectors.get_app(company.owner, app.pk) == selectors.get_app(company.admin, app.pk) == app
    with pytest.raises(errors.NotFound):
        selectors.get_app(company.outsider, app.pk)
    assert selectors.list_apps(company.owner) == [app]
    assert selectors.list_apps(company.outsider) == []


def test_the_queue_is_the_reviewers(company: Company):
    app = company.draft()
    assert selectors.list_waiting(company.admin) == []
    apps.request_approval(actor=company.owner, app=app.pk)
    assert selectors.list_waiting(company.admin) == [app]
    assert selectors.list_waiting(company.owner) == selectors.list_waiting(company.outsider) == []


def test_a_live_installation_is_found_by_its_bot(company: Company, django_assert_num_queries):
    installed, _ = company.installed()
    bot = installed.app.bot_id
    assert bot
    with django_assert_num_queries(1):
        assert selectors.find_by_bots([bot, company.alice.pk]) == {bot: installed}
    apps.suspend(actor=company.admin, app=installed.app_id, reason="Leaked")
    assert selectors.find_by_bots([bot]) == {}
    with pytest.raises(errors.NotFound):
        selectors.get_installation(installed.app_id)
    apps.restore(actor=company.admin, app=installed.app_id)
    assert selectors.get_installation(installed.app_id) == installed
    installations.uninstall(actor=company.owner, app=installed.app_id)
    assert selectors.find_by_bots([bot]) == {}


def test_an_app_for_a_department_is_for_those_below_it(company: Company):
    works = departments.create(actor=company.admin, name="Works")
    hall = departments.create(actor=company.admin, name="Hall 2", parent=works)
    app = company.approved(departments=[works.pk])
    assert not selectors.may_use(app, company.charlie)
    company.charlie.department = hall
    assert selectors.may_use(app, company.charlie)
