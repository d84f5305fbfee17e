import pytest

from accounts.models import Department, User
from imsite.demo import company

pytestmark = pytest.mark.django_db


def test_everybody_is_made_once(monkeypatch):
    monkeypatch.setattr(company, "EVERYBODY", 80)
    assert company.is_empty()
    assert not company.is_made_here()
    assert company.owner() is None
    ids = company.make()
    assert len(ids) == User.objects.count() == 80
    assert company.make() == ids
    assert company.is_made_here()
    assert not company.is_empty()
    assert company.owner() == ids["admin"]
    assert Department.objects.count() == 12


def test_a_run_that_was_stopped_goes_on(monkeypatch):
    monkeypatch.setattr(company, "EVERYBODY", 80)
    ids = company.make()
    User.objects.filter(pk__in=[ids["tina"], ids["wangyanhua1"]]).delete()
    assert len(company.make()) == User.objects.count() == 80


def test_only_admin_is_staff_and_nobody_has_a_password_yet(monkeypatch):
    monkeypatch.setattr(company, "EVERYBODY", 80)
    company.make()
    assert [each.username for each in User.objects.filter(is_staff=True)] == ["admin"]
    assert [each.username for each in User.objects.filter(is_superuser=True)] == ["admin"]
    assert not any(each.has_usable_password() for each in User.objects.all())
    assert set(User.objects.filter(kind="bot").values_list("username", flat=True)) == {"buildbot", "helpdesk"}
