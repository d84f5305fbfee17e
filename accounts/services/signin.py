"""User name and password → User, throttled. The one way to sign in, for the page, the admin and the API.

Attempts are counted before the password is looked at, per user name and per address, in Django's cache; beyond the
free ones each attempt opens a longer pause. Unknown names, bots and closed accounts cost the same hash and get the
same answer as a wrong password.
"""

import hashlib
import ipaddress
import math
import threading
import time
from dataclasses import dataclass

from django.core.cache import cache

from accounts import conf
from accounts.models import User
from protocol import errors

#: Password hashes computed at once in a process: 4, because argon2 takes 100 MB for each.
_hashing = threading.BoundedSemaphore(4)
#: Seconds to wait for a turn at hashing before saying that the server is busy.
HASHING_PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Gate:
    """The counter of one user name or one address; other rooms count what else can be guessed at."""

    key: str
    free: int
    longest: int

    def enter(self) -> None:
        """Count an attempt; raises RateLimited while a pause lasts. Refused attempts are not counted."""
        forget = conf.get().attempts_forgotten_after
        cache.add(f"{self.key}:n", 0, forget)
        attempts = self._add(1)
        if attempts <= self.free:
            return
        pause = min(2 ** min(attempts - self.free - 1, 20), self.longest)
        if not cache.add(f"{self.key}:until", time.time() + pause, pause):
            self._add(-1)
            left = max(1, math.ceil(float(cache.get(f"{self.key}:until") or 0) - time.time()))
            raise errors.RateLimited(
                f"Too many attempts. Wait {left} seconds and try again.", retry_after=left, details={"scope": "signin"}
            )
        cache.touch(f"{self.key}:n", forget)

    def forgive(self) -> None:
        """The attempt succeeded and does not count."""
        self._add(-1)

    def reset(self) -> None:
        """Nothing ever happened."""
        cache.delete_many([f"{self.key}:n", f"{self.key}:until"])

    def _add(self, step: int) -> int:
        try:
            return int(cache.incr(f"{self.key}:n", step))
        except ValueError:  # it was forgotten in this very moment
            return 1


def authenticate(username: str, password: str, ip: str = "") -> User:
    """The person with this name and password; raises Unauthenticated (bad_credentials) or RateLimited."""
    limits = conf.get()
    name = Gate(
        key_of("name", User.normalize_username(username).strip().lower()),
        limits.name_free_attempts,
        limits.name_longest_pause,
    )
    address = address_gate(ip)
    if ip:
        address.enter()
    try:
        name.enter()
    except errors.RateLimited:
        if ip:
            address.forgive()
        raise
    user = _verified(username, password)
    name.reset()
    if ip:
        address.forgive()  # not reset: an attacker's own account must not buy him new attempts
    return user


def address_gate(ip: str) -> Gate:
    """The counter of an address, one for all doors: an attempt at one counts at the others."""
    limits = conf.get()
    return Gate(key_of("address", _network(ip)), limits.address_free_attempts, limits.address_longest_pause)


def _verified(username: str, password: str) -> User:
    user = User.objects.select_related("department").filter(username__iexact=username.strip()).first()
    if len(password) > conf.get().password_max_chars:
        password = ""
    if not _hashing.acquire(timeout=HASHING_PATIENCE):
        raise errors.Unavailable("Too many people sign in at once; try again.", retry_after=HASHING_PATIENCE)
    try:
        if user is None:
            User().set_password(password)  # the time that a wrong password takes
            right = False
        else:
            right = user.check_password(password)
    finally:
        _hashing.release()
    if user is None or not right or not user.is_active or user.kind != User.Kind.HUMAN:
        raise errors.Unauthenticated("The user name or the password is wrong.", code="bad_credentials")
    return user


def key_of(scope: str, value: str) -> str:
    """A key of the cache for what is counted: no name or address is kept in it."""
    return f"signin:{scope}:{hashlib.sha256(value.encode()).hexdigest()[:32]}"


def _network(ip: str) -> str:
    """An IPv4 address itself, an IPv6 address's /64: its owner has all of it."""
    try:
        address = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
