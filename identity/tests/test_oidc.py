"""Signing in with OpenID Connect, against a provider on this machine that signs and lies as it is told."""

import base64
import hashlib
import time
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from joserfc.jwk import RSAKey

from accounts.models import User
from accounts.services import departments
from accounts.tests.factories import actor_of, person, sign_in
from audit.models import AuditRecord
from identity.models import Link, Provider
from identity.services import providers
from identity.tests import idp as idps
from identity.tests.factories import app_of
from protocol import errors

pytestmark = pytest.mark.django_db
TRUE = {"email": "dana@example.com", "email_verified": True, "preferred_username": "dana", "name": "Dana Doe"}


@pytest.fixture
def idp(settings):
    cache.clear()
    with idps.running() as found:
        port = urlsplit(found.issuer).port
        settings.IDENTITY = {"networks": ("127.0.0.1/32",), "ports": (port,), "plain": True}
        yield found


@pytest.fixture
def grace():
    return person("grace", is_staff=True, is_superuser=True)


def make(grace, idp, **fields):
    usual = {
        "kind": "oidc",
        "slug": "okta",
        "name": "Okta",
        "enabled": True,
        "address": idp.issuer,
        "client": idps.CLIENT,
    }
    wish = providers.Wish(fields={**usual, "match": "email", **fields}, secret=idps.SECRET)
    return providers.put(actor=actor_of(grace), wish=wish)


def go(client: Client, idp, target="/?c=3", **claims):
    """Away and back: the last answer."""
    away = client.get(f"/signin/with/okta/?next={quote(target)}")
    assert away.status_code == 302, away.content
    return client.get("/signin/with/okta/back/", idp.consent(away["Location"], **{**TRUE, **claims}))


def refused():
    return [each.after["reason"] for each in AuditRecord.objects.filter(action="signin.refused").order_by("seq")]


def test_a_new_person_gets_an_account_a_link_and_a_session(client, idp, grace):
    works = departments.create(actor=actor_of(grace), name="Works")
    make(grace, idp, creates=True, department_id=works.pk)
    assert "Sign in with Okta" in client.get("/signin/").content.decode()
    answer = go(client, idp)
    assert (answer.status_code, answer["Location"]) == (302, "/?c=3")
    dana = User.objects.get(username="dana")
    assert (dana.name, dana.email, dana.department, dana.has_usable_password()) == (
        "Dana Doe",
        TRUE["email"],
        works,
        False,
    )
    assert client.get("/").status_code == 200
    assert Link.objects.get().subject == "248289761001"
    asked, redeemed = idp.asked
    digest = hashlib.sha256(redeemed["code_verifier"].encode()).digest()
    assert asked["code_challenge"] == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    basic = base64.b64decode(idp.authorization.removeprefix("Basic ")).decode()
    assert basic == f"parley:{quote(idps.SECRET)}"
    assert idps.SECRET not in Provider.objects.get().secret
    entered = AuditRecord.objects.get(action="signin.entered")
    assert (entered.actor, entered.after) == (dana.pk, {"door": "okta", "second": ""})


def test_the_link_holds_whatever_becomes_of_name_and_address(client, idp, grace):
    make(grace, idp, creates=True)
    go(client, idp)
    go(Client(), idp, email="other@example.com", preferred_username="grace", name="X")
    assert Link.objects.count() == 1
    assert User.objects.count() == 2


def test_an_account_is_found_by_a_verified_address_alone(client, idp, grace):
    alice = person("alice", email="Dana@Example.com")
    make(grace, idp, email_domains="example.com, example.org")
    assert go(client, idp, email_verified=False).status_code == 403
    assert go(client, idp, email_verified="true").status_code == 403
    assert go(client, idp, email_verified=None).status_code == 403
    assert go(client, idp, email="dana@evil.example").status_code == 403
    assert not Link.objects.exists()
    assert go(client, idp).status_code == 302
    assert Link.objects.get().user == alice


def test_two_people_with_one_address_are_neither(client, idp, grace):
    person("alice", email=TRUE["email"])
    person("bob", email=TRUE["email"])
    make(grace, idp)
    assert go(client, idp).status_code == 403
    assert refused() == ["unknown"]


def test_no_word_of_a_provider_makes_an_operator(client, idp, grace):
    make(grace, idp, match="username", creates=True)
    auditor = person("auditor")
    auditor.groups.add(Group.objects.get(name="auditor"))
    for username in ("GRACE", "auditor"):
        answer = go(client, idp, preferred_username=username)
        assert answer.status_code == 403
        assert "Ask your administrator" in answer.content.decode()
    assert refused() == ["operator", "operator"]
    provider = Provider.objects.get()
    with pytest.raises(errors.Forbidden):
        providers.link(actor=actor_of(person("charlie")), provider=provider, user=grace, subject="248289761001")
    providers.link(actor=actor_of(grace), provider=provider, user=grace, subject="248289761001")
    assert go(client, idp).status_code == 302


def test_a_taken_name_a_strange_one_and_a_closed_account_let_nobody_in(client, idp, grace):
    make(grace, idp, match="none", creates=True)
    taken = person("dana")
    assert go(client, idp).status_code == 403
    assert go(client, idp, preferred_username="da na<b>").status_code == 403
    taken.username, taken.is_active = "old", False
    taken.save()
    Link.objects.create(provider=Provider.objects.get(), subject="248289761001", user=taken)
    assert go(client, idp).status_code == 403
    assert refused() == ["username_taken", "fields", "closed"]


def test_the_second_step_comes_after_it_unless_the_provider_is_trusted_with_it(client, idp, grace):
    alice = person("alice", email=TRUE["email"])
    app_of(alice)
    made = make(grace, idp)
    assert go(client, idp)["Location"] == "/signin/second/"
    providers.put(actor=actor_of(grace), wish=providers.Wish({"trusts_second_factor": True}), provider=made.pk)
    assert go(client, idp)["Location"] == "/?c=3"


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"iss": "http://127.0.0.1:1"}, "iss"),
        ({"aud": "somebody-else"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["parley", "other"]}, "azp"),
        ({"azp": "other"}, "azp"),
        ({"exp": 1_000_000_000}, "exp"),
        ({"exp": None}, "exp"),
        ({"iat": int(time.time()) + 86_400}, "iat"),
        ({"nonce": "replayed"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "subject"),
    ],
)
def test_a_token_that_is_not_for_us_now_proves_nothing(client, idp, grace, lie, reason):
    make(grace, idp, creates=True)
    assert go(client, idp, **lie).status_code == 403
    assert refused() == [reason]
    assert User.objects.count() == 1


def test_a_signature_that_is_not_the_providers_proves_nothing(client, idp, grace):
    make(grace, idp, creates=True)
    own, idp.key = idp.key, RSAKey.generate_key(2048, {"kid": "one"})
    assert go(client, idp).status_code == 403
    idp.key = own
    for header in ({"alg": "none"}, {"alg": "HS256", "kid": "one"}):
        idp.header = header
        assert go(client, idp).status_code == 403
    assert all(each.startswith("signature") for each in refused())
    assert User.objects.count() == 1


def test_a_provider_that_changes_its_key_is_asked_once_more(client, idp, grace):
    make(grace, idp, creates=True)
    go(client, idp)
    idp.key = idp.published = RSAKey.generate_key(2048, {"kid": "two"})
    idp.header = {"alg": "RS256", "kid": "two"}
    assert go(client, idp).status_code == 302


def test_who_comes_back_is_who_was_sent_away_and_once(client, idp, grace):
    make(grace, idp, creates=True)
    away = client.get("/signin/with/okta/")
    told = idp.consent(away["Location"], **TRUE)
    flow = client.cookies["parley_flow"].value
    assert Client().get("/signin/with/okta/back/", told).status_code == 403  # somebody else's browser
    assert client.get("/signin/with/okta/back/", {**told, "state": "other"}).status_code == 403
    for changed in ({"iss": "https://evil.example"}, {"error": "access_denied"}):
        away = client.get("/signin/with/okta/")
        assert client.get("/signin/with/okta/back/", {**idp.consent(away["Location"]), **changed}).status_code == 403
    client.cookies["parley_flow"] = flow
    assert client.get("/signin/with/okta/back/", told).status_code == 403  # the nonce is another request's by now
    assert not User.objects.filter(username="dana").exists()
    away = client.get("/signin/with/okta/")
    told, flow = idp.consent(away["Location"], **TRUE), client.cookies["parley_flow"].value
    assert client.get("/signin/with/okta/back/", told).status_code == 302
    again = Client()
    again.cookies["parley_flow"] = flow
    assert again.get("/signin/with/okta/back/", told).status_code == 403  # replayed


def test_going_on_stays_on_this_site(client, idp, grace):
    make(grace, idp, creates=True)
    assert go(client, idp, target="https://evil.example/")["Location"] == "/"


def test_an_address_is_slowed_down_and_what_is_switched_off_is_not_there(client, idp, grace):
    made = make(grace, idp)
    for _ in range(31):
        client.get("/signin/with/okta/back/")
    assert client.get("/signin/with/okta/back/").status_code == 429
    providers.put(actor=actor_of(grace), wish=providers.Wish({"enabled": False}), provider=made.pk)
    assert client.get("/signin/with/okta/").status_code == 404
    assert "Okta" not in client.get("/signin/").content.decode()


def test_a_provider_in_a_network_that_is_not_allowed_is_not_asked(client, idp, grace, settings):
    make(grace, idp)
    settings.IDENTITY = {}
    assert client.get("/signin/with/okta/").status_code == 403
    assert refused()[0].startswith("unreachable")


def test_claims_come_from_userinfo_too_and_by_other_names(client, idp, grace):
    make(grace, idp, creates=True, match="none", mapping={"username": "upn"})
    idp.userinfo = {"sub": "248289761001", "upn": "dana.doe", **TRUE}
    assert go(client, idp, email=None, preferred_username=None).status_code == 302
    assert User.objects.filter(username="dana.doe", email=TRUE["email"]).exists()
    idp.userinfo = {"sub": "other"}
    assert go(client, idp, email=None).status_code == 403


def test_administrators_set_providers_up_and_nobody_else(client, idp, grace, monkeypatch):
    sign_in(client, grace)
    form = {
        "kind": "oidc", "slug": "corp", "name": "Corp", "address": idp.issuer, "client": "parley", "match": "none",
        "new_secret": "env:CORP_SECRET", "mapping": '{"username": "upn"}',
    }  # fmt: skip
    assert client.post(reverse("admin:identity_provider_add"), form).status_code == 302
    made = Provider.objects.get()
    monkeypatch.setenv("CORP_SECRET", "from outside")
    assert providers.secret_of(made) == "from outside"
    change = reverse("admin:identity_provider_change", args=[made.pk])
    assert client.post(change, {**form, "name": "Corp 2", "new_secret": "typed"}).status_code == 302
    made.refresh_from_db()
    assert (made.name, providers.secret_of(made)) == ("Corp 2", "typed")
    assert "typed" not in client.get(change).content.decode()
    assert "typed" not in str(list(AuditRecord.objects.values_list("after", flat=True)))
    charlie = actor_of(person("charlie"))
    for act in (
        lambda: providers.put(actor=charlie, wish=providers.Wish({"name": "X"}), provider=made.pk),
        lambda: providers.remove(actor=charlie, provider=made.pk),
        lambda: providers.unlink(actor=charlie, link=1),
    ):
        with pytest.raises(errors.Forbidden):
            act()
    for wrong in ({"mapping": {"is_staff": "x"}}, {"slug": "other"}, {"moon": 1}):
        with pytest.raises(errors.BadRequest):
            providers.put(actor=actor_of(grace), wish=providers.Wish(wrong), provider=made.pk)
    client.post(reverse("admin:identity_provider_delete", args=[made.pk]), {"post": "yes"})
    assert not Provider.objects.exists()


def test_what_the_browser_is_asked_for_is_in_the_address(client, idp, grace):
    make(grace, idp)
    asked = parse_qs(urlsplit(client.get("/signin/with/okta/")["Location"]).query)
    assert asked["redirect_uri"] == ["http://testserver/signin/with/okta/back/"]
    assert (asked["response_type"], asked["code_challenge_method"]) == (["code"], ["S256"])
