"""How a delivery proves who sent it: Standard Webhooks, or Slack's v0. Pure: secret, id, time and bytes in, headers out.

Secrets are needed in clear to sign, so they are sealed in the database with the server's key, not hashed.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from accounts import sealing

PREFIX = "whsec_"
BOX = "webhooks"


def new_secret() -> str:
    """A secret as Standard Webhooks writes it: 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def seal(secret: str) -> str:
    """What is stored of it."""
    return sealing.seal(BOX, secret)


def unseal(sealed: str) -> str:
    """The secret again; raises cryptography's InvalidToken when the server's key is another one."""
    return sealing.unseal(BOX, sealed)


def standard(keys: Sequence[str], *, name: str, at: int, body: bytes) -> dict[str, str]:
    """Headers of Standard Webhooks, one signature for each secret: while one is replaced, both hold. ``at``: seconds."""
    said = f"{name}.{at}.".encode() + body
    made = [base64.b64encode(_mac(base64.b64decode(key.removeprefix(PREFIX)), said)).decode() for key in keys]
    return {
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(f"v1,{each}" for each in made),
    }


def slack(key: str, *, at: int, body: bytes) -> dict[str, str]:
    """Headers of Slack's v0; the secret is the text itself."""
    made = _mac(key.encode(), f"v0:{at}:".encode() + body).hex()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={made}"}


def _mac(key: bytes, said: bytes) -> bytes:
    return hmac.new(key, said, hashlib.sha256).digest()
