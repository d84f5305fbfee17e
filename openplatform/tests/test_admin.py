"""The admin's page of webhooks: looked at, ended, nothing else; for staff alone."""

import pytest
from django.test import Client

from accounts.tests.factories import person, sign_in
from audit.models import AuditRecord
from openplatform.models import IncomingWebhook
from openplatform.services import apps, incoming, subscriptions
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
