"""The sample apps on the Python kit against a server: each does what it is for."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from django.test import Client
from parley_sdk.apps.bot import Bot

from accounts.tests.factories import sign_in as sign_in_charlie
from chat import card_actions, slash
from chat.card_actions import Asked
from chat.models import Entry
from chat.services import listening
from examples import approval_bot, ci_notifier, echo_bot, sign_in
from openplatform import signing
from openplatform.models import Modal
from openplatform.services import apps, incoming, installations, interactions, posting, subscriptions
from openplatform.services.wires import Tried
from openplatform.tests.asking import Asking
from openplatform.tests.factories import Company
from openplatform.tests.oauth_client import allow
from openplatform.tests.stage import REACHABLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def asking(db: None, settings: Any) -> Iterator[Asking]:
    settings.OPENPLATFORM = REACHABLE
    made = Asking()
    yield made
    made.close()


def through_django(request: httpx.Request) -> httpx.Response:
    """The server in this process and this transaction."""
    kind = request.headers.get("Content-Type", "application/octet-stream")
    got = Client().generic(
        request.method, request.url.raw_path.decode(), request.content, kind, headers=dict(request.headers)
    )
    return httpx.Response(got.status_code, headers=dict(got.headers), content=got.content)


def bot_of(asking: Asking) -> Bot:
    token = installations.issue_token(actor=asking.company.owner, app=asking.app.pk)
    return Bot("http://localhost", token, transport=httpx.MockTransport(through_django))


def said(asking: Asking) -> list[Entry]:
    return list(Entry.objects.filter(conversation=asking.group, type="message.created").order_by("seq"))


def test_the_echo_bot_says_each_message_again_once(asking: Asking):
    row, secret = subscriptions.create(
        actor=asking.company.owner, app=asking.app.pk, url="http://127.0.0.1:1/", types=[]
    )
    subscriptions.activate(actor=asking.company.owner, subscription=row.pk)
    app = echo_bot.make(bot_of(asking), secret)

    def post(_: Any, name: str, body: bytes) -> Tried:
        headers = signing.standard([secret], name=name, at=1_764_000_000, body=body)
        for _ in range(2):  # Parley tells at least once
            status, _ = app.handle(headers, body, now=1_764_000_010)
        assert app.handle({**headers, "webhook-signature": "v1,x"}, body, now=1_764_000_010)[0] == 401
        return Tried(status)

    asking.say("hello")
    while posting.run(subscription=row.pk, post=post):
        pass
    listening.pump(asking.group)
    while posting.run(subscription=row.pk, post=post):  # it is not told of its own words
        pass
    assert [each.body["text"] for each in said(asking)] == ["hello", "You said: hello"]


def test_leave_is_asked_for_refused_a_field_and_approved_on_the_card(asking: Asking):
    asking.declare(command="leave-request")
    app = approval_bot.make(Bot("http://localhost", ""), asking.secret)
    asking.handle = app.handle
    where = {"conversation": asking.group}
    slash.run(actor=asking.bob, text="/leave-request", client_key="command-001", **where)
    modal, sent = Modal.objects.get().pk, {"first": "2026-12-24", "last": "2026-12-01", "why": ""}
    refused = interactions.submit(actor=asking.bob, modal=modal, client_key="submit-001", values=sent)
    assert refused.errors == {"last": "The last day is not before the first."}
    sent["last"] = "2026-12-31"
    card = interactions.submit(actor=asking.bob, modal=modal, client_key="submit-002", values=sent).seq
    press = {"seq": card, "asked": Asked("approve"), **where}
    assert (
        card_actions.press(actor=asking.bob, client_key="press-001", **press).message == "Somebody else decides that."
    )
    card_actions.press(actor=asking.company.owner, client_key="press-002", **press)
    body = said(asking)[-1].body
    assert body["title"] == "Bob asks for leave"
    assert body["blocks"][-1] == {"type": "note", "text": "Approved by Alice"}


def test_a_build_is_told_of_at_a_webhook(asking: Asking):
    raw, _ = incoming.create(actor=asking.company.owner, conversation=asking.group, name="CI")
    http = httpx.Client(transport=httpx.MockTransport(through_django), base_url="http://localhost")
    ci_notifier.notify(f"/hooks/{raw}", "failed", "main", 41, http=http)
    assert said(asking)[-1].body["title"] == "Build 41 failed"
    with pytest.raises(httpx.HTTPStatusError):
        ci_notifier.notify("/hooks/none", "passed", "main", 42, http=http)


BACK = "http://localhost:9000/back"


def test_a_web_app_signs_people_in_and_takes_no_foreign_or_second_way_back(db: None):
    company = Company()
    made, secret = apps.create(actor=company.owner, name="CI", scopes=["openid", "profile"], redirect_uris=[BACK])
    apps.request_approval(actor=company.owner, app=made.pk)
    apps.approve(actor=company.admin, app=made.pk)
    parley = httpx.Client(transport=httpx.MockTransport(through_django))
    app = sign_in.SignIn("http://testserver", made.client_id, secret, BACK, http=parley)
    browser, signed = (
        httpx.Client(transport=httpx.WSGITransport(app=app.wsgi), base_url="http://localhost:9000"),
        Client(),
    )
    sign_in_charlie(signed, company.charlie)
    assert "Sign in with Parley" in browser.get("/").text
    asked = urlsplit(browser.get("/signin").headers["Location"])
    page = signed.get(f"{asked.path}?{asked.query}")
    told = allow(signed, page)
    stranger = httpx.Client(transport=httpx.WSGITransport(app=app.wsgi), base_url="http://localhost:9000")
    assert stranger.get("/back", params=told).status_code == 400, "somebody else's browser with this way back"
    before = browser.cookies["visit"]
    came = browser.get("/back", params=told)
    assert came.headers.get("Location") == "/", came.text
    assert browser.get("/").text.startswith("Hello, Charlie")
    assert browser.cookies["visit"] != before
    assert browser.get("/back", params=told).status_code == 400
    browser.get("/signin")
    assert browser.get("/back", params={**told, "state": app.visits[browser.cookies["visit"]].state}).status_code == 400
    assert browser.post("/signout").status_code == 302
    assert "Sign in with Parley" in browser.get("/").text
