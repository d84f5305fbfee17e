"""Somebody whom the company's directory closes by SCIM is out within the promised 5 s: requests at once, live sockets too."""

import json
import time

import pytest
from asgiref.sync import sync_to_async
from django.test import Client

from accounts.models import User
from accounts.services import tokens
from accounts.tests.factories import actor_of, person
from chat.realtime.tests.sockets import door
from identity.services import directories
from protocol.errors import CloseCode
from protocol.frames import Ping
from protocol.replies import PongReply

pytestmark = pytest.mark.django_db(transaction=True)
PROMISED = 5.0


@pytest.mark.parametrize("how", ["PATCH", "DELETE"])
async def test_who_is_closed_there_is_cut_off_here(how):
    def found():
        by = actor_of(person("grace", is_staff=True))
        made = directories.put(actor=by, name="Okta")
        return directories.issue_token(actor=by, directory=made.pk)

    directory = await sync_to_async(found)()

    def call(method, path, body):
        headers = {"Authorization": f"Bearer {directory}"}
        text = json.dumps(body)
        return Client().generic(method, f"/scim/v2/{path}", text, content_type="application/scim+json", headers=headers)

    bob = (await sync_to_async(call)("POST", "Users", {"userName": "bob"})).json()["id"]
    raw, _ = await sync_to_async(lambda: tokens.issue(user=User.objects.get(pk=bob), device_name="Phone"))()
    async with door() as sockets:
        phone = await sockets.open(raw)
        assert isinstance(await phone.ask(Ping), PongReply)
        began = time.monotonic()
        closing = {"Operations": [{"op": "replace", "path": "active", "value": False}]}
        assert (await sync_to_async(call)(how, f"Users/{bob}", closing)).status_code in (200, 204)
        answer = await sync_to_async(Client().get)("/api/v1/me", headers={"Authorization": f"Bearer {raw}"})
        assert answer.status_code == 401
        assert await phone.until_closed() == CloseCode.DEVICE_REVOKED
        took = time.monotonic() - began
    assert took < PROMISED
