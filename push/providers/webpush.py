"""Web Push (RFC 8030): encrypted for the one browser (RFC 8291), signed as this installation (RFC 8292).

The browser names the address, so the request goes through ``outgoing``, which cannot be led into this network.
"""

import os
import time
from urllib.parse import urlsplit

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from accounts import vapid
from outgoing.addresses import parse_networks
from outgoing.client import Limits, Request, fetch
from outgoing.errors import OutgoingError, Refused
from outgoing.guard import Rules
from push import conf
from push.providers import jwt
from push.providers.base import Address, Notice, Outcome, Provider, outcome_of

#: RFC 8291: one record; 4,096 bytes with everything is what push services must take.
RECORD = 4096
#: A push service may refuse a signature that lives for more than a day.
SIGNATURE_SECONDS = 12 * 3600


class WebPush(Provider):
    """Browsers, through whatever push service their vendor runs."""

    name = "webpush"
    for_devices = False

    def send(self, address: Address, notice: Notice) -> Outcome:
        """Encrypt and post it."""
        try:
            body = encrypt(msgspec.json.encode(notice.payload()), address.p256dh, address.auth)
        except (ValueError, InvalidTag) as problem:
            return Outcome("refused", f"These keys cannot be used: {problem}"[:300])
        headers = {
            "Authorization": _authorization(address.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(notice.ttl),
            "Urgency": "low" if notice.withdraw else "high",
            "Topic": notice.collapse,
        }
        request = Request(url=address.endpoint, method="POST", headers=headers, body=body)
        limits = Limits(seconds=conf.PROVIDER_SECONDS, bytes=16 * 1024, redirects=0, enough=True)
        try:
            answer = fetch(request, rules=_rules(), limits=limits)
        except Refused as problem:
            return Outcome("refused", str(problem)[:300])
        except OutgoingError as problem:
            return Outcome("retry", str(problem)[:300])
        return outcome_of(answer.status, answer.body[:200].decode(errors="replace"), answer.headers)


def encrypt(plain: bytes, p256dh: str, auth: str) -> bytes:
    """``plain`` for the holder of the key ``p256dh``, as one aes128gcm record (RFC 8188) with its header."""
    if len(plain) > RECORD - 103:
        raise ValueError("too long for one push")
    theirs = jwt.decode(p256dh)
    mine = ec.generate_private_key(ec.SECP256R1())
    shared = mine.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    point = mine.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    secret = _derive(32, shared, jwt.decode(auth), b"WebPush: info\0" + theirs + point)
    salt = os.urandom(16)
    key = _derive(16, secret, salt, b"Content-Encoding: aes128gcm\0")
    nonce = _derive(12, secret, salt, b"Content-Encoding: nonce\0")
    sealed = AESGCM(key).encrypt(nonce, plain + b"\x02", None)
    return salt + RECORD.to_bytes(4) + bytes([len(point)]) + point + sealed


def _derive(length: int, secret: bytes, salt: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def _authorization(endpoint: str) -> str:
    where = urlsplit(endpoint)
    claims = {
        "aud": f"{where.scheme}://{where.netloc}",
        "exp": int(time.time()) + SIGNATURE_SECONDS,
        "sub": conf.CONTACT,
    }
    return f"vapid t={jwt.signed(claims, vapid.get_private_key())}, k={vapid.get_public_key()}"


def _rules() -> Rules:
    networks = parse_networks(conf.OUTGOING_NETWORKS)
    return Rules(networks=networks, ports=frozenset(conf.OUTGOING_PORTS), only_https=not networks)


PROVIDER = WebPush()
