"""Who may only look at the admin can press nothing there; who may change can press everything."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.test import RequestFactory
from django.urls import reverse

from accounts.models import Device
from accounts.services import devices
from accounts.tests.factories import person, sign_in

pytestmark = pytest.mark.django_db
PAGES = [each for each in admin.site._registry.values() if each.actions]


def staff(*verbs):
    user = person("grace", is_staff=True)
    for verb in verbs:
        user.user_permissions.add(*Permission.objects.filter(codename__startswith=f"{verb}_"))
    return user


def pressable(page, user):
    request = RequestFactory().get("/admin/")
    request.user = user
    return set(page.get_actions(request)) - {"delete_selected"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.label)
def test_who_may_only_look_presses_nothing(page):
    assert pressable(page, staff("view")) == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.label)
def test_who_may_change_presses_everything(page):
    assert pressable(page, staff("view", "change")) == set(page.actions)


def test_a_press_that_was_never_offered_does_nothing(client):
    sign_in(client, staff("view"))
    seat = devices.register(user=person("alice"), platform="sdk", name="Laptop")
    page = reverse("admin:accounts_device_changelist")
    assert b"Laptop" in client.get(page).content
    client.post(page, {"action": "sign_out", "_selected_action": [seat.pk]})
    assert Device.objects.get(pk=seat.pk).revoked_at is None


def test_every_page_is_ours():
    """A library's page would write rows past the services and the audit log."""
    homes = {type(each).__module__ for each in admin.site._registry.values()}
    assert homes == {
        "accounts.admin",
        "audit.admin",
        "chat.admin",
        "groups.admin.jobs",
        "compliance.admin",
        "groups.admin.pages",
        "groups.admin.reports",
        "groups.admin.words",
        "identity.admin.directories",
        "identity.admin.factors",
        "identity.admin.providers",
        "openplatform.admin",
        "push.admin",
    }
