"""Signing in with SAML, against a provider whose responses another library signs; each lie is refused."""

import copy
import importlib.util

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.factories import actor_of, person
from audit.models import AuditRecord
from identity.models import Link
from identity.providers import saml
from identity.services import providers
from identity.tests import saml_idp
from identity.tests.saml_idp import NAMESPACES, Idp, packed
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def idp():
    return Idp()


@pytest.fixture
def corp(idp):
    cache.clear()
    return make(idp)


def make(idp, **fields):
    grace = User.objects.filter(username="grace").first() or person("grace", is_staff=True, is_superuser=True)
    usual = {"kind": "saml", "slug": "corp", "name": "Corp", "enabled": True, "address": saml_idp.SSO, "match": "email"}
    usual |= {
        "client": saml_idp.ENTITY,
        "certificates": idp.certificate,
        "creates": True,
        "email_domains": "example.com",
    }
    return providers.put(actor=actor_of(grace), wish=providers.Wish({**usual, **fields}))


def go(client, idp, change=None, **lies):
    """Away, and the response posted as another site's page does it: without cookies; then the browser by itself."""
    away = client.get("/signin/with/corp/?next=/?c=3")
    assert away.status_code == 302, away.content
    tree = idp.answer(away["Location"], **lies)
    return post(client, change(tree) if change else tree)


def post(client, tree):
    posted = Client(enforce_csrf_checks=True).post("/signin/with/corp/acs/", {"SAMLResponse": packed(tree)})
    return client.get(posted["Location"]) if posted.status_code == 303 else posted


def refused():
    return [each.after["reason"] for each in AuditRecord.objects.filter(action="signin.refused").order_by("seq")]


def test_a_new_person_comes_in(client, idp, corp):
    answer = go(client, idp)
    assert (answer.status_code, answer["Location"]) == (302, "/?c=3"), refused()
    dana = User.objects.get(username="dana")
    assert (dana.name, dana.email, Link.objects.get().subject) == ("Dana Doe", "dana@example.com", "dana-0042")
    assert client.get("/").status_code == 200
    assert AuditRecord.objects.get(action="signin.entered").after["door"] == "corp"


def test_addresses_count_only_of_domains_that_the_administrator_listed(client, idp, corp):
    person("alice", email="dana@example.com")
    person("bob", email="dana@other.example")
    assert go(client, idp).status_code == 302
    assert Link.objects.get().user.username == "alice"
    assert go(Client(), idp, email="dana@other.example", subject="x", username="zed").status_code == 403
    providers.remove(actor=actor_of(User.objects.get(username="grace")), provider=corp.pk)
    make(idp, email_domains="", creates=False)
    assert go(Client(), idp).status_code == 403
    assert refused() == ["domain", "unknown"]


def altered(tree):
    tree.find(".//saml:NameID", NAMESPACES).text = "somebody-else"
    return tree


def wrapped(tree):
    """An evil assertion in front, the signed one kept beside it."""
    signed = tree.find("saml:Assertion", NAMESPACES)
    evil = copy.deepcopy(signed)
    evil.remove(evil.find("{http://www.w3.org/2000/09/xmldsig#}Signature"))
    evil.set("ID", "_evil")
    altered(evil)
    tree.insert(tree.index(signed), evil)
    return tree


def hidden(tree):
    """The signed assertion moved into a corner, an evil one with its id in its place."""
    signed = tree.find("saml:Assertion", NAMESPACES)
    evil = copy.deepcopy(signed)
    altered(evil)
    signature = evil.find("{http://www.w3.org/2000/09/xmldsig#}Signature")
    corner = signature.makeelement("{http://www.w3.org/2000/09/xmldsig#}Object", {}, None)
    signature.append(corner)
    tree.replace(signed, evil)
    corner.append(signed)
    return tree


@pytest.mark.parametrize("change", [altered, wrapped, hidden])
def test_what_was_changed_after_signing_proves_nothing(client, idp, corp, change):
    assert go(client, idp, change).status_code == 403
    assert refused()[0].startswith("assertion:")
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    "lie",
    [
        {"signed": False},
        {"audience": "https://other.example.com/"},
        {"until": -300},
        {"since": 3600},
        {"recipient": "https://other.example.com/acs/"},
        {"destination": "https://other.example.com/acs/"},
        {"issuer": "https://evil.example.com/"},
        {"answering": ""},
        {"answering": ' InResponseTo="_other"'},
        {"answering": ' InResponseTo="_other"', "outer": "_other"},
        {"subject": ""},
    ],
    ids=str,
)
def test_a_response_that_is_not_for_us_now_proves_nothing(client, idp, corp, lie):
    assert go(client, idp, **lie).status_code == 403
    assert len(refused()) == 1
    assert not Link.objects.exists()


def test_another_key_proves_nothing_and_a_second_certificate_counts(client, idp, corp):
    other = Idp()
    assert go(client, other).status_code == 403
    grace = actor_of(User.objects.get(username="grace"))
    both = {"kind": "saml", "certificates": other.certificate + idp.certificate}
    providers.put(actor=grace, wish=providers.Wish(both), provider=corp.pk)
    assert go(client, other).status_code == 302
    assert go(client, idp).status_code == 302


def test_an_assertion_is_used_once_and_by_the_browser_that_asked(client, idp, corp):
    away = client.get("/signin/with/corp/")
    tree = idp.answer(away["Location"])
    other = Client()
    other.get("/signin/with/corp/")
    assert post(other, tree).status_code == 403
    assert post(client, tree).status_code == 403  # replayed
    assert refused() == ["request", "assertion was used before"]
    assert not Link.objects.exists()


def test_a_ticket_is_used_once(client, idp, corp):
    away = client.get("/signin/with/corp/")
    posted = Client().post("/signin/with/corp/acs/", {"SAMLResponse": packed(idp.answer(away["Location"]))})
    flow = client.cookies["parley_flow"].value
    assert client.get(posted["Location"]).status_code == 302
    client.cookies["parley_flow"] = flow
    assert client.get(posted["Location"]).status_code == 403


@pytest.mark.parametrize("body", ["", "nonsense", "PHg+PC94Pg=="])
def test_what_is_no_response_is_refused(client, corp, body):
    assert client.post("/signin/with/corp/acs/", {"SAMLResponse": body}).status_code == 403
    assert client.get("/signin/with/corp/acs/").status_code == 405
    assert client.get("/signin/with/corp/back/").status_code == 404


def test_the_metadata_tell_the_provider_where_to_post(client, corp):
    told = client.get("/signin/with/corp/metadata/")
    assert told["Content-Type"] == "application/samlmetadata+xml"
    assert b'Location="http://testserver/signin/with/corp/acs/"' in told.content
    assert client.get("/signin/with/other/metadata/").status_code == 404


def test_without_the_extra_it_is_said_and_nothing_else_breaks(client, idp, corp, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "xmlsec" else found(name))
    with pytest.raises(errors.BadRequest, match=r"requirements-saml\.txt"):
        make(idp, slug="corp2")
    assert client.get("/signin/with/corp/").status_code == 403
    assert client.get("/signin/").status_code == 200
    assert refused() == [saml.MISSING]


def test_a_certificate_is_needed(idp):
    with pytest.raises(errors.BadRequest):
        make(idp, certificates="none")
