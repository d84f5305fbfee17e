import json

import pytest

from accounts.tests.factories import PASSWORD, actor_of, person, sign_in
from audit.models import AuditRecord
from identity.models import Factor
from identity.services import factors, passkeys
from identity.services.passkeys import Site
from identity.tests.authenticator import Key
from protocol import errors

pytestmark = pytest.mark.django_db
HERE = Site(host="testserver", origin="http://testserver")


@pytest.fixture
def alice():
    return person("alice")


def key_of(user, name="Laptop"):
    """A new passkey of ``user``, and the recovery codes."""
    key, asked = Key(HERE.origin, HERE.host), passkeys.begin(user=user, site=HERE)
    answer = key.create(asked.challenge)
    fresh = passkeys.add(
        actor=actor_of(user), user=user, site=HERE, challenge=asked.challenge, answer=answer, name=name
    )
    return key, fresh


def prove(user, answer, challenge):
    return passkeys.prove(user=user, site=HERE, challenge=challenge, answer=answer)


def test_a_passkey_is_added_and_shown(alice):
    assert passkeys.ask(user=alice, site=HERE) is None
    key, fresh = key_of(alice)
    assert len(fresh) == 10
    asked = passkeys.ask(user=alice, site=HERE)
    assert prove(alice, key.get(asked.challenge), asked.challenge) == "passkey"
    row = Factor.objects.get()
    assert (row.kind, row.name, row.sign_count) == ("passkey", "Laptop", 1)
    with pytest.raises(errors.Unauthenticated) as caught:
        factors.require(user=alice, code="")
    assert caught.value.code == "second_factor_required"
    assert key_of(alice, name="")[1] == []


def test_what_was_signed_for_something_else_proves_nothing(alice):
    key, _ = key_of(alice)
    asked = passkeys.ask(user=alice, site=HERE)
    stranger, _ = key_of(person("bob"))
    answers = {
        "another challenge": key.get(passkeys.ask(user=alice, site=HERE).challenge),
        "somebody else's": stranger.get(asked.challenge),
        "unknown": Key(HERE.origin, HERE.host).get(asked.challenge),
        "no answer": "",
        "no object": "[]",
        "endless": json.dumps({"id": "x" * 30_000}),
        "made, not shown": key.create(asked.challenge),
    }
    for origin, host in (("https://evil.example", "testserver"), (HERE.origin, "evil.example")):
        phished = Key(origin, host)
        phished.id, phished.private = key.id, key.private
        answers[f"{origin} {host}"] = phished.get(asked.challenge)
    forged = json.loads(key.get(asked.challenge))
    forged["response"]["signature"] = json.loads(stranger.get(asked.challenge))["response"]["signature"]
    answers["forged"] = json.dumps(forged)
    for name, answer in answers.items():
        with pytest.raises(errors.Unauthenticated):
            assert not prove(alice, answer, asked.challenge), name
        factors.gate_of(alice).reset()
    assert AuditRecord.objects.filter(action="signin.refused").count() == len(answers)
    assert prove(alice, key.get(asked.challenge), asked.challenge) == "passkey"


def test_a_copy_of_a_key_is_noticed_by_its_count(alice):
    key, _ = key_of(alice)
    first, second = passkeys.ask(user=alice, site=HERE), passkeys.ask(user=alice, site=HERE)
    prove(alice, key.get(first.challenge), first.challenge)
    key.count = 0
    with pytest.raises(errors.Unauthenticated):
        prove(alice, key.get(second.challenge), second.challenge)


def test_guessing_is_slowed_down(alice):
    key, _ = key_of(alice)
    asked = passkeys.ask(user=alice, site=HERE)
    for _ in range(6):
        with pytest.raises(errors.Unauthenticated):
            prove(alice, "{}", asked.challenge)
    with pytest.raises(errors.RateLimited):
        prove(alice, key.get(asked.challenge), asked.challenge)


def test_a_passkey_that_is_none_or_known_is_not_added_nor_by_an_outsider(alice):
    key, _ = key_of(alice)
    asked, by = passkeys.begin(user=alice, site=HERE), actor_of(alice)
    for answer in ("", "{}", key.create("other"), Key("https://evil.example", HERE.host).create(asked.challenge)):
        with pytest.raises(errors.BadRequest):
            passkeys.add(actor=by, user=alice, site=HERE, challenge=asked.challenge, answer=answer)
    with pytest.raises(errors.Conflict):
        passkeys.add(actor=by, user=alice, site=HERE, challenge=asked.challenge, answer=key.create(asked.challenge))
    charlie, fresh = person("charlie"), Key(HERE.origin, HERE.host)
    with pytest.raises(errors.Forbidden):
        passkeys.add(
            actor=actor_of(charlie),
            user=alice,
            site=HERE,
            challenge=asked.challenge,
            answer=fresh.create(asked.challenge),
        )
    assert Factor.objects.count() == 1


def test_on_the_pages_a_challenge_is_answered_once(client, alice):
    sign_in(client, alice)
    client.post("/security/", {"password": PASSWORD})
    client.get("/signin/setup/")
    key = Key(HERE.origin, HERE.host)
    answer = key.create(client.session["passkey_challenge"])
    assert client.post("/signin/setup/", {"credential": answer, "name": "Stick"}).content.decode().count("<li>") == 10
    client.post("/signout/")

    enter = {"username": "alice", "password": PASSWORD}
    assert client.post("/signin/", enter)["Location"] == "/signin/second/"
    page = client.get("/signin/second/").content.decode()
    assert "data-passkey=" in page
    assert "unsafe-inline" not in client.get("/signin/second/")["Content-Security-Policy"]
    shown = key.get(client.session["passkey_challenge"])
    assert client.post("/signin/second/", {"credential": shown})["Location"] == "/"
    assert AuditRecord.objects.get(action="signin.entered").after["second"] == "passkey"
    client.post("/signout/")
    client.post("/signin/", enter)
    client.get("/signin/second/")
    assert client.post("/signin/second/", {"credential": shown}).status_code == 400
