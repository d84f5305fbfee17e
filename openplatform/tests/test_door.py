"""Who may come in, how fast, and what an error looks like, whatever the resource."""

import pytest
from django.db import OperationalError
from django.test import Client

from accounts import selectors
from accounts.services import devices, tokens
from accounts.tests.factories import sign_in
from openplatform.tests.factories import Caller
from protocol import errors

SHAPE = {"type", "title", "status", "code", "detail", "details", "request_id"}


def is_problem(response, status: int, code: str) -> dict:
    """Assert that ``response`` is this problem, and return it."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert set(problem) == SHAPE
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:parley:error:{code}")
    assert problem["request_id"] == response["X-Request-ID"]
    assert problem["code"] in errors.CODES
    return problem


def test_a_token_says_who_is_asking(alice: Caller):
    answer = alice.get("me").json()
    assert answer["person"]["username"] == "alice"
    assert answer["device"] == alice.token.device_id


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_is_no_address_is_a_problem_never_a_page_or_a_redirect(nobody: Caller, method: str):
    for address in ("nothing", "nothing/", "me/nothing", "conversations/x", "%2e%2e/admin"):
        is_problem(nobody.ask(method, address), 404, "not_found")


def test_without_a_sign_in_the_answer_is_401_and_says_how(nobody: Caller):
    response = nobody.get("me")
    is_problem(response, 401, "unauthenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="parley"'


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Bearer ply_x", "Basic YWxpY2U6eA==", "Bearer ply_" + "a" * 49, "é"]
)
def test_a_wrong_credential_is_401(nobody: Caller, header: str):
    is_problem(nobody.get("me", Authorization=header), 401, "unauthenticated")


def test_a_revoked_device_is_refused_at_its_next_request(alice: Caller):
    assert alice.ask("DELETE", f"devices/{alice.token.device_id}").status_code == 204
    is_problem(alice.get("me"), 401, "device_revoked")


def test_a_session_reads_without_and_writes_only_with_its_csrf_token(alice: Caller):
    browser = Client(enforce_csrf_checks=True)
    device = sign_in(browser, alice.user)
    assert browser.get("/api/v1/me").json()["device"] == device.pk
    refused = browser.delete(f"/api/v1/devices/{alice.token.device_id}")
    assert is_problem(refused, 403, "not_allowed")["details"] == {"rule": "csrf"}
    token = "a" * 32
    browser.cookies["csrftoken"] = token
    assert browser.delete(f"/api/v1/devices/{alice.token.device_id}", headers={"X-CSRFToken": token}).status_code == 204


def test_a_wrong_token_does_not_fall_back_to_the_session(alice: Caller):
    browser = Client()
    sign_in(browser, alice.user)
    is_problem(browser.get("/api/v1/me", headers={"Authorization": "Bearer ply_x"}), 401, "unauthenticated")


@pytest.mark.parametrize("address", ["", "nothing", "conversations/abc", "me/more", "users/99999999999999999999"])
def test_an_unknown_address_is_a_problem_and_no_page(alice: Caller, nobody: Caller, address: str):
    for caller in (alice, nobody):
        for method in ("GET", "POST", "OPTIONS"):
            is_problem(caller.ask(method, address), 404, "not_found")
    is_problem(alice.client.get("/api/"), 404, "not_found")
    is_problem(alice.client.get("/api/v2/me"), 404, "not_found")


def test_a_final_slash_is_welcome_and_never_redirected(alice: Caller):
    assert alice.get("me/").status_code == 200


def test_a_wrong_method_is_405_and_names_the_right_ones(alice: Caller):
    response = alice.ask("PUT", "me")
    is_problem(response, 405, "invalid")
    assert response["Allow"] == "GET, PATCH, HEAD, OPTIONS"
    is_problem(alice.ask("OPTIONS", "me"), 405, "invalid")


def test_accept_does_not_matter(alice: Caller):
    assert alice.get("me", Accept="text/html").headers["Content-Type"] == "application/json"


def test_another_media_type_is_415(nobody: Caller):
    response = nobody.client.post("/api/v1/tokens", "username=alice", content_type="application/x-www-form-urlencoded")
    is_problem(response, 415, "invalid")


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        (b"{", "malformed", None),
        (b"\xff\xfe", "malformed", None),
        (b"[" * 100_000, "invalid", None),
        (b"[]", "invalid", None),
        (b"{}", "invalid", None),
        (b'{"username":1,"password":"x"}', "invalid", "username"),
        (b'{"username":"a","password":"x","more":1}', "invalid", None),
        (b'{"username":"a\\u0000","password":"x"}', "invalid", None),
    ],
)
def test_a_wrong_body_is_400_and_says_where(nobody: Caller, body: bytes, code: str, path: str | None):
    response = nobody.client.generic("POST", "/api/v1/tokens", body, content_type="application/json")
    problem = is_problem(response, 400, code)
    assert problem["details"].get("path") == path


def test_a_body_over_the_limit_is_413(nobody: Caller, settings):
    settings.OPENPLATFORM = {"api_max_body": 100}
    response = nobody.post("tokens", {"username": "a" * 200, "password": "x"})
    assert is_problem(response, 413, "too_large")["details"] == {"limit": 100}


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "limit=x", "limit=1&limit=2", "more=1", "query=%00"])
def test_a_wrong_query_is_400(alice: Caller, query: str):
    is_problem(alice.get(f"users?{query}"), 400, "invalid")


def test_too_many_requests_are_429_with_the_wait(alice: Caller, bob: Caller, settings):
    settings.OPENPLATFORM = {"api_rate": 0.1, "api_burst": 2}
    first = alice.get("me")
    assert (first["RateLimit-Limit"], first["RateLimit-Remaining"], first["RateLimit-Reset"]) == ("2", "1", "10")
    alice.get("me")
    refused = alice.get("me")
    problem = is_problem(refused, 429, "rate_limited")
    assert 9 <= int(refused["Retry-After"]) <= 10
    assert 9 < problem["details"]["retry_after"] <= 10
    assert bob.get("me").status_code == 200


def test_a_failure_of_ours_is_a_problem_without_its_text(alice: Caller, monkeypatch):
    def fail(_):
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(selectors, "get_user", fail)
    response = alice.get("me")
    assert "secret" not in str(is_problem(response, 500, "internal"))


def test_a_database_that_is_away_is_503_and_worth_a_retry(alice: Caller, monkeypatch):
    def fail(_):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr(selectors, "get_user", fail)
    response = alice.get("me")
    is_problem(response, 503, "unavailable")
    assert response["Retry-After"] == "1"


def test_the_callers_request_id_is_kept_when_it_is_one(alice: Caller):
    assert alice.get("me", **{"X-Request-ID": "trace-0001"})["X-Request-ID"] == "trace-0001"
    assert len(alice.get("me", **{"X-Request-ID": "a b\nc"})["X-Request-ID"]) == 32


def test_answers_are_never_cached_or_sniffed(alice: Caller):
    response = alice.get("me")
    assert response["Cache-Control"] == "no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_host_that_is_not_ours_gets_a_problem_too(alice: Caller):
    response = alice.get("me", Host="evil.example")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_an_app_has_one_share_of_a_route_however_many_people_it_acts_for(alice: Caller, bob: Caller, settings):
    settings.OPENPLATFORM = {"app_rate": 0.01, "app_burst": 3}
    for caller in (alice, bob):
        seat = devices.register(user=caller.user, platform="app", name="Builds", app=7)
        raw, _ = tokens.issue_for(device=seat, scopes=["users:read"], prefix="plya_")
        caller.headers["Authorization"] = f"Bearer {raw}"
    left = [each.get("me")["RateLimit-Remaining"] for each in (alice, bob, alice)]
    assert left == ["2", "1", "0"]
    refused = bob.get("me")
    is_problem(refused, 429, "rate_limited")
    assert (refused["RateLimit-Limit"], refused["RateLimit-Remaining"]) == ("3", "0")
    assert int(refused["Retry-After"]) >= 1
    assert bob.get("users").status_code == 200  # another route has its own
