"""A company's OpenID provider on a port of this machine: real HTTP, real signatures; a test may make it lie."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "parley", "s3cret/+with signs"


class Idp:
    """What it answers is in ``claims``, ``key`` and ``header``; what it was asked is in ``asked``."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published = self.key
        self.header = {"alg": "RS256", "kid": "one"}
        self.claims: dict[str, Any] = {}
        self.userinfo: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.authorization = ""
        self.nonce = ""

    def consent(self, address: str, **claims: Any) -> dict[str, str]:
        """What somebody does there: the query with which the browser goes back."""
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        self.asked.append(asked)
        self.nonce = asked["nonce"]
        self.claims = {"sub": "248289761001", **claims}
        return {"code": "SplxlOBeZQQYbYS6WxSbIA", "state": asked["state"], "iss": self.issuer}

    def token(self) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self.nonce, **self.claims}
        said = {name: value for name, value in said.items() if value is not None}
        if self.header["alg"] in {"none", "HS256"}:
            return _forged(self.header, said, self.published.as_pem(private=False))
        return jwt.encode(self.header, said, self.key, algorithms=[self.header["alg"]])


def _forged(header: dict[str, str], said: dict[str, Any], public: bytes) -> str:
    """Without a signature, or with one made of the public key (HS256): what libraries have fallen for."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).decode().rstrip("=")

    signed = f"{part(json.dumps(header).encode())}.{part(json.dumps(said).encode())}"
    mac = hmac.new(public, signed.encode(), hashlib.sha256).digest() if header["alg"] == "HS256" else b""
    return f"{signed}.{part(mac)}"


@contextmanager
def running() -> Iterator[Idp]:
    """The provider while the test goes on."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/.well-known/openid-configuration":
                names = ("authorization", "token", "userinfo")
                self.say({f"{each}_endpoint": f"{idp.issuer}/{each}" for each in names} | {
                    "issuer": idp.issuer, "jwks_uri": f"{idp.issuer}/jwks"
                })  # fmt: skip
            elif self.path == "/jwks":
                self.say(KeySet([idp.published]).as_dict(private=False))
            else:
                self.say(idp.userinfo)

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            idp.asked.append({key: values[0] for key, values in form.items()})
            idp.authorization = self.headers.get("Authorization", "")
            self.say({"access_token": "SlAV32hkKG", "token_type": "Bearer", "id_token": idp.token()})

        def say(self, what: Any) -> None:
            body = json.dumps(what).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    idp = Idp(server.server_address[1])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield idp
    finally:
        server.shutdown()
        server.server_close()
