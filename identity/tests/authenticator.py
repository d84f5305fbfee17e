"""A security key in software: P-256, no attestation, a count that goes up; what it signs is real, maybe for another site."""

import hashlib
import json
import os
import struct

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url


class Key:
    """One credential for one site."""

    def __init__(self, origin: str, host: str) -> None:
        self.origin, self.host = origin, host
        self.id = os.urandom(32)
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.count = 0

    def create(self, challenge: str) -> str:
        """The answer to being made."""
        numbers = self.private.public_key().public_numbers()
        cose = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        known = bytes(16) + struct.pack(">H", len(self.id)) + self.id + cose
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(0x45) + known})
        said = self._said("webauthn.create", challenge)
        return self._answer(clientDataJSON=said, attestationObject=attestation)

    def get(self, challenge: str) -> str:
        """The answer to being shown."""
        self.count += 1
        data, said = self._data(0x05), self._said("webauthn.get", challenge)
        signed = self.private.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signed)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _said(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _answer(self, **parts: bytes) -> str:
        response = {name: bytes_to_base64url(value) for name, value in parts.items()}
        named = bytes_to_base64url(self.id)
        return json.dumps({"id": named, "rawId": named, "type": "public-key", "response": response})
