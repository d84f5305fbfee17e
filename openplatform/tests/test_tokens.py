"""Signing in over HTTP, and out again."""

from datetime import timedelta

from accounts.models import Device, Token
from accounts.services import tokens
from openplatform.models import IdempotencyRecord
from openplatform.tests.factories import PASSWORD, Caller
from openplatform.tests.test_door import is_problem


def bearing(raw: str) -> Caller:
    """Somebody with this token."""
    caller = Caller()
    caller.headers["Authorization"] = f"Bearer {raw}"
    return caller


def test_a_password_buys_a_token_on_a_device_of_its_own(alice: Caller, nobody: Caller):
    response = nobody.post("tokens", {"username": "Alice", "password": PASSWORD, "device": "Alice's script"})
    assert response.status_code == 201
    made = response.json()
    assert bearing(made["token"]).get("me").json()["device"] == made["device"]
    device = Device.objects.get(pk=made["device"])
    assert (device.name, device.user_id, device.platform) == ("Alice's script", alice.user.pk, "sdk")


def test_a_wrong_password_is_401_and_many_are_429(alice: Caller, nobody: Caller):
    wrong = {"username": "alice", "password": "guess"}
    codes = []
    for _ in range(8):
        response = nobody.post("tokens", wrong)
        codes.append(response.json()["code"])
    is_problem(nobody.post("tokens", {"username": "nobody-at-all", "password": "guess"}), 401, "bad_credentials")
    assert codes[0] == "bad_credentials"
    assert codes[-1] == "rate_limited"
    assert int(response["Retry-After"]) >= 1


def test_a_token_is_never_kept_under_a_key(alice: Caller, nobody: Caller):
    body = {"username": "alice", "password": PASSWORD}
    first, again = (nobody.post("tokens", body, key="key-0001").json()["token"] for _ in range(2))
    assert first != again
    assert not IdempotencyRecord.objects.exists()
    assert not Token.objects.filter(digest__in=[first, again]).exists()


def test_renewing_gives_another_token_on_the_same_device(alice: Caller):
    raw, old = tokens.issue(user=alice.user, device_name="kit", lifetime=timedelta(days=30))
    made = bearing(raw).post("tokens/renew").json()
    assert made["token"] != raw
    assert made["device"] == old.device_id
    assert made["expires_at"] > 0
    assert bearing(made["token"]).get("me").status_code == 200


def test_after_signing_out_the_token_is_dead(alice: Caller):
    assert alice.ask("DELETE", "tokens/current").status_code == 204
    is_problem(alice.get("me"), 401, "device_revoked")
