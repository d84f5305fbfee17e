import time
from datetime import timedelta

import pyotp
import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Device, User
from accounts.services import users
from accounts.tests.factories import PASSWORD, actor_of, person, sign_in
from audit.models import AuditRecord
from identity.models import Factor
from identity.services import factors, rules
from identity.tests.factories import app_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return person("alice")


def enter(client: Client, **more):
    return client.post("/signin/", {"username": "alice", "password": PASSWORD, **more})


def demand(days: int) -> None:
    grace = User.objects.filter(username="grace").first() or person("grace", is_staff=True)
    rules.put(actor=actor_of(grace), scope="all", grace_days=days)


def test_the_password_alone_opens_nothing(client, alice):
    app, _ = app_of(alice)
    answer = enter(client, next="/?c=5")
    assert (answer.status_code, answer["Location"]) == (302, "/signin/second/")
    assert not Device.objects.exists()
    assert client.get("/")["Location"].startswith("/signin/")
    page = client.get("/signin/second/").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert "<script" not in page
    wrong = client.post("/signin/second/", {"code": "000000"})
    assert wrong.status_code == 400
    assert 'role="alert"' in wrong.content.decode()
    right = client.post("/signin/second/", {"code": app.now()})
    assert right["Location"] == "/?c=5"
    assert client.get("/").status_code == 200
    entered = AuditRecord.objects.get(action="signin.entered")
    assert entered.after == {"door": "password", "second": "totp"}


def test_nobody_comes_to_the_second_step_without_the_first(client, alice):
    app, codes = app_of(alice)
    for code in (app.now(), codes[0]):
        assert client.post("/signin/second/", {"code": code})["Location"] == "/signin/"
        assert client.post("/signin/setup/", {"code": code})["Location"] == "/security/"
    assert not Device.objects.exists()


def test_waiting_ends_with_time_a_new_password_or_a_closed_account(client, alice):
    app, _ = app_of(alice)
    enter(client)
    with time_machine.travel(timezone.now() + timedelta(minutes=11), tick=True):
        assert client.post("/signin/second/", {"code": app.at(time.time())})["Location"] == "/signin/"
    enter(client)
    users.set_password(actor=actor_of(alice), user=alice, password="another horse battery")
    assert client.post("/signin/second/", {"code": app.now()})["Location"] == "/signin/"
    assert not Device.objects.exists()


def test_the_second_step_is_throttled_and_wants_its_csrf_token(client, alice):
    app, _ = app_of(alice)
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/signin/second/", {"code": app.now()}).status_code == 403
    enter(client)
    for _ in range(6):
        client.post("/signin/second/", {"code": "000000"})
    slow = client.post("/signin/second/", {"code": app.now()})
    assert slow.status_code == 429
    assert int(slow["Retry-After"]) >= 1


def test_who_must_have_one_sets_it_up_before_the_session_opens(client, alice):
    demand(0)
    assert enter(client, next="/?c=7")["Location"] == "/signin/setup/"
    page = client.get("/signin/setup/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert "公司要求" in page
    assert "data:image/svg+xml" in page
    assert not Device.objects.exists()
    assert client.post("/signin/setup/", {"code": "000000"}).status_code == 400
    app = pyotp.TOTP(factors.begin_app(user=alice))
    done = client.post("/signin/setup/", {"code": app.now()}).content.decode()
    assert done.count("<li>") == 10
    assert 'href="/?c=7"' in done
    assert client.get("/").status_code == 200


def test_in_the_days_of_grace_one_may_go_on(client, alice):
    demand(5)
    assert enter(client, next="/?c=7")["Location"] == "/signin/setup/?next=%2F%3Fc%3D7"
    page = client.get("/signin/setup/?next=/?c=7").content.decode()
    assert 'href="/?c=7"' in page
    assert "From 20" in page
    assert 'href="/"' in client.get("/signin/setup/?next=//evil.example/").content.decode()
    assert client.get("/").status_code == 200


def test_ones_own_page_asks_again_after_a_while(client, alice):
    app, _ = app_of(alice)
    sign_in(client, alice)
    mine = Factor.objects.get().pk
    assert "Show that it is you" in client.get("/security/").content.decode()
    client.post("/security/", {"do": "remove", "factor": mine})
    assert Factor.objects.exists()
    assert client.post("/security/", {"code": "000000"}).status_code == 400
    assert client.post("/security/", {"code": app.now()})["Location"] == "/security/"
    assert "Recovery codes left: 10" in client.get("/security/").content.decode()
    assert client.post("/security/", {"do": "codes"}).content.decode().count("<li>") == 10
    demand(5)
    assert client.post("/security/", {"do": "remove", "factor": mine}).status_code == 409
    rules.FactorRule.objects.all().delete()
    client.post("/security/", {"do": "remove", "factor": mine})
    assert not Factor.objects.exists()
    assert "There is no second step yet" in client.get("/security/").content.decode()


def test_who_has_none_shows_the_password_and_charlie_touches_only_his_own(client, alice):
    app_of(alice)
    sign_in(client, person("charlie"))
    assert client.get("/signin/setup/")["Location"] == "/security/"
    assert client.post("/security/", {"password": "nonsense"}).status_code == 400
    assert client.post("/security/", {"password": PASSWORD})["Location"] == "/security/"
    client.post("/security/", {"do": "remove", "factor": Factor.objects.get().pk})
    assert Factor.objects.count() == 1
    assert client.get("/signin/setup/").status_code == 200


def test_a_token_for_a_password_wants_the_code_too(client, alice):
    app, _ = app_of(alice)
    ask = {"username": "alice", "password": PASSWORD}
    refused = client.post("/api/v1/tokens", ask, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (401, "second_factor_required")
    given = client.post("/api/v1/tokens", {**ask, "code": app.now()}, content_type="application/json")
    assert given.status_code == 201
    assert AuditRecord.objects.get(action="signin.entered").after["second"] == "totp"
