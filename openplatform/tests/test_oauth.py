"""OAuth's pages and endpoints, without a library: what is shown, what is refused, what a token is good for."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.services import departments
from accounts.tests.factories import sign_in
from openplatform.models import AccessToken, App, RefreshToken
from openplatform.oauth.words import CHINESE, ENGLISH
from openplatform.services import apps, installations
from openplatform.tests.factories import Company
from openplatform.tests.oauth_client import BACK, VERIFIER, allow, ask, fields_of

SCOPES = ("openid", "profile", "email", "messages:read", "messages:write")


class Scene:
    """Charlie's browser, and Alice's app with its secret."""

    def __init__(self, company: Company) -> None:
        self.company = company
        app, self.secret = apps.create(actor=company.owner, name="CI", scopes=SCOPES, redirect_uris=[BACK])
        apps.request_approval(actor=company.owner, app=app.pk)
        self.app: App = apps.approve(actor=company.admin, app=app.pk)
        self.browser = Client()
        sign_in(self.browser, company.charlie)

    def token(self, **data: str) -> Any:
        basic = base64.b64encode(f"{self.app.client_id}:{self.secret}".encode()).decode()
        return Client().post(
            "/oauth/token",
            urlencode(data),
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": f"Basic {basic}"},
        )

    def ask_device(self, scope: str) -> Any:
        return post("/oauth/device_authorization", client_id=self.app.client_id, client_secret=self.secret, scope=scope)

    def redeem(self, code: str, **changes: str) -> Any:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
        return self.token(**{**sent, **changes})

    def tokens(self, scope: str = "openid profile") -> dict[str, str]:
        answer = self.redeem(allow(self.browser, ask(self.browser, self.app.client_id, scope=scope))["code"])
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def introspect(self, token: str) -> dict[str, Any]:
        basic = base64.b64encode(f"{self.app.client_id}:{self.secret}".encode()).decode()
        answer = Client().post("/oauth/introspect", {"token": token}, headers={"Authorization": f"Basic {basic}"})
        return dict(answer.json())


@pytest.fixture
def scene(company: Company) -> Scene:
    return Scene(company)


def post(address: str, **data: str) -> Any:
    return Client().post(address, urlencode(data), content_type="application/x-www-form-urlencoded")


def me(token: str) -> Any:
    return Client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})


def test_the_page_says_who_asks_for_what_in_the_readers_language(scene: Scene):
    page = ask(scene.browser, scene.app.client_id, scope="openid messages:read")
    text = page.content.decode()
    for each in (
        ENGLISH.asks.format("CI"),
        "Read messages",
        "Know that it is you",
        "Alice",
        "Charlie",
        "ci.example.com",
    ):
        assert each in text
    assert text.index("Read messages") < text.index("Know that it is you")
    assert "form-action 'self' https://ci.example.com" in page["Content-Security-Policy"]
    scene.browser.cookies["django_language"] = "zh-hans"
    assert CHINESE.asks.format("CI") in ask(scene.browser, scene.app.client_id).content.decode()


def test_who_is_not_signed_in_signs_in_first(scene: Scene):
    answer = ask(Client(), scene.app.client_id)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/signin/?next=")


def test_a_code_becomes_tokens_that_the_doors_know(scene: Scene):
    given = scene.tokens("openid profile messages:read")
    assert given["access_token"].startswith("plya_")
    assert given["refresh_token"].startswith("plyr_")
    assert me(given["access_token"]).json()["person"]["username"] == "charlie"
    written = Client().post(
        "/api/v1/conversations", b"{}", content_type="application/json",
        headers={"Authorization": f"Bearer {given['access_token']}"},
    )  # fmt: skip
    assert written.status_code == 403
    for row in (*AccessToken.objects.all(), *RefreshToken.objects.all()):
        assert row.token == ""


def test_saying_no_is_told_to_the_app(scene: Scene):
    page = ask(scene.browser, scene.app.client_id)
    told = allow(scene.browser, page, allow="")
    assert (told["error"], told["state"]) == ("access_denied", "xyz")


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_challenge": "", "code_challenge_method": ""},
        {"code_challenge_method": "plain"},
        {"scope": "openid members:write"},
        {"response_type": "token"},
    ],
)
def test_a_request_that_is_not_as_it_should_be_gets_no_code(scene: Scene, wrong):
    answer = ask(scene.browser, scene.app.client_id, **wrong)
    if answer.status_code == 200:  # refused when it is allowed
        assert "code" not in allow(scene.browser, answer)
    else:
        assert answer.status_code == 400 or "error=" in answer["Location"]
        assert "code=" not in answer.get("Location", "").split("?")[-1].split("error")[0]


@pytest.mark.parametrize(
    "uri", ["https://evil.example/back", BACK + "/more", BACK + "?x=1", "http://ci.example.com/back"]
)
def test_an_address_that_was_not_registered_gets_nothing(scene: Scene, uri):
    answer = ask(scene.browser, scene.app.client_id, redirect_uri=uri)
    assert answer.status_code == 400
    assert b"<form" not in answer.content


def test_a_form_that_was_tampered_with_gives_no_more(scene: Scene):
    page = ask(scene.browser, scene.app.client_id)
    sent = {**fields_of(page.content.decode()), "allow": "true", "scope": "openid members:write"}
    assert scene.browser.post("/oauth/authorize", sent).status_code == 403


def test_a_code_is_good_once_and_only_with_its_verifier(scene: Scene):
    code = allow(scene.browser, ask(scene.browser, scene.app.client_id))["code"]
    assert scene.redeem(code, code_verifier="b" * 64).status_code == 400
    assert scene.redeem(code).status_code == 200
    assert scene.redeem(code).status_code == 400


def test_an_app_for_others_or_suspended_lets_nobody_in(scene: Scene):
    works = departments.create(actor=scene.company.admin, name="Works")
    apps.update(actor=scene.company.owner, app=scene.app.pk, changes={"departments": [works.pk]})
    assert ask(scene.browser, scene.app.client_id).status_code == 403
    apps.suspend(actor=scene.company.admin, app=scene.app.pk, reason="Leaked")
    assert ask(scene.browser, scene.app.client_id).status_code == 400


def test_a_refresh_token_used_twice_ends_the_whole_family(scene: Scene):
    first = scene.tokens()
    second = scene.token(grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert me(first["access_token"]).status_code == 401
    assert me(second["access_token"]).status_code == 200
    stolen = scene.token(grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert me(second["access_token"]).status_code == 401
    again = scene.token(grant_type="refresh_token", refresh_token=second["refresh_token"])
    assert again.status_code == 400


def test_introspection_tells_an_app_of_its_own_tokens_only(scene: Scene):
    token = scene.tokens()["access_token"]
    told = scene.introspect(token)
    assert (told["active"], told["username"], told["scope"]) == (True, "charlie", "openid profile")
    other, secret = apps.create(actor=scene.company.outsider, name="Spy", scopes=["openid"], redirect_uris=[BACK])
    apps.request_approval(actor=scene.company.outsider, app=other.pk)
    apps.approve(actor=scene.company.admin, app=other.pk)
    spy = base64.b64encode(f"{other.client_id}:{secret}".encode()).decode()
    answer = Client().post("/oauth/introspect", {"token": token}, headers={"Authorization": f"Basic {spy}"})
    assert answer.json() == {"active": False}
    assert Client().post("/oauth/introspect", {"token": token}).status_code in (401, 403)


def test_suspension_is_told_by_introspection_and_by_userinfo(scene: Scene):
    token = scene.tokens()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get("/oauth/userinfo", headers=bearer).json()["name"] == "Charlie"
    apps.suspend(actor=scene.company.admin, app=scene.app.pk, reason="Leaked")
    assert Client().get("/oauth/userinfo", headers=bearer).status_code == 401
    apps.restore(actor=scene.company.admin, app=scene.app.pk)
    assert scene.introspect(token)["active"] is True


def test_revoking_ends_both_tokens(scene: Scene):
    given = scene.tokens()
    basic = base64.b64encode(f"{scene.app.client_id}:{scene.secret}".encode()).decode()
    answer = Client().post(
        "/oauth/revoke", {"token": given["access_token"]}, headers={"Authorization": f"Basic {basic}"}
    )
    assert answer.status_code == 200
    assert me(given["access_token"]).status_code == 401
    assert scene.token(grant_type="refresh_token", refresh_token=given["refresh_token"]).status_code == 400


def test_client_credentials_are_the_bots_while_it_is_installed(scene: Scene):
    assert scene.token(grant_type="client_credentials").status_code == 400
    installations.install(actor=scene.company.owner, app=scene.app.pk)
    answer = scene.token(grant_type="client_credentials", scope="messages:write")
    assert me(answer.json()["access_token"]).json()["person"]["kind"] == "bot"
    assert "refresh_token" not in answer.json()
    assert scene.token(grant_type="client_credentials", scope="email").status_code in (400, 401)
    installations.uninstall(actor=scene.company.owner, app=scene.app.pk)
    assert me(answer.json()["access_token"]).status_code == 401


def test_a_device_gets_what_its_owner_allowed_once(scene: Scene):
    asked = scene.ask_device("openid profile")
    assert asked.status_code == 200, asked.content
    grant = asked.json()
    poll = {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "device_code": grant["device_code"],
        "client_id": scene.app.client_id,
    }
    assert scene.token(**poll).json()["error"] == "authorization_pending"
    confirm = scene.browser.post("/oauth/device", {"user_code": grant["user_code"]})
    page = scene.browser.get(confirm["Location"])
    assert grant["user_code"] in page.content.decode()
    done = scene.browser.post(confirm["Location"], {"action": "accept"})
    assert ENGLISH.device_allowed in scene.browser.get(done["Location"]).content.decode()
    answer = scene.token(**poll, scope="openid messages:write")
    assert answer.status_code == 200, answer.content
    assert sorted(answer.json()["scope"].split()) == ["openid", "profile"]
    assert me(answer.json()["access_token"]).json()["person"]["username"] == "charlie"
    assert scene.token(**poll).status_code in (400, 404)


def test_a_device_asks_for_nothing_that_was_not_approved_and_its_code_is_its_apps(scene: Scene):
    beyond = scene.ask_device("members:write")
    assert (beyond.status_code, beyond.json()["error"]) == (400, "invalid_scope")
    assert post("/oauth/device_authorization", client_id="nobody").status_code == 401
    assert b'role="alert"' in scene.browser.post("/oauth/device", {"user_code": "WRONG"}).content


def test_discovery_tells_everything_that_is_served(scene: Scene):
    told = Client().get("/.well-known/openid-configuration").json()
    assert told["issuer"] == "http://testserver"
    for each in ("authorization", "token", "revocation", "introspection", "device_authorization", "userinfo"):
        address = told[f"{each}_endpoint"]
        assert Client().get(address.removeprefix("http://testserver")).status_code != 404
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["response_types_supported"] == ["code"]
    assert "password" not in told["grant_types_supported"]
    assert Client().get("/.well-known/oauth-authorization-server").json()["token_endpoint"] == told["token_endpoint"]


def test_guessing_secrets_is_slowed_down(scene: Scene, settings):
    settings.OPENPLATFORM = {"anonymous_rate": 0.01, "anonymous_burst": 2}
    answers = [Client().post("/oauth/token", {"grant_type": "client_credentials"}) for _ in range(3)]
    assert answers[-1].status_code == 429
    assert int(answers[-1]["Retry-After"]) >= 1


def test_programs_need_no_csrf_token(scene: Scene):
    strict = Client(enforce_csrf_checks=True)
    for each in ("token", "revoke", "introspect", "device_authorization"):
        answer = strict.post(f"/oauth/{each}", {"client_id": scene.app.client_id})
        assert b"CSRF" not in answer.content
