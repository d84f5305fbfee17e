"""Who is this? A bearer token or a session cookie becomes an Actor; both doors ask here and nowhere else.

One indexed query per answer, so a device that was signed out is refused at its next request. Live sockets are cut by
the gateways, which ask ``selectors.list_ended_since``. Synchronous: the doors run it in a lane.
"""

import base64
import hashlib
import ipaddress
import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts import conf
from accounts.actor import Actor
from accounts.models import Device, Token, User
from protocol import errors

#: Key of the device's id in a browser's session.
DEVICE_KEY = "device"
#: What tokens begin with, so that scanners find leaked ones: a person's own, a bot's, one an app got through OAuth.
TOKEN_PREFIX, BOT_PREFIX, ACCESS_PREFIX = "ply_", "plyb_", "plya_"
PREFIXES = (TOKEN_PREFIX, BOT_PREFIX, ACCESS_PREFIX)
#: 32 random bytes in URL-safe base64.
RANDOM_CHARS = 43


class Request(Protocol):
    """What of a request is read here (Django's or REST framework's)."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Header names in any case."""

    @property
    def META(self) -> Mapping[str, Any]:  # noqa: N802 - Django's name
        """The WSGI-style environment."""


def checksum(random: str) -> str:
    """Six characters that tell a mistyped or invented token from a real one without a query."""
    return base64.urlsafe_b64encode(zlib.crc32(random.encode()).to_bytes(4, "big")).decode().rstrip("=")


def digest(raw: str) -> str:
    """What is stored of a token. Plain SHA-256: 256 random bits need no slow hash."""
    return hashlib.sha256(raw.encode()).hexdigest()


def is_token(raw: str) -> bool:
    """Whether ``raw`` has the shape of a token of ours, its checksum included."""
    begin = next((len(each) for each in PREFIXES if raw.startswith(each)), 0)
    random, given = raw[begin : begin + RANDOM_CHARS], raw[begin + RANDOM_CHARS :]
    return bool(begin) and constant_time_compare(given, checksum(random))


def actor_from_token(raw: str, *, ip: str = "") -> Actor:
    """The actor behind a bearer token; raises Unauthenticated (unauthenticated, token_expired, device_revoked)."""
    if not is_token(raw):
        raise errors.Unauthenticated("This is not a valid token.")
    token = Token.objects.select_related("device__user").filter(digest=digest(raw)).first()
    if token is None:
        raise errors.Unauthenticated("This is not a valid token.")
    now = timezone.now()
    _refuse_revoked(token.device)
    if token.revoked_at is not None:
        raise errors.Unauthenticated("This token was revoked.", code="device_revoked")
    if token.expires_at is not None and token.expires_at <= now:
        raise errors.Unauthenticated("This token's time is over; renew it.", code="token_expired")
    if _is_stale(token.last_used_at, now):
        Token.objects.filter(pk=token.pk).filter(_stale("last_used_at", now)).update(last_used_at=now)
    touch(token.device, ip=ip, now=now)
    return _actor(token.device.user, token.device, token=token, ip=ip)


def actor_from_session(session: SessionBase, *, ip: str = "") -> Actor:
    """The actor of a browser's session; raises Unauthenticated when nobody signed in or the device was signed out."""
    device = device_of_session(session)
    touch(device, ip=ip, now=timezone.now())
    return _actor(device.user, device, ip=ip)


def device_of_session(session: SessionBase) -> Device:
    """The live device (with its user) that a session belongs to; raises Unauthenticated."""
    user, device = session.get(SESSION_KEY), session.get(DEVICE_KEY)
    if user is None or device is None:
        raise errors.Unauthenticated("Sign in first.")
    found = Device.objects.select_related("user").filter(pk=device, user=user).first()
    if found is None:
        raise errors.Unauthenticated("Sign in first.")
    _refuse_revoked(found)
    # A password that changed ends the sessions opened with the old one.
    if not constant_time_compare(session.get(HASH_SESSION_KEY) or "", found.user.get_session_auth_hash()):
        raise errors.Unauthenticated("Sign in again.")
    return found


def actor_from_request(request: Any) -> Actor:
    """Bearer header first, then the session cookie. A wrong token is refused and never falls back to the cookie."""
    ip = ip_of(request)
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return actor_from_token(value.strip(), ip=ip)
    session = getattr(request, "session", None)
    if session is None:
        raise errors.Unauthenticated("Sign in first.")
    return actor_from_session(session, ip=ip)


def may_enter_admin(user: User | AnonymousUser) -> bool:
    """Staff, and who bears an operators' role: it opens the admin without the power that staff have at the doors."""
    if not isinstance(user, User) or not user.is_active:
        return False
    return user.is_staff or (not user.is_superuser and bool(user.get_all_permissions()))


def ip_of(request: Request) -> str:
    """The client's address: of the connection, or behind a trusted proxy the one that it wrote last."""
    return client_ip(str(request.META.get("REMOTE_ADDR") or ""), request.headers.get("X-Forwarded-For", ""))


def client_ip(remote: str, forwarded: str = "") -> str:
    """The same for a door that has no request object. ``forwarded``: the X-Forwarded-For header. "" when unknown."""
    if getattr(settings, "BEHIND_PROXY", False) and forwarded:
        remote = forwarded.rsplit(",", 1)[-1].strip()
    try:
        return str(ipaddress.ip_address(remote))
    except ValueError:  # a Unix socket has no address
        return ""


def touch(device: Device, *, ip: str, now: datetime) -> None:
    """Note that the device was seen, at most once a minute (``conf``) or when its address changed."""
    moved = bool(ip) and ip != device.last_ip
    if not moved and not _is_stale(device.last_seen_at, now):
        return
    changes: dict[str, Any] = {"last_seen_at": now} | ({"last_ip": ip} if moved else {})
    Device.objects.filter(pk=device.pk).update(**changes)


def _refuse_revoked(device: Device) -> None:
    if device.revoked_at is not None or not device.user.is_active:
        raise errors.Unauthenticated("This device was signed out.", code="device_revoked")
    if device.paused_at is not None:
        raise errors.Unauthenticated(
            "This app is suspended.", code="device_revoked", details={"rule": "app_suspended", "app": device.app}
        )


def _actor(user: User, device: Device, *, token: Token | None = None, ip: str = "") -> Actor:
    scopes = None if token is None or token.scopes is None else frozenset(token.scopes)
    if device.app and scopes is None:
        scopes = frozenset()  # an app's seat never has its user's whole power
    return Actor(
        user=user.pk,
        name=user.name or user.username,
        device=device.pk,
        token=token.pk if token is not None else 0,
        app=device.app,
        staff=user.is_staff,
        scopes=scopes,
        ip=ip,
    )


def _is_stale(then: datetime | None, now: datetime) -> bool:
    return then is None or now - then >= conf.get().touch_every


def _stale(field: str, now: datetime) -> Q:
    return Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__lte": now - conf.get().touch_every})
