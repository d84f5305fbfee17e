"""Authlib and requests-oauthlib, unmodified, against a running server: code with PKCE, OpenID Connect, refresh, revocation,
client credentials; slack_sdk installs an app. A person's part is played over HTTP, as a browser does it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from authlib.integrations.base_client import OAuthError as AuthlibError
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet
from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError
from requests_oauthlib import OAuth2Session
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth import AuthorizeUrlGenerator

from accounts.tests.factories import sign_in
from openplatform.models import App
from openplatform.services import apps, installations
from openplatform.tests.factories import Company
from openplatform.tests.oauth_client import fields_of

pytestmark = pytest.mark.django_db(transaction=True)
#: Where nobody listens: the address is read, never followed.
BACK = "http://localhost:9/back"
SCOPE = "openid profile email messages:read"


class Provider:
    """A running Parley with Alice's approved app in it, and Charlie in front of a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.company = Company()
        self.company.charlie.email = "charlie@example.com"
        self.company.charlie.save()
        wanted = [*SCOPE.split(), "messages:write"]
        app, self.secret = apps.create(actor=self.company.owner, name="CI", scopes=wanted, redirect_uris=[BACK])
        apps.request_approval(actor=self.company.owner, app=app.pk)
        self.app: App = apps.approve(actor=self.company.admin, app=app.pk)
        self.told: dict[str, Any] = requests.get(f"{url}/.well-known/openid-configuration", timeout=10).json()
        signed = Client()
        sign_in(signed, self.company.charlie)
        self.browser = requests.Session()
        self.browser.cookies.set("sessionid", signed.cookies["sessionid"].value)

    def allow(self, address: str) -> str:
        """Open the consent page and allow; the address to which the app is sent."""
        page = self.browser.get(address, timeout=10)
        assert page.status_code == 200, page.text
        sent = self.browser.post(
            f"{self.url}/oauth/authorize",
            {**fields_of(page.text), "allow": "true"},
            headers={"Referer": address},
            allow_redirects=False,
            timeout=10,
        )
        assert sent.status_code == 302, sent.text
        return sent.headers["Location"]

    def me(self, token: str) -> requests.Response:
        return requests.get(f"{self.url}/api/v1/me", headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.fixture
def provider(live_server, monkeypatch):
    # Both libraries want TLS; this server is on the loopback.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    return Provider(live_server.url.replace("localhost", "127.0.0.1"))


def authlib(provider: Provider, **more: Any) -> AuthlibSession:
    return AuthlibSession(
        provider.app.client_id,
        provider.secret,
        scope=SCOPE,
        redirect_uri=BACK,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic",
        **more,
    )


def test_authlib_signs_in_with_pkce_and_reads_the_identity_token(provider: Provider):
    session, told = authlib(provider), provider.told
    verifier, nonce = "v" * 64, "n-123"
    address, state = session.create_authorization_url(
        told["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    back = provider.allow(address)
    assert parse_qs(urlsplit(back).query)["iss"] == [told["issuer"]]
    token = session.fetch_token(
        told["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )
    keys = KeySet.import_key_set(requests.get(told["jwks_uri"], timeout=10).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": told["issuer"]},
        aud={"essential": True, "value": provider.app.client_id},
        nonce={"essential": True, "value": nonce},
        exp={"essential": True},
    )
    rules.validate(claims)
    assert claims["sub"] == str(provider.company.charlie.pk)
    person = session.get(told["userinfo_endpoint"]).json()
    assert (person["sub"], person["email"]) == (claims["sub"], "charlie@example.com")
    assert session.get(f"{provider.url}/api/v1/me").json()["person"]["username"] == "charlie"


def test_authlib_refreshes_and_a_stolen_refresh_token_ends_the_family(provider: Provider):
    session, told = authlib(provider), provider.told
    address, state = session.create_authorization_url(told["authorization_endpoint"], code_verifier="v" * 64)
    first = dict(
        session.fetch_token(
            told["token_endpoint"], authorization_response=provider.allow(address), state=state, code_verifier="v" * 64
        )
    )
    second = dict(session.refresh_token(told["token_endpoint"], refresh_token=first["refresh_token"]))
    assert provider.me(first["access_token"]).status_code == 401
    assert provider.me(second["access_token"]).status_code == 200
    with pytest.raises(AuthlibError, match="invalid_grant"):
        authlib(provider).refresh_token(told["token_endpoint"], refresh_token=first["refresh_token"])
    assert provider.me(second["access_token"]).status_code == 401


def test_authlib_introspects_and_revokes(provider: Provider):
    session, told = authlib(provider), provider.told
    address, state = session.create_authorization_url(told["authorization_endpoint"], code_verifier="v" * 64)
    token = session.fetch_token(
        told["token_endpoint"], authorization_response=provider.allow(address), state=state, code_verifier="v" * 64
    )
    seen = session.introspect_token(told["introspection_endpoint"], token=token["access_token"]).json()
    assert (seen["active"], seen["username"]) == (True, "charlie")
    assert session.revoke_token(told["revocation_endpoint"], token=token["access_token"]).status_code == 200
    assert (
        not authlib(provider)
        .introspect_token(told["introspection_endpoint"], token=token["access_token"])
        .json()["active"]
    )
    assert provider.me(token["access_token"]).status_code == 401


def test_a_wrong_verifier_gets_nothing(provider: Provider):
    session, told = authlib(provider), provider.told
    address, state = session.create_authorization_url(told["authorization_endpoint"], code_verifier="v" * 64)
    back = provider.allow(address)
    with pytest.raises(AuthlibError, match="invalid_grant"):
        session.fetch_token(told["token_endpoint"], authorization_response=back, state=state, code_verifier="w" * 64)


def test_requests_oauthlib_signs_in_with_pkce_and_refreshes(provider: Provider):
    told = provider.told
    session = OAuth2Session(provider.app.client_id, scope=SCOPE.split(), redirect_uri=BACK, pkce="S256")
    address, _ = session.authorization_url(told["authorization_endpoint"])
    token = session.fetch_token(
        told["token_endpoint"], authorization_response=provider.allow(address), client_secret=provider.secret
    )
    assert sorted(token["scope"]) == sorted(SCOPE.split())
    assert session.get(told["userinfo_endpoint"]).json()["preferred_username"] == "charlie"
    fresh = session.refresh_token(
        told["token_endpoint"], auth=(provider.app.client_id, provider.secret), refresh_token=token["refresh_token"]
    )
    assert provider.me(fresh["access_token"]).json()["person"]["username"] == "charlie"
    with pytest.raises(InvalidGrantError):
        session.refresh_token(
            told["token_endpoint"], auth=(provider.app.client_id, provider.secret), refresh_token=token["refresh_token"]
        )


def test_requests_oauthlib_comes_as_the_bot(provider: Provider):
    installations.install(actor=provider.company.owner, app=provider.app.pk)
    session = OAuth2Session(client=BackendApplicationClient(provider.app.client_id, scope=["messages:write"]))
    session.fetch_token(
        provider.told["token_endpoint"], client_id=provider.app.client_id, client_secret=provider.secret
    )
    assert session.get(f"{provider.url}/api/v1/me").json()["person"]["kind"] == "bot"
    apps.suspend(actor=provider.company.admin, app=provider.app.pk, reason="Leaked")
    assert session.get(f"{provider.url}/api/v1/me").status_code == 401


def test_slack_sdk_installs_an_app(provider: Provider):
    generator = AuthorizeUrlGenerator(
        client_id=provider.app.client_id,
        scopes=["chat:write", "channels:history"],
        redirect_uri=BACK,
        authorization_url=f"{provider.url}/slack/oauth/v2/authorize",
    )
    signed = Client()
    sign_in(signed, provider.company.alice)
    browser = requests.Session()
    browser.cookies.set("sessionid", signed.cookies["sessionid"].value)
    address = generator.generate("s-1")
    page = browser.get(address, timeout=10)
    sent = browser.post(
        address,
        {**fields_of(page.text), "allow": "true"},
        headers={"Referer": address},
        allow_redirects=False,
        timeout=10,
    )
    told = parse_qs(urlsplit(sent.headers["Location"]).query)
    client = WebClient(base_url=f"{provider.url}/slack/api/")
    asked: dict[str, Any] = {"client_id": provider.app.client_id, "client_secret": provider.secret}
    got = client.oauth_v2_access(**asked, code=told["code"][0], redirect_uri=BACK)
    bot = WebClient(got["access_token"], base_url=f"{provider.url}/slack/api/").auth_test()
    assert (told["state"], bot["user_id"], got["token_type"]) == (["s-1"], got["bot_user_id"], "bot")
    with pytest.raises(SlackApiError, match="invalid_code"):
        client.oauth_v2_access(**asked, code=told["code"][0], redirect_uri=BACK)
