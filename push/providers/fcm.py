"""Android, through Firebase Cloud Messaging HTTP v1: a service account's signature is exchanged for an hour's token.

A wrong project or a missing right is the operator's to mend: such answers are tried again and forget no device.
"""

import threading
import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from push import conf
from push.providers import jwt
from push.providers.base import Address, Notice, Outcome, Provider, outcome_of
from push.providers.wire import Wire

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
#: Seconds before its end at which a token is not used any more: it must outlive the request.
EARLY = 120
#: Codes of ``google.firebase.fcm.v1.FcmError``: nobody is at the token, or it was never this project's.
GONE = {"UNREGISTERED", "SENDER_ID_MISMATCH"}
REFUSED = {"INVALID_ARGUMENT"}


class Account(msgspec.Struct, frozen=True):
    """The file that Google's console gives out; other fields are passed over."""

    project_id: str
    client_email: str
    private_key: str
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


class Fcm(Provider):
    """Firebase Cloud Messaging."""

    name = "fcm"
    one_service = True

    def __init__(self) -> None:
        self._wire = Wire()
        self._lock = threading.Lock()
        self._token, self._until, self._of = "", 0.0, ""

    def is_ready(self) -> bool:
        """With a service account."""
        return bool(conf.FCM_ACCOUNT)

    def send(self, address: Address, notice: Notice) -> Outcome:
        """Post it to the project."""
        try:
            account = _account(conf.FCM_ACCOUNT)
            token = self._get_token(account)
            answer = self._wire.post(
                f"{conf.FCM_URL}/v1/projects/{account.project_id}/messages:send",
                headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
                content=msgspec.json.encode({"message": message_of(address.token, notice)}),
            )
        except (httpx.HTTPError, OSError, ValueError) as problem:
            return Outcome("retry", f"{type(problem).__name__}: {problem}"[:300])
        if answer.status_code == 401:
            self._forget(token)
        return _outcome(answer)

    def _get_token(self, account: Account) -> str:
        """One thread asks, the others wait for its answer."""
        with self._lock:
            now = time.time()
            if self._of == conf.FCM_ACCOUNT and now < self._until - EARLY:
                return self._token
            claims = {
                "iss": account.client_email,
                "scope": SCOPE,
                "aud": account.token_uri,
                "iat": int(now),
                "exp": int(now) + 3600,
            }
            assertion = jwt.signed(claims, _key(account.private_key))
            answer = self._wire.post(
                account.token_uri,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                content=f"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}".encode(),
            )
            if answer.status_code != 200:
                raise ValueError(f"no token: {answer.status_code} {answer.text[:200]}")
            told = answer.json()
            self._token, self._until = str(told["access_token"]), now + float(told["expires_in"])
            self._of = conf.FCM_ACCOUNT
            return self._token

    def _forget(self, token: str) -> None:
        with self._lock:
            if self._token == token:
                self._until = 0.0


def message_of(token: str, notice: Notice) -> dict[str, Any]:
    """FCM's message. Data values are strings there; what takes something away shows nothing."""
    data = {name: str(value).lower() if value is True else str(value) for name, value in notice.payload().items()}
    android: dict[str, Any] = {"collapse_key": notice.collapse, "ttl": f"{notice.ttl}s"}
    if notice.withdraw:
        return {"token": token, "data": data, "android": {**android, "priority": "NORMAL"}}
    shown = {"tag": notice.collapse, "notification_count": notice.unread}
    return {
        "token": token,
        "data": data,
        "notification": {"title": notice.title, "body": notice.body},
        "android": {**android, "priority": "HIGH", "notification": shown},
    }


def _outcome(answer: httpx.Response) -> Outcome:
    usual = outcome_of(answer.status_code, answer.text[:200], answer.headers)
    code = _code_of(answer)
    if code in GONE:
        return Outcome("gone", usual.answer)
    if code in REFUSED:
        return Outcome("refused", usual.answer)
    if usual.result in {"gone", "refused"}:  # a 401, 403 or 404 that does not speak of the device
        return Outcome("retry", usual.answer)
    return usual


def _code_of(answer: httpx.Response) -> str:
    """FCM's own code, which is more exact than the status beside it."""
    try:
        error = answer.json()["error"]
        codes = [each["errorCode"] for each in error.get("details", ()) if "errorCode" in each]
        return str(codes[0] if codes else error.get("status", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""


@lru_cache(maxsize=2)
def _account(told: str) -> Account:
    text = told if told.lstrip().startswith("{") else Path(told).read_text()
    return msgspec.json.decode(text, type=Account)


@lru_cache(maxsize=2)
def _key(pem: str) -> rsa.RSAPrivateKey:
    key = load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("The service account's key is not an RSA key.")
    return key


PROVIDER = Fcm()
