"""The embedded form's own secret: made once, kept beside the data, readable by its owner only."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def _random() -> str:
    return secrets.token_urlsafe(64)


def new_signing_key() -> str:
    """A private key of the curve P-256, as 32 bytes in base64url: what Web Push servers know this installation by."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    number = secrets.randbelow(order - 1) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32)).decode().rstrip("=")


def new_rsa_key() -> str:
    """A private RSA key of 2,048 bits as PEM: what identity tokens are signed with (RS256, which every client knows)."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def kept_in(place: Path, make: Callable[[], str] = _random) -> str:
    """The secret in ``place``, made by ``make`` the first time.

    Two processes that start at once agree: the first to link its file in wins.
    """
    if not place.exists():
        made = place.with_name(f".{place.name}.{os.getpid()}")
        made.touch(mode=0o600)
        made.write_text(make())
        try:
            os.link(made, place)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return place.read_text().strip()
