"""Tunables of accounts. ``settings.ACCOUNTS`` (a dict with the names below) overrides them; read at each use."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Tunables:
    """Every number that an operator may change, with its default and its reason."""

    #: "Last used" of a token or device is written at most this often: a busy SDK must not cost a write a request.
    touch_every: timedelta = timedelta(minutes=1)
    #: A renewed token's predecessor lives on this long, so that requests on their way do not fail.
    renew_grace: timedelta = timedelta(minutes=1)
    #: ``list_ended_since`` looks this much further back: a revocation may commit later than its own time stamp.
    revocation_overlap: timedelta = timedelta(seconds=15)

    #: Wrong passwords per user name before pauses begin, and the longest pause. 300 s keeps a stranger from locking
    #: somebody out for long, and still leaves him under 300 guesses a day.
    name_free_attempts: int = 5
    name_longest_pause: int = 300
    #: The same per address (/64 for IPv6); more, because an office shares one.
    address_free_attempts: int = 30
    address_longest_pause: int = 900
    #: Failures are forgotten after this long without another.
    attempts_forgotten_after: int = 3600
    #: Longer passwords are refused before hashing.
    password_max_chars: int = 1024

    #: What people may change of their own description; a company whose directory comes from elsewhere takes out names.
    own_fields: frozenset[str] = frozenset({"name", "title", "locale"})


def get() -> Tunables:
    """The tunables as they are now."""
    overrides: dict[str, Any] = getattr(settings, "ACCOUNTS", {})
    return Tunables(**overrides)
