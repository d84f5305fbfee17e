"""Web Push against a real server that a browser could have named: decrypted by a stock library, signed, guarded, told apart."""

import base64
import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from accounts import vapid
from push import providers
from push.providers import Address, Notice
from push.providers.base import outcome_of, seconds_of
from push.providers.jwt import decode
from push.tests.factories import Browser

NOTICE = Notice(conversation=9, seq=4, title="Launch", body="Alice: 中午发射 🚀", unread=3, ttl=600)


def send(service, notice=NOTICE, browser=None):
    browser = browser or Browser()
    return providers.get("webpush").send(Address(f"{service.url}/x", browser.p256dh, browser.auth), notice)


def test_a_browser_can_read_it_and_the_service_knows_how_to_treat_it(service):
    browser = Browser()
    assert send(service, browser=browser).result == "sent"
    [(path, headers, body)] = service.taken
    told = {"conversation": 9, "seq": 4, "unread": 3, "title": "Launch", "body": "Alice: 中午发射 🚀"}
    assert (path, browser.read(body)) == ("/x", told)
    assert "中午".encode() not in body
    assert headers["content-encoding"] == "aes128gcm"
    assert (headers["ttl"], headers["urgency"], headers["topic"]) == ("600", "high", "c9")


def test_another_browser_cannot_read_it(service):
    send(service)
    with pytest.raises(http_ece.ECEException):
        Browser().read(service.taken[0][2])


def test_it_is_signed_by_this_installation_for_this_service(service):
    send(service)
    scheme, _, rest = service.taken[0][1]["authorization"].partition(" t=")
    token, _, key = rest.partition(", k=")
    assert (scheme, key) == ("vapid", vapid.get_public_key())
    head, claims, signature = token.split(".")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(key))
    raw = decode(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(SHA256()))
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert said["aud"] == service.url
    assert said["sub"].startswith("mailto:")


@pytest.mark.parametrize(
    ("status", "result"),
    [(201, "sent"), (404, "gone"), (410, "gone"), (429, "retry"), (500, "retry"), (413, "refused")],
)
def test_answers_are_told_apart(service, status, result):
    service.answer = lambda _: (status, {"Retry-After": "77"})
    outcome = send(service)
    assert outcome.result == result
    assert outcome.after == (77 if result == "retry" else 0)


def test_a_service_that_hangs_or_breaks_off_is_tried_again(service, settings):
    settings.PUSH_PROVIDER_SECONDS = 0.2
    service.pause = 1
    assert send(service).result == "retry"
    service.pause, service.half_open = 0, True
    assert send(service).result == "retry"
    service.stop()
    assert send(service).result == "retry"


@pytest.mark.parametrize(
    "endpoint", ["https://127.0.0.1/x", "https://10.0.0.1/x", "http://1.1.1.1/x", "https://[::1]/"]
)
def test_a_browser_cannot_lead_the_server_into_its_own_network(endpoint):
    browser = Browser()
    outcome = providers.get("webpush").send(Address(endpoint, browser.p256dh, browser.auth), NOTICE)
    assert outcome.result == "refused"


def test_keys_that_are_none_and_notices_that_are_too_long_are_refused(service):
    assert providers.get("webpush").send(Address(service.url, "AAAA", "AAAA"), NOTICE).result == "refused"
    assert send(service, Notice(conversation=1, seq=1, body="x" * 5000)).result == "refused"
    assert service.taken == []


def test_the_console_is_there_when_it_is_wanted(settings, caplog):
    settings.PUSH_CONSOLE = False
    assert providers.get("console") is None
    settings.PUSH_CONSOLE = True
    assert providers.get("console").send(Address("console:my-device"), NOTICE).result == "sent"
    assert "my-device" in caplog.text


def test_withdrawing_says_no_words():
    assert Notice(conversation=9, seq=4, unread=1, withdraw=True).payload() == {
        "conversation": 9, "seq": 4, "unread": 1, "withdraw": True,
    }  # fmt: skip


def test_statuses_and_retry_after():
    assert outcome_of(503, "busy", {}).answer == "503 busy"
    assert seconds_of("Wed, 21 Oct 2026 07:28:00 GMT") == 0
    assert seconds_of("999999999") == 24 * 3600
