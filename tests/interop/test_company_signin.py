"""Parley as a company's provider and Parley as who relies on it: one running server, its OAuth provider unmodified, both parts
over HTTP."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.factories import actor_of, person, sign_in
from identity.services import providers
from openplatform.services import apps
from openplatform.tests.factories import Company
from openplatform.tests.oauth_client import fields_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_somebody_signs_in_with_parley_itself(live_server: Any, settings: Any) -> None:
    cache.clear()
    url = live_server.url.replace("localhost", "127.0.0.1")
    settings.IDENTITY = {"networks": ("127.0.0.1/32",), "ports": (urlsplit(url).port,), "plain": True}
    company = Company()
    back = f"{url}/signin/with/own/back/"
    app, secret = apps.create(
        actor=company.owner, name="Parley", scopes=["openid", "profile", "email"], redirect_uris=[back]
    )
    apps.request_approval(actor=company.owner, app=app.pk)
    apps.approve(actor=company.admin, app=app.pk)
    issuer = requests.get(f"{url}/.well-known/openid-configuration", timeout=10).json()["issuer"]
    root = person("root", is_staff=True, is_superuser=True)
    fields = {"kind": "oidc", "slug": "own", "name": "Own", "enabled": True, "address": issuer, "client": app.client_id}
    fields |= {"match": "username"}
    providers.put(actor=actor_of(root), wish=providers.Wish(fields, secret=secret))

    there = Client()
    sign_in(there, company.charlie)
    at_provider = requests.Session()
    at_provider.cookies.set("sessionid", there.cookies["sessionid"].value)
    browser = requests.Session()
    away = browser.get(f"{url}/signin/with/own/?next=/?c=9", allow_redirects=False, timeout=10).headers["Location"]
    page = at_provider.get(away, timeout=10)
    sent = at_provider.post(
        f"{url}/oauth/authorize",
        {**fields_of(page.text), "allow": "true"},
        headers={"Referer": away},
        allow_redirects=False,
        timeout=10,
    )
    answer = browser.get(sent.headers["Location"], allow_redirects=False, timeout=10)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?c=9"), answer.text
    assert browser.get(f"{url}/", timeout=10).status_code == 200
    assert User.objects.get(username="charlie").links.get().subject == str(company.charlie.pk)
