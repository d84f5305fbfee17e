"""Signatures as the receivers' own libraries check them; secrets as they are stored."""

import json
from datetime import UTC, datetime

import pytest
from cryptography.fernet import InvalidToken
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook, WebhookVerificationError

from openplatform import signing

BODY = json.dumps({"hello": "世界"}).encode()


def now() -> int:
    return int(datetime.now(UTC).timestamp())


def test_the_stock_verifier_takes_it_and_refuses_every_change():
    secret = signing.new_secret()
    headers = signing.standard([secret], name="evt_1_1", at=now(), body=BODY)
    assert Webhook(secret).verify(BODY, headers) == {"hello": "世界"}
    for other in (
        {**headers, "webhook-id": "evt_1_2"},
        {**headers, "webhook-timestamp": str(now() - 1)},
        signing.standard([secret], name="evt_1_1", at=now() - 400, body=BODY),
        signing.standard([signing.new_secret()], name="evt_1_1", at=now(), body=BODY),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, other)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(BODY + b" ", headers)


def test_while_a_secret_is_replaced_both_hold():
    old, new = signing.new_secret(), signing.new_secret()
    headers = signing.standard([new, old], name="evt_1_1", at=now(), body=BODY)
    for secret in (old, new):
        Webhook(secret).verify(BODY, headers)


def test_slacks_own_verifier_takes_v0():
    secret = signing.new_secret()
    headers = signing.slack(secret, at=now(), body=BODY)
    assert SignatureVerifier(secret).is_valid_request(BODY, headers)
    assert not SignatureVerifier(secret).is_valid_request(BODY + b" ", headers)
    assert not SignatureVerifier(signing.new_secret()).is_valid_request(BODY, headers)


def test_a_sealed_secret_opens_with_this_servers_keys_alone(settings):
    secret = signing.new_secret()
    sealed = signing.seal(secret)
    assert secret not in sealed
    assert signing.unseal(sealed) == secret
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    with pytest.raises(InvalidToken):
        signing.unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [before]
    assert signing.unseal(sealed) == secret
