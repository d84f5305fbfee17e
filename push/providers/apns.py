"""iPhones and Macs, through Apple's service: HTTP/2, with a token signed by the operator's key (ES256).

Only what Apple says of a device forgets it; what it says of the operator's key is tried again until that is mended.
"""

import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from push import conf
from push.providers import jwt
from push.providers.base import Address, Notice, Outcome, Provider, outcome_of
from push.providers.wire import Wire

#: Apple refuses a token older than an hour, and a new one more often than every 20 minutes.
TOKEN_SECONDS = 40 * 60
GONE = {"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"}
REFUSED = {"PayloadTooLarge", "PayloadEmpty", "BadCollapseId", "BadExpirationDate", "BadPriority", "BadMessageId"}


class Apns(Provider):
    """Apple Push Notification service."""

    name = "apns"

    def __init__(self) -> None:
        self._wire = Wire(http2=True)
        self._lock = threading.Lock()
        self._token, self._at, self._of = "", 0.0, ("", "", "")

    def is_ready(self) -> bool:
        """With a key, whose it is, and the app's name."""
        return bool(conf.APNS_KEY and conf.APNS_KEY_ID and conf.APNS_TEAM and conf.APNS_TOPIC)

    def send(self, address: Address, notice: Notice) -> Outcome:
        """Post it to the device's path."""
        try:
            token = self._get_token()
            answer = self._wire.post(
                f"{conf.APNS_URL}/3/device/{address.token}",
                headers=headers_of(notice) | {"authorization": f"bearer {token}"},
                content=msgspec.json.encode(payload_of(notice)),
            )
        except (httpx.HTTPError, OSError, ValueError) as problem:
            return Outcome("retry", f"{type(problem).__name__}: {problem}"[:300])
        return self._outcome(answer, token)

    def _get_token(self) -> str:
        with self._lock:
            now, of = time.time(), (conf.APNS_KEY, conf.APNS_KEY_ID, conf.APNS_TEAM)
            if self._of != of or now > self._at + TOKEN_SECONDS:
                claims = {"iss": conf.APNS_TEAM, "iat": int(now)}
                self._token = jwt.signed(claims, _key(conf.APNS_KEY), kid=conf.APNS_KEY_ID)
                self._at, self._of = now, of
            return self._token

    def _outcome(self, answer: httpx.Response, token: str) -> Outcome:
        usual = outcome_of(answer.status_code, answer.text[:200], answer.headers)
        reason = _reason_of(answer)
        if reason in GONE or answer.status_code == 410:
            return Outcome("gone", usual.answer)
        if reason == "ExpiredProviderToken":
            with self._lock:
                if self._token == token:
                    self._at = 0.0
        if usual.result in {"gone", "refused"} and reason not in REFUSED:
            return Outcome("retry", usual.answer)
        return usual


def headers_of(notice: Notice) -> dict[str, str]:
    """How Apple is to treat it. What is taken away has the same collapse id: a device that was off gets that alone."""
    return {
        "apns-topic": conf.APNS_TOPIC,
        "apns-push-type": "alert",
        "apns-priority": "5" if notice.withdraw else "10",
        "apns-expiration": str(int(time.time()) + notice.ttl),
        "apns-collapse-id": notice.collapse,
    }


def payload_of(notice: Notice) -> dict[str, Any]:
    """Apple's part under ``aps``, and what every client reads beside it."""
    aps: dict[str, Any] = {"badge": notice.unread, "thread-id": notice.collapse}
    if notice.withdraw:
        aps["content-available"] = 1
    else:
        aps |= {"alert": {"title": notice.title, "body": notice.body}, "sound": "default", "mutable-content": 1}
        if notice.urgent:
            aps["interruption-level"] = "time-sensitive"
    told = {name: value for name, value in notice.payload().items() if name not in {"title", "body", "unread"}}
    return {"aps": aps, **told}


def _reason_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["reason"])
    except (ValueError, KeyError, TypeError):
        return ""


@lru_cache(maxsize=2)
def _key(told: str) -> ec.EllipticCurvePrivateKey:
    pem = told if "-----BEGIN" in told else Path(told).read_text()
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("Apple's keys are keys of P-256.")
    return key


PROVIDER = Apns()
