"""The operator's own gateway: whatever else wakes people (SMS, a vendor's service) is behind one signed POST to it.

It gave the app the token that stands here, so whether that is a telephone number, and whose, is its knowledge. Signed as
Standard Webhooks has it; ``webhook-id`` is the same for each attempt, so that a message is not paid for twice.
"""

import base64
import hashlib
import hmac
import time

import httpx
import msgspec

from push import conf
from push.providers.base import Address, Notice, Outcome, Provider, outcome_of
from push.providers.wire import Wire


class Gateway(Provider):
    """One URL with a secret."""

    name = "gateway"
    one_service = True

    def __init__(self) -> None:
        self._wire = Wire()

    def is_ready(self) -> bool:
        """With both."""
        return bool(conf.GATEWAY_URL and conf.GATEWAY_SECRET)

    def send(self, address: Address, notice: Notice) -> Outcome:
        """Post it."""
        told = {"token": address.token, "collapse": notice.collapse, "ttl": notice.ttl, "urgent": notice.urgent}
        body = msgspec.json.encode({**told, "notice": notice.payload()})
        kind = "withdraw" if notice.withdraw else "notice"
        mark = hashlib.sha256(f"{kind}:{address.endpoint}:{notice.conversation}:{notice.seq}".encode()).hexdigest()[:32]
        headers = signed(f"push_{mark}", body, conf.GATEWAY_SECRET) | {"content-type": "application/json"}
        try:
            answer = self._wire.post(conf.GATEWAY_URL, headers=headers, content=body)
        except httpx.HTTPError as problem:
            return Outcome("retry", f"{type(problem).__name__}: {problem}"[:300])
        outcome = outcome_of(answer.status_code, answer.text[:200], answer.headers)
        if answer.status_code in {401, 403, 404}:  # the operator's to mend: a gateway says 410 of a token
            return Outcome("retry", outcome.answer)
        return outcome


def signed(mark: str, body: bytes, secret: str) -> dict[str, str]:
    """Headers of Standard Webhooks; ``secret``: ``whsec_`` and base64, or any text."""
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    at = str(int(time.time()))
    digest = hmac.new(key, f"{mark}.{at}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": mark,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


PROVIDER = Gateway()
