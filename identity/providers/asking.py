"""Requests to providers: guarded by ``outgoing``, JSON in the answer. A company's own network is allowed by settings."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from identity import conf
from identity.claims import Untrusted
from outgoing import guard
from outgoing.addresses import parse_networks
from outgoing.client import Limits, Request, fetch
from outgoing.errors import OutgoingError

LIMITS = Limits(seconds=5.0, bytes=512 * 1024, redirects=0)
FORM = "application/x-www-form-urlencoded"


def rules() -> guard.Rules:
    """Where providers may be: public addresses by https, and what the operator allows besides."""
    tunables = conf.get()
    return guard.Rules(
        networks=parse_networks(tunables.networks),
        ports=frozenset({80, 443, *tunables.ports}),
        only_https=not tunables.plain,
    )


def get(url: str, *, bearer: str = "") -> dict[str, Any]:
    """A document of the provider's. Raises Untrusted."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {bearer}"} if bearer else {})
    return _answer(Request(url, headers=headers))


def post(url: str, fields: Mapping[str, str], *, authorization: str = "") -> dict[str, Any]:
    """A form sent to the provider. Raises Untrusted."""
    headers = {"Accept": "application/json", "Content-Type": FORM}
    headers |= {"Authorization": authorization} if authorization else {}
    return _answer(Request(url, method="POST", headers=headers, body=urlencode(fields).encode()))


def _answer(request: Request) -> dict[str, Any]:
    try:
        answer = fetch(request, rules=rules(), limits=LIMITS)
        said = json.loads(answer.body) if answer.status == 200 else None
    except (OutgoingError, ValueError) as problem:
        raise Untrusted(f"unreachable: {problem}"[:200]) from None
    if not isinstance(said, dict):
        raise Untrusted(f"answered {answer.status}")
    return said
