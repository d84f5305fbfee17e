"""What a connection's headers say: codec, credentials, origin, address. Who that is, ``accounts`` answers.

A browser sends its session cookie along with any page's socket, so a socket that lives by the cookie must come from a
page of ours. One that brings a token needs no Origin: no foreign page has it.
"""

from dataclasses import dataclass
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import parse_cookie

from accounts import authentication
from accounts.actor import Actor
from chat import policy
from chat.services import conversations
from protocol import errors
from protocol.codec import CODECS, JSON, Codec

#: What an app's token needs to be told live what its bearer is told.
SCOPE = "socket:connect"
Scope = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Credentials:
    """What came with the connection. ``own_page``: it was opened by a page of this server."""

    token: str
    session_key: str
    own_page: bool
    ip: str


def negotiate(offered: list[str]) -> tuple[Codec | None, str | None]:
    """The codec, and the sub-protocol to confirm (None when the client offered none: JSON). (None, None): no common one."""
    if not offered:
        return JSON, None
    for name in CODECS:
        if name in offered:
            return CODECS[name], name
    return None, None


def read_credentials(scope: Scope) -> Credentials:
    """What of a scope's headers matters for who it is."""
    headers = headers_of(scope)
    scheme, _, value = headers.get("authorization", "").partition(" ")
    cookies = parse_cookie(headers.get("cookie", ""))
    client = scope.get("client") or ("", 0)
    return Credentials(
        token=value.strip() if scheme.lower() == "bearer" else "",
        session_key=cookies.get(settings.SESSION_COOKIE_NAME, ""),
        own_page=is_own_page(headers, secure=scope.get("scheme") in ("wss", "https")),
        ip=authentication.client_ip(str(client[0] or ""), headers.get("x-forwarded-for", "")),
    )


def headers_of(scope: Scope) -> dict[str, str]:
    """Header names in lower case (servers differ in case)."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", [])}


def is_own_page(headers: dict[str, str], *, secure: bool) -> bool:
    """Whether Origin is this host, or one of CSRF_TRUSTED_ORIGINS."""
    origin = headers.get("origin", "")
    if not origin:
        return False
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    given = urlsplit(origin)
    # Behind a proxy the scheme seen here may be the inner one; the host is what separates pages from strangers.
    return bool(given.netloc) and given.netloc == headers.get("host", "") and (given.scheme == "https" or not secure)


def authenticate(credentials: Credentials, token: str = "") -> Actor:
    """The actor; to be run in a lane. Raises Unauthenticated, or Forbidden (origin_refused, an app without its scope)."""
    if token or credentials.token:
        actor = authentication.actor_from_token(token or credentials.token, ip=credentials.ip)
        if refused := policy.has_scope(actor, SCOPE):
            raise refused
        return actor
    if not credentials.session_key:
        raise errors.Unauthenticated("Sign in first.")
    if not credentials.own_page:
        raise errors.Forbidden("This page may not open a socket here.", code="origin_refused")
    engine = import_module(settings.SESSION_ENGINE)
    return authentication.actor_from_session(engine.SessionStore(credentials.session_key), ip=credentials.ip)


def identify(credentials: Credentials, token: str = "") -> tuple[Actor, int]:
    """Who it is, and the id of the personal conversation (made on the first visit)."""
    actor = authenticate(credentials, token)
    return actor, conversations.personal_of(actor.user).pk
