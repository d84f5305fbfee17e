"""Signed tokens as push services want them (RFC 7519): ES256 for Web Push and APNs, RS256 for Google."""

import base64
from collections.abc import Mapping
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256


def encode(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode(text: str) -> bytes:
    """The reverse."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signed(claims: Mapping[str, Any], key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, **header: str) -> str:
    """``claims`` under the signature of ``key``; the algorithm follows from the key."""
    curve = isinstance(key, ec.EllipticCurvePrivateKey)
    head = {"typ": "JWT", "alg": "ES256" if curve else "RS256", **header}
    text = ".".join(encode(msgspec.json.encode(part)) for part in (head, dict(claims)))
    if isinstance(key, ec.EllipticCurvePrivateKey):
        r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(SHA256())))
        signature = r.to_bytes(32) + s.to_bytes(32)
    else:
        signature = key.sign(text.encode(), padding.PKCS1v15(), SHA256())
    return f"{text}.{encode(signature)}"
