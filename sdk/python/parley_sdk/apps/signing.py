"""Standard Webhooks: who sent it, when, and that nothing of it was changed. Several secrets hold while one is replaced."""

import base64
import hashlib
import hmac
import time
from collections.abc import Mapping, Sequence

PREFIX = "whsec_"
#: Seconds that a request may be old, or ahead of this machine's clock.
TOLERANCE = 300


class BadSignature(Exception):
    """It does not come from Parley, or came too late."""


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: float | None = None) -> str:
    """The request's id. Header names in any case. Raises BadSignature."""
    given = {name.lower(): value for name, value in headers.items()}
    try:
        name, at, signatures = (given[f"webhook-{each}"] for each in ("id", "timestamp", "signature"))
        age = abs((time.time() if now is None else now) - int(at))
    except (KeyError, ValueError):
        raise BadSignature("The signature's headers are missing.") from None
    if age > TOLERANCE:
        raise BadSignature("It is too old, or the clocks differ.")
    said = f"{name}.{at}.".encode() + body
    made = [_sign(secret, said) for secret in secrets]
    sent = [each.removeprefix("v1,") for each in signatures.split() if each.startswith("v1,")]
    if not any(hmac.compare_digest(one, other) for one in made for other in sent):
        raise BadSignature("The signature is of another secret.")
    return name


def _sign(secret: str, said: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
