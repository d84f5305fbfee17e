"""The admin's pages of apps and webhooks: looked at and acted upon through the services; for staff alone."""

import pytest
from django.test import Client

from accounts.tests.factories import actor_of, person, sign_in
from audit.models import AuditRecord
from openplatform.dialects.manifest import Manifest
from openplatform.models import App, IncomingWebhook, ManifestVersion
from openplatform.services import apps, incoming, manifests, subscriptions
from openplatform.tests.factories import World

PAGE = "/admin/openplatform/incomingwebhook/"


@pytest.fixture
def hook(world: World) -> IncomingWebhook:
    return incoming.create(actor=world.owner, conversation=world.group, name="Builds")[1]


def test_an_administrator_ends_a_webhook_and_it_is_recorded(hook: IncomingWebhook):
    grace, client = person("grace", is_staff=True, is_superuser=True), Client()
    sign_in(client, grace)
    assert b"Builds" in client.get(PAGE).content
    done = client.post(PAGE, {"action": "end", "_selected_action": [hook.pk]})
    assert done.status_code == 302
    hook.refresh_from_db()
    assert hook.revoked_at is not None
    assert AuditRecord.objects.get(action="webhook.revoked").actor == grace.pk
    for way in ("add/", f"{hook.pk}/delete/"):
        assert client.get(PAGE + way).status_code == 403


def test_a_person_who_is_no_staff_sees_nothing(world: World):
    client = Client()
    sign_in(client, world.alice.user)
    assert client.get(PAGE).status_code == 302


def test_an_administrator_sees_subscriptions_without_their_secrets(world: World):
    grace, client = person("grace", is_staff=True, is_superuser=True), Client()
    sign_in(client, grace)
    app, _ = apps.create(actor=world.owner, name="Build bot", scopes=["events:read"])
    row, secret = subscriptions.create(actor=world.owner, app=app.pk)
    page = client.get(f"/admin/openplatform/eventsubscription/{row.pk}/change/").content.decode()
    assert "standard" in page
    assert secret not in page
    assert row.secret not in page


APPS = "/admin/openplatform/app/"


def test_an_app_is_reviewed_by_buttons_that_are_recorded(world: World):
    grace, client = person("grace", is_staff=True, is_superuser=True), Client()
    sign_in(client, grace)
    app, secret = apps.create(actor=world.owner, name="Build bot", scopes=["events:read"])

    def press(action, reason=""):
        client.post(APPS, {"action": action, "reason": reason, "_selected_action": [app.pk]})
        return App.objects.get(pk=app.pk).state

    assert press("approve") == "draft"  # it does not wait for anybody
    apps.request_approval(actor=world.owner, app=app.pk)
    assert press("reject") == "pending"  # without a reason
    assert press("reject", "Which builds?") == "draft"
    apps.request_approval(actor=world.owner, app=app.pk)
    assert press("approve") == "approved"
    assert press("suspend", "It floods") == "suspended"
    assert press("restore") == "approved"
    said = list(AuditRecord.objects.filter(actor=grace.pk).order_by("seq").values_list("action", flat=True))
    assert said == ["app.rejected", "app.approved", "app.suspended", "app.restored"]
    page = client.get(f"{APPS}{app.pk}/change/").content.decode()
    assert "Build bot" in page
    assert secret not in page
    assert App.objects.get(pk=app.pk).client_secret not in page


def test_no_row_of_an_app_is_written_past_the_services(world: World):
    grace, client = person("grace", is_staff=True, is_superuser=True), Client()
    sign_in(client, grace)
    app, _ = apps.create(actor=world.owner, name="Build bot", scopes=["events:read"])
    assert client.post(f"{APPS}{app.pk}/change/", {"name": "x", "state": "approved"}).status_code == 403
    assert client.post(f"{APPS}{app.pk}/delete/", {"post": "yes"}).status_code == 403
    for name in ("accesstoken", "grant", "idtoken", "refreshtoken"):
        assert client.get(f"/admin/openplatform/{name}/").status_code == 404


def test_a_proposed_change_is_answered_in_the_queue_and_only_the_one_that_was_read(world: World):
    grace, client, page = (
        person("grace", is_staff=True, is_superuser=True),
        Client(),
        "/admin/openplatform/manifestversion/",
    )
    sign_in(client, grace)
    app, _ = apps.create(actor=world.owner, name="Build bot", scopes=["events:read"])
    apps.request_approval(actor=world.owner, app=app.pk)
    apps.approve(actor=actor_of(grace), app=app.pk)

    def propose(*scopes: str) -> int:
        number = manifests.put(
            actor=world.owner, app=app.pk, manifest=Manifest(name="Build bot", scopes=list(scopes))
        ).number
        return ManifestVersion.objects.get(app=app, number=number).pk

    def press(action: str, row: int, reason: str = "") -> list[str]:
        client.post(page, {"action": action, "reason": reason, "_selected_action": [row]})
        return list(App.objects.get(pk=app.pk).scopes)

    old = propose("events:read", "messages:read")
    new = propose("events:read", "messages:write")
    assert press("apply", old) == ["events:read"], "another waits by now"
    assert press("turn_down", new) == ["events:read"]
    assert ManifestVersion.objects.get(pk=new).state == "proposed", "without a reason nobody is turned down"
    assert press("apply", new) == ["events:read", "messages:write"]
    assert AuditRecord.objects.get(action="app.proposal_answered").actor == grace.pk
    last = propose("users:read")
    assert press("turn_down", last, "What for?") == ["events:read", "messages:write"]
    shown = client.get(page).content.decode()
    assert "scopes" in shown
    assert "What for?" in shown
    for way in ("add/", f"{last}/delete/"):
        assert client.get(page + way).status_code == 403
