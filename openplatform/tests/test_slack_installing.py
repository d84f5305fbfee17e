"""Installing an app as Slack's do: a yes of who may, a code that is good once, a token; nobody is led elsewhere."""

import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.authentication import actor_from_token
from accounts.tests.factories import sign_in
from openplatform.models import App, Installation
from openplatform.services import apps
from openplatform.tests.factories import Company

pytestmark = pytest.mark.django_db
BACK = "https://app.example/back"
SCOPES = "chat:write,channels:history,commands,something:else"


class Installing:
    """Alice's approved app, and browsers in front of which somebody sits."""

    def __init__(self) -> None:
        self.company = Company()
        made, self.secret = apps.create(
            actor=self.company.owner,
            name="CI",
            scopes=["messages:write", "messages:read", "events:read", "files:write"],
            redirect_uris=[BACK],
        )
        apps.request_approval(actor=self.company.owner, app=made.pk)
        self.app: App = apps.approve(actor=self.company.admin, app=made.pk)
        self.asked = {"client_id": made.client_id, "scope": SCOPES, "state": "s 1", "redirect_uri": BACK}

    def browser(self, who: Any) -> Client:
        found = Client()
        sign_in(found, who)
        return found

    def answer(self, who: Any, said: str = "allow", **asked: str) -> Any:
        address = "/slack/oauth/v2/authorize"
        query = {**self.asked, **asked}
        return self.browser(who).post(address, {said: "true"}, query_params=query)

    def code(self) -> str:
        sent = self.answer(self.company.alice)
        assert sent.status_code == 302, sent.content
        told = parse_qs(urlsplit(sent["Location"]).query)
        assert (sent["Location"].startswith(BACK), told["state"]) == (True, ["s 1"])
        return told["code"][0]

    def access(self, code: str, secret: str = "", **more: str) -> dict[str, Any]:
        basic = base64.b64encode(f"{self.app.client_id}:{secret or self.secret}".encode()).decode()
        sent = Client().post(
            "/slack/api/oauth.v2.access", {"code": code, **more}, headers={"Authorization": f"Basic {basic}"}
        )
        found: dict[str, Any] = sent.json()
        return found


@pytest.fixture
def there() -> Installing:
    return Installing()


def test_the_page_says_what_the_app_would_do_and_a_no_is_told(there: Installing):
    page = there.browser(there.company.alice).get("/slack/oauth/v2/authorize", there.asked)
    assert page.status_code == 200
    for words in ("CI asks for access", "Send, edit and recall messages", "app.example"):
        assert words in page.content.decode()
    no = there.answer(there.company.alice, "deny")
    assert parse_qs(urlsplit(no["Location"]).query)["error"] == ["access_denied"]
    assert Installation.objects.count() == 0


def test_a_yes_becomes_a_bot_with_what_was_asked_and_approved(there: Installing):
    told = there.access(there.code(), redirect_uri=BACK)
    assert told["ok"], told
    assert told["token_type"] == "bot"
    actor = actor_from_token(told["access_token"].removeprefix("xoxb-"))
    assert actor.scopes == {"messages:write", "messages:read", "events:read"}
    assert told["bot_user_id"] == f"U{actor.user:010d}"
    assert "chat:write" in told["scope"].split(",")
    assert told["authed_user"]["id"] == f"U{there.company.alice.pk:010d}"
    again = there.access(there.code())
    assert again["ok"]
    assert actor_from_token(told["access_token"].removeprefix("xoxb-")).user == actor.user
    assert Installation.objects.count() == 1


def test_a_code_is_good_once_in_its_time_for_its_app_and_its_address(there: Installing):
    code = there.code()
    assert there.access(code, "plys_wrong")["error"] == "bad_client_secret"
    assert there.access(code, redirect_uri="https://elsewhere.example")["error"] == "invalid_code"
    assert there.access(code)["ok"]
    assert there.access(code)["error"] == "invalid_code"
    late = there.code()
    cache.clear()
    assert there.access(late)["error"] == "invalid_code"
    held = there.code()
    apps.suspend(actor=there.company.admin, app=there.app.pk, reason="leak")
    assert there.access(held)["error"] == "invalid_client_id"


def test_an_outsider_installs_nothing_and_nobody_is_led_to_a_foreign_address(there: Installing):
    refused = there.answer(there.company.charlie)
    assert refused.status_code == 403
    assert "Location" not in refused
    for wrong in ({"redirect_uri": "https://evil.example/back"}, {"client_id": "nobody"}):
        page = there.answer(there.company.alice, **wrong)
        assert (page.status_code, "Location" in page) == (400, False)
    more = there.answer(there.company.alice, scope="something:else")
    assert more.status_code == 403
    stranger = Client().get("/slack/oauth/v2/authorize", there.asked)
    assert stranger["Location"].startswith("/signin/?next=")
    forged = Client(enforce_csrf_checks=True)
    sign_in(forged, there.company.alice)
    sent = forged.post("/slack/oauth/v2/authorize", {"allow": "true"}, query_params=there.asked)
    assert sent.status_code == 403
    assert Installation.objects.count() == 0
