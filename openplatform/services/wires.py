"""One signed POST to an app's address: guarded by ``outgoing``, at most three seconds, no redirect followed."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.utils import timezone

from openplatform import conf, signing
from outgoing import guard
from outgoing.addresses import parse_networks
from outgoing.client import Limits, Request, fetch
from outgoing.errors import Failed, OutgoingError, Refused
from protocol import errors

SECONDS = 3.0
LIMITS = Limits(seconds=SECONDS, bytes=64 * 1024, redirects=0, enough=True)


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: status 0 when nothing was answered; ``reason`` "" when it was 2xx."""

    status: int = 0
    ms: int = 0
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Signed(Protocol):
    """A row that says where to post and how to sign: an ``EventSubscription``, an ``Interactivity``."""

    url: Any
    signature: Any
    secret: Any
    old_secret: Any
    old_until: Any


def rules() -> guard.Rules:
    """Where deliveries may go: public addresses by https, and the networks that the operator allows."""
    tunables = conf.get()
    return guard.Rules(
        networks=parse_networks(tunables.webhook_networks),
        ports=frozenset(tunables.webhook_ports),
        only_https=not tunables.webhook_plain,
    )


def check(url: str) -> None:
    """Refuse an address that nothing would be posted to. Raises BadRequest."""
    try:
        guard.check(url, rules())
    except Refused as problem:
        raise errors.BadRequest(str(problem), details={"path": "url"}) from None
    except Failed:
        pass  # a name that does not resolve now may do so at the challenge


def post(row: Signed, name: str, body: bytes, media_type: str = "application/json") -> Tried:
    """Do it; whatever goes wrong is told, never raised."""
    began = time.monotonic()
    headers = {"Content-Type": media_type} | _headers(row, name, body)
    request = Request(row.url, method="POST", headers=headers, body=body)
    try:
        answer = fetch(request, rules=rules(), limits=LIMITS)
    except OutgoingError as problem:
        return Tried(ms=_since(began), reason=str(problem)[:200])
    good = answer.status // 100 == 2
    reason = "" if good else f"answered {answer.status}"
    return Tried(answer.status, _since(began), reason, answer.headers, answer.body)


def _headers(row: Signed, name: str, body: bytes) -> dict[str, str]:
    at = int(timezone.now().timestamp())
    secret = signing.unseal(row.secret)
    if row.signature == "slack":
        return signing.slack(secret, at=at, body=body)
    keys = [secret]
    if row.old_secret and row.old_until and row.old_until > timezone.now():
        keys.append(signing.unseal(row.old_secret))
    return signing.standard(keys, name=name, at=at, body=body)


def _since(began: float) -> int:
    return int((time.monotonic() - began) * 1000)
