"""OpenID Connect, as the relying party: the authorization code flow with PKCE, state and nonce; the ID token checked.

Discovery and keys are kept in the cache for ten minutes; an unknown key is looked up once more.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from django.core.cache import cache
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from identity import claims
from identity.claims import Claim, Untrusted
from identity.models import Provider
from identity.providers import asking

#: By keys that only the provider has: "none", and HMAC with what the client knows too, are not among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
KEEP_SECONDS = 600
#: Clocks differ.
LEEWAY_SECONDS = 60
SCOPE = "openid profile email"


@dataclass(frozen=True, slots=True)
class Begun:
    """Where to send the browser, and what must be known again when it comes back."""

    url: str
    nonce: str
    verifier: str


def begin(provider: Provider, *, back: str, state: str) -> Begun:
    """Send somebody away. Raises Untrusted when the provider's document cannot be had."""
    nonce, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": provider.client,
        "redirect_uri": back,
        "scope": SCOPE,
        "state": state,
        "nonce": nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    where = _endpoint(discover(provider.address), "authorization_endpoint")
    return Begun(f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", nonce, verifier)


def finish(
    provider: Provider, secret: str, answer: Mapping[str, str], *, back: str, nonce: str, verifier: str
) -> Claim:
    """What the provider says of who came back with ``answer``. Raises Untrusted."""
    if "error" in answer:
        raise Untrusted(f"refused: {answer['error']}"[:120])
    if answer.get("iss", provider.address) != provider.address:  # RFC 9207: another provider's answer
        raise Untrusted("iss")
    document = discover(provider.address)
    basic = base64.b64encode(f"{quote(provider.client)}:{quote(secret)}".encode()).decode()
    fields = {"grant_type": "authorization_code", "code": answer.get("code", ""), "redirect_uri": back}
    fields |= {"code_verifier": verifier}
    authorization = f"Basic {basic}"
    if not secret:
        fields |= {"client_id": provider.client}
        authorization = ""
    elif "client_secret_basic" not in document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"]):
        fields |= {"client_id": provider.client, "client_secret": secret}
        authorization = ""
    given = asking.post(_endpoint(document, "token_endpoint"), fields, authorization=authorization)
    said = verify(provider, str(given.get("id_token", "")), nonce=nonce)
    if "email" not in said and document.get("userinfo_endpoint") and isinstance(given.get("access_token"), str):
        more = asking.get(_endpoint(document, "userinfo_endpoint"), bearer=given["access_token"])
        if more.get("sub") != said["sub"]:
            raise Untrusted("userinfo sub")
        said = {**more, **said}
    verified = said.get("email_verified") is True
    return claims.read(said["sub"], said, provider.mapping, email_verified=verified)


def verify(provider: Provider, token: str, *, nonce: str) -> dict[str, Any]:
    """The claims of an ID token that this provider signed for us, just now, for this one request. Raises Untrusted."""
    said = _signed(provider.address, token)
    if said.get("iss") != provider.address:
        raise Untrusted("iss")
    audience = said.get("aud")
    audience = [audience] if isinstance(audience, str) else audience
    if not isinstance(audience, list) or provider.client not in audience:
        raise Untrusted("aud")
    if said.get("azp", provider.client) != provider.client or (len(audience) > 1 and "azp" not in said):
        raise Untrusted("azp")
    now = time.time()
    until, made = said.get("exp"), said.get("iat")
    if not isinstance(until, int | float) or until + LEEWAY_SECONDS < now:
        raise Untrusted("exp")
    if not isinstance(made, int | float) or made - LEEWAY_SECONDS > now:
        raise Untrusted("iat")
    if not nonce or said.get("nonce") != nonce:
        raise Untrusted("nonce")
    if not isinstance(said.get("sub"), str):
        raise Untrusted("sub")
    return said


def discover(issuer: str) -> dict[str, Any]:
    """The provider's document, which must name the issuer that was asked for."""
    document = _kept(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if document.get("issuer") != issuer:
        raise Untrusted("issuer of the document")
    return document


def _signed(issuer: str, token: str) -> dict[str, Any]:
    keys = _endpoint(discover(issuer), "jwks_uri")
    for fresh in (False, True):
        try:
            key_set = KeySet.import_key_set(_kept(keys, fresh=fresh))  # type: ignore[arg-type]
            return dict(jwt.decode(token, key_set, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, TypeError, KeyError) as problem:
            if fresh:
                raise Untrusted(f"signature: {type(problem).__name__}") from None
    raise AssertionError("unreachable")


def _kept(url: str, *, fresh: bool = False) -> dict[str, Any]:
    key = f"oidc:{hashlib.sha256(url.encode()).hexdigest()[:32]}"
    # A forged token must not make this server ask the provider at every try.
    if fresh and not cache.add(f"{key}:fresh", 1, 10):
        fresh = False
    found: dict[str, Any] | None = None if fresh else cache.get(key)
    if found is None:
        found = asking.get(url)
        cache.set(key, found, KEEP_SECONDS)
    return found


def _endpoint(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise Untrusted(f"no {name}")
    return value
