"""APNs, FCM and the gateway against servers that speak their protocols: what is said, how signed, what answers mean."""

import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import httpx
import pytest
from jwcrypto import jwk, jwt
from standardwebhooks import Webhook

from push import providers
from push.providers import Address, Notice, apns, fcm, gateway, pacing
from push.providers.base import Outcome, Provider
from push.providers.wire import Wire
from push.tests.vendors import Vendor, apple_key, google_key, pem_of, public_pem_of, trusting

NOTICE = Notice(conversation=9, seq=4, title="Launch", body="Alice: 中午发射 🚀", unread=3, ttl=600)
GONE = Notice(conversation=9, seq=4, unread=1, withdraw=True)
APPLE, GOOGLE = apple_key(), google_key()


@pytest.fixture(scope="module")
def server():
    made = Vendor()
    yield made
    made.stop()


@pytest.fixture
def vendor(server, monkeypatch, settings):
    server.taken.clear()
    server.silent, server.answer = False, lambda _: (200, {}, b"{}")
    trusting(server, monkeypatch)
    settings.PUSH_PROVIDER_SECONDS = 5
    pacing.forget()
    return server


@pytest.fixture
def apple(vendor, settings):
    settings.PUSH_APNS_KEY, settings.PUSH_APNS_KEY_ID = pem_of(APPLE), "KEY1234567"
    settings.PUSH_APNS_TEAM, settings.PUSH_APNS_TOPIC = "TEAM123456", "im.example.parley"
    settings.PUSH_APNS_URL = vendor.url
    return apns.Apns()


@pytest.fixture
def google(vendor, settings):
    account = {"project_id": "parley-1", "client_email": "push@parley-1.example", "private_key": pem_of(GOOGLE)}
    settings.PUSH_FCM_ACCOUNT = json.dumps({**account, "token_uri": f"{vendor.url}/token", "type": "service_account"})
    settings.PUSH_FCM_URL = vendor.url
    answers(vendor)
    return fcm.Fcm()


def answers(vendor, status=200, body=None, headers=None):
    """Google: a token for who asks for one, and this for messages."""
    told = json.dumps(body or {"name": "projects/parley-1/messages/1"}).encode()
    token = json.dumps({"access_token": "ya29.a", "expires_in": 3599, "token_type": "Bearer"}).encode()
    vendor.answer = lambda asked: (200, {}, token) if asked.path == "/token" else (status, headers or {}, told)


def claims_of(token, key):
    checked = jwt.JWT(key=jwk.JWK.from_pem(public_pem_of(key)), jwt=token)
    return json.loads(checked.header), json.loads(checked.claims)


def to(provider, notice=NOTICE, token="abcdef0123456789"):
    return provider.send(Address(f"{provider.name}:{token}"), notice)


def test_apple_hears_http_2_with_a_signature_and_a_collapse_id(vendor, apple):
    assert to(apple).result == "sent"
    assert to(apple, GONE).result == "sent"
    first, second = vendor.taken
    assert (first.version, first.path) == ("2", "/3/device/abcdef0123456789")
    head, claims = claims_of(first.headers["authorization"].removeprefix("bearer "), APPLE)
    assert (head["alg"], head["kid"], claims["iss"]) == ("ES256", "KEY1234567", "TEAM123456")
    assert (first.headers["apns-topic"], first.headers["apns-collapse-id"]) == ("im.example.parley", "c9")
    assert (first.headers["apns-priority"], first.headers["apns-push-type"]) == ("10", "alert")
    told = first.json()
    assert told["aps"]["alert"] == {"title": "Launch", "body": "Alice: 中午发射 🚀"}
    assert (told["aps"]["badge"], told["aps"]["thread-id"], told["conversation"], told["seq"]) == (3, "c9", 9, 4)
    assert second.json() == {
        "aps": {"badge": 1, "thread-id": "c9", "content-available": 1}, "conversation": 9, "seq": 4, "withdraw": True,
    }  # fmt: skip
    assert first.headers["authorization"] == second.headers["authorization"], "Apple refuses a new token each time"
    assert first.port == second.port, "one connection"


@pytest.mark.parametrize(
    ("status", "reason", "result"),
    [
        (410, "Unregistered", "gone"),
        (400, "BadDeviceToken", "gone"),
        (400, "DeviceTokenNotForTopic", "gone"),
        (413, "PayloadTooLarge", "refused"),
        (403, "InvalidProviderToken", "retry"),
        (404, "BadPath", "retry"),
        (429, "TooManyRequests", "retry"),
        (503, "Shutdown", "retry"),
    ],
)
def test_what_apple_says_of_a_device_and_of_the_operator(vendor, apple, status, reason, result):
    vendor.answer = lambda _: (status, {}, json.dumps({"reason": reason}).encode())
    outcome = to(apple)
    assert (outcome.result, reason in outcome.answer) == (result, True)


def test_apples_token_is_made_anew_when_it_is_too_old_for_apple(vendor, apple, monkeypatch):
    vendor.answer = lambda _: (403, {}, b'{"reason": "ExpiredProviderToken"}')
    assert to(apple).result == "retry"
    vendor.answer = lambda _: (200, {}, b"")
    assert to(apple).result == "sent"
    first, second = (asked.headers["authorization"] for asked in vendor.taken)
    assert first != second
    now = apns.time.time()
    monkeypatch.setattr(apns.time, "time", lambda: now + apns.TOKEN_SECONDS + 1)
    to(apple)
    assert vendor.taken[2].headers["authorization"] != second


def test_a_silent_connection_is_given_up_and_never_used_again(vendor, apple, settings):
    assert to(apple).result == "sent"
    settings.PUSH_PROVIDER_SECONDS, vendor.silent = 0.3, True
    assert to(apple).result == "retry"
    settings.PUSH_PROVIDER_SECONDS, vendor.silent = 5, False
    with ThreadPoolExecutor(8) as threads:
        assert {each.result for each in threads.map(lambda _: to(apple), range(40))} == {"sent"}
    ports = [asked.port for asked in vendor.taken]
    assert ports[0] == ports[1]
    assert set(ports[2:]).isdisjoint(ports[:2])


def test_nobody_there_and_a_certificate_of_somebody_else_are_tried_again(vendor, apple, settings, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    assert to(apple).result == "retry"
    assert vendor.taken == []
    settings.PUSH_APNS_URL = "https://127.0.0.1:9"
    assert to(apple).result == "retry"


def test_google_exchanges_a_signature_for_a_token_once_and_gets_its_shape(vendor, google):
    with ThreadPoolExecutor(8) as threads:
        assert {each.result for each in threads.map(lambda _: to(google), range(8))} == {"sent"}
    tokens = [asked for asked in vendor.taken if asked.path == "/token"]
    assert len(tokens) == 1
    asked = parse_qs(tokens[0].body.decode())
    assert asked["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    head, claims = claims_of(asked["assertion"][0], GOOGLE)
    assert (head["alg"], claims["iss"], claims["aud"]) == ("RS256", "push@parley-1.example", f"{vendor.url}/token")
    sent = vendor.taken[-1]
    assert (sent.path, sent.headers["authorization"]) == ("/v1/projects/parley-1/messages:send", "Bearer ya29.a")
    message = sent.json()["message"]
    assert message["notification"] == {"title": "Launch", "body": "Alice: 中午发射 🚀"}
    assert message["android"] == {
        "collapse_key": "c9", "ttl": "600s", "priority": "HIGH", "notification": {"tag": "c9", "notification_count": 3},
    }  # fmt: skip
    assert to(google, GONE).result == "sent"
    taken_away = vendor.taken[-1].json()["message"]
    assert taken_away["data"] == {"conversation": "9", "seq": "4", "unread": "1", "withdraw": "true"}
    assert "notification" not in taken_away


@pytest.mark.parametrize(
    ("status", "code", "result"),
    [
        (404, "UNREGISTERED", "gone"),
        (403, "SENDER_ID_MISMATCH", "gone"),
        (400, "INVALID_ARGUMENT", "refused"),
        (404, "", "retry"),
        (403, "PERMISSION_DENIED", "retry"),
        (429, "QUOTA_EXCEEDED", "retry"),
        (503, "UNAVAILABLE", "retry"),
    ],
)
def test_what_google_says_of_a_device_and_of_the_project(vendor, google, status, code, result):
    error = {"status": "NOT_FOUND", "details": [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError"}]}
    if code:
        error["details"][0]["errorCode"] = code
    answers(vendor, status, {"error": error}, {"retry-after": "30"})
    outcome = to(google)
    assert outcome.result == result
    assert outcome.after == (30 if status in {429, 503} else 0)


def test_google_is_asked_for_a_new_token_when_the_old_one_is_no_good(vendor, google):
    answers(vendor, 401, {"error": {"status": "UNAUTHENTICATED"}})
    assert to(google).result == "retry"
    answers(vendor)
    assert to(google).result == "sent"
    assert [asked.path == "/token" for asked in vendor.taken] == [True, False, True, False]
    vendor.answer = lambda _: (500, {}, b"")
    assert fcm.Fcm().send(Address("fcm:x"), NOTICE).answer.startswith("ValueError: no token: 500")


def test_the_operators_gateway_can_check_who_speaks_and_how_often(vendor, settings):
    settings.PUSH_GATEWAY_URL, settings.PUSH_GATEWAY_SECRET = f"{vendor.url}/sms", "whsec_c2VjcmV0LW9mLXRoZS1nYXRld2F5"
    provider = gateway.Gateway()
    assert [to(provider).result for _ in range(2)] == ["sent", "sent"]
    first, second = vendor.taken
    told = Webhook(settings.PUSH_GATEWAY_SECRET).verify(first.body, first.headers)
    assert (told["token"], told["collapse"], told["notice"]["title"]) == ("abcdef0123456789", "c9", "Launch")
    assert first.headers["webhook-id"] == second.headers["webhook-id"], "a retry is recognised"
    for status, result in ((410, "gone"), (404, "retry"), (401, "retry"), (422, "refused"), (500, "retry")):
        vendor.answer = lambda _, status=status: (status, {}, b"")
        assert to(provider).result == result


def test_providers_are_there_when_they_are_set_up():
    assert {"webpush", "fcm", "apns", "gateway", "email", "console"} <= set(providers.all_providers())
    for name in ("fcm", "apns", "gateway"):
        assert providers.get(name) is None


class Slow(Provider):
    """Counts how many are in it at once."""

    name = "slow"
    one_service = True

    def __init__(self):
        self.outcome = Outcome("sent")
        self.asked = self.now = self.most = 0

    def send(self, address, notice):
        self.asked += 1
        self.now += 1
        self.most = max(self.most, self.now)
        pacing.time.sleep(0.01)
        self.now -= 1
        return self.outcome


def test_a_provider_is_asked_as_often_as_the_operator_lets_it_be(settings):
    pacing.forget()
    settings.PUSH_CONCURRENCY, settings.PUSH_RATES = {"slow": 2}, {"slow": 2.0}
    slow = Slow()
    outcomes = [pacing.send(slow, Address("slow:x"), NOTICE, clock=lambda: 50.0) for _ in range(6)]
    assert [each.counts for each in outcomes] == [True, True, True, False, False, False]
    assert outcomes[-1].after > pacing.PATIENCE
    pacing.forget()
    settings.PUSH_RATES = {}
    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(lambda _: pacing.send(slow, Address("slow:x"), NOTICE), range(16)))
    assert ({each.result for each in done}, slow.most) == ({"sent"}, 2)


def test_who_asks_to_be_left_alone_is_left_alone(settings):
    pacing.forget()
    slow, now = Slow(), [0.0]
    slow.outcome = Outcome("retry", "429", after=30)
    assert pacing.send(slow, Address("slow:x"), NOTICE, clock=lambda: now[0]).counts
    held = pacing.send(slow, Address("slow:y"), NOTICE, clock=lambda: now[0])
    assert (held.counts, held.after, slow.asked) == (False, 30, 1)
    now[0] = 31
    assert pacing.send(slow, Address("slow:y"), NOTICE, clock=lambda: now[0]).counts


def test_what_is_no_address_of_a_service_is_an_error_like_any_other():
    with pytest.raises(httpx.HTTPError):
        Wire().post("nothing://", headers={}, content=b"")
