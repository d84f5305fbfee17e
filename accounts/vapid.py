"""The key by which browsers' push services know this installation (RFC 8292): public to subscribe, private to sign."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings


def get_public_key() -> str:
    """The public key as browsers want it: an uncompressed point of P-256 in base64url."""
    return _public_half(settings.PUSH_PRIVATE_KEY)


def get_private_key() -> ec.EllipticCurvePrivateKey:
    """The private half."""
    return _private_half(settings.PUSH_PRIVATE_KEY)


@lru_cache(maxsize=4)
def _private_half(private: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(base64.urlsafe_b64decode(private + "=" * (-len(private) % 4)))
    return ec.derive_private_key(number, ec.SECP256R1())


@lru_cache(maxsize=4)
def _public_half(private: str) -> str:
    point = _private_half(private).public_key()
    return (
        base64.urlsafe_b64encode(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)).decode().rstrip("=")
    )
