"""Sign in with Parley: a web page that knows who you are, by OpenID Connect (code with PKCE). Scopes ``openid``, ``profile``.

Redirect address: ``http://localhost:9000/back``. Needs httpx and joserfc.

PARLEY_URL=… CLIENT_ID=… CLIENT_SECRET=plys_… python examples/sign_in.py
"""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import make_server

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

Start = Callable[[str, list[tuple[str, str]]], Any]


class Refused(Exception):
    """This way back does not belong to the way there, or Parley did not say so."""


@dataclass
class Visit:
    """One browser: the way to Parley that it is on, then who it is."""

    state: str = ""
    nonce: str = ""
    verifier: str = ""
    person: dict[str, Any] = field(default_factory=dict)


class SignIn:
    """The web app. Visits are kept in memory; a real one keeps them where it keeps its sessions."""

    def __init__(
        self, url: str, client_id: str, client_secret: str, back: str, http: httpx.Client | None = None
    ) -> None:
        self.client_id, self.client_secret, self.back = client_id, client_secret, back
        self.http = http or httpx.Client(timeout=10)
        self.provider: dict[str, Any] = (
            self.http.get(f"{url}/.well-known/openid-configuration").raise_for_status().json()
        )
        self.keys = KeySet.import_key_set(self.http.get(self.provider["jwks_uri"]).raise_for_status().json())
        self.visits: dict[str, Visit] = {}

    def begin(self, visit: Visit) -> str:
        """Where the browser is sent."""
        visit.state, visit.nonce, visit.verifier = (secrets.token_urlsafe(32) for _ in range(3))
        digest = hashlib.sha256(visit.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.back,
            "scope": "openid profile",
            "state": visit.state,
            "nonce": visit.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        }
        return f"{self.provider['authorization_endpoint']}?{urlencode(asked)}"

    def end(self, visit: Visit, told: dict[str, str]) -> dict[str, Any]:
        """Who came back. Raises Refused. The state is good once: what is sent again finds none."""
        state, visit.state = visit.state, ""
        if not state or not hmac.compare_digest(state, told.get("state", "")):
            raise Refused("This is not the way that began here.")
        if told.get("iss", self.provider["issuer"]) != self.provider["issuer"]:
            raise Refused("Another server answered.")
        if "code" not in told:
            raise Refused(told.get("error", "There is no code."))
        sent = {"grant_type": "authorization_code", "code": told["code"], "redirect_uri": self.back}
        answer = self.http.post(
            self.provider["token_endpoint"],
            data={**sent, "code_verifier": visit.verifier},
            auth=(self.client_id, self.client_secret),
        )
        if answer.status_code != 200:
            raise Refused("The code was not taken.")
        return self._claims(answer.json()["id_token"], visit.nonce)

    def wsgi(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        """``/`` says who you are, ``/signin`` leads to Parley, ``/back`` is where it leads back to, ``/signout`` forgets."""
        name, visit = self._visit(environ)
        told = {key: values[0] for key, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        kept = ("Set-Cookie", f"visit={name}; Path=/; HttpOnly; SameSite=Lax")
        where = environ.get("PATH_INFO", "/")
        if where == "/signin":
            start("302 Found", [("Location", self.begin(visit)), kept])
            return [b""]
        if where == "/back":
            try:
                person = self.end(visit, told)
            except Refused as why:
                start("400 Bad Request", [("Content-Type", "text/plain; charset=utf-8")])
                return [str(why).encode()]
            del self.visits[name]
            name = secrets.token_urlsafe(32)  # another name than before: nobody can have set it beforehand
            self.visits[name] = Visit(person=person)
            start("302 Found", [("Location", "/"), ("Set-Cookie", f"visit={name}; Path=/; HttpOnly; SameSite=Lax")])
            return [b""]
        if where == "/signout" and environ["REQUEST_METHOD"] == "POST":
            visit.person = {}
            start("302 Found", [("Location", "/")])
            return [b""]
        start("200 OK", [("Content-Type", "text/html; charset=utf-8"), kept])
        if not visit.person:
            return [b'<a href="/signin">Sign in with Parley</a>']
        hello = f"Hello, {escape(visit.person['name'])}"
        return [f'{hello} <form method="post" action="/signout"><button>Sign out</button></form>'.encode()]

    def _claims(self, token: str, nonce: str) -> dict[str, Any]:
        """What the identity token says, when it is Parley's, for this app, now, and for this way."""
        essential: dict[str, Any] = {
            "iss": {"essential": True, "value": self.provider["issuer"]},
            "aud": {"essential": True, "value": self.client_id},
            "nonce": {"essential": True, "value": nonce},
            "exp": {"essential": True},
        }
        try:
            claims = jwt.decode(token, self.keys, algorithms=["RS256"]).claims
            jwt.JWTClaimsRegistry(**essential).validate(claims)
        except JoseError as problem:
            raise Refused("The identity token is not good.") from problem
        return {"id": claims["sub"], "name": claims.get("name", claims["sub"])}

    def _visit(self, environ: dict[str, Any]) -> tuple[str, Visit]:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("visit")
        name = found.value if found and found.value in self.visits else secrets.token_urlsafe(32)
        return name, self.visits.setdefault(name, Visit())


if __name__ == "__main__":
    env = os.environ
    app = SignIn(env["PARLEY_URL"], env["CLIENT_ID"], env["CLIENT_SECRET"], "http://localhost:9000/back")
    with make_server("localhost", 9000, app.wsgi) as server:
        server.serve_forever()
