"""Tunables of identity. ``settings.IDENTITY`` (a dict with the names below) overrides them; read at each use."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Tunables:
    """Every number that an operator may change, with its default and its reason."""

    #: What authenticator apps show beside the code.
    issuer: str = "Parley"
    #: Wrong second factors per person before pauses begin, and the longest pause: 10^6 codes of which three are right at
    #: a time, so under 300 guesses a day find one in three years.
    code_free_attempts: int = 5
    code_longest_pause: int = 300
    #: Between the password and the second factor: long enough to find the phone.
    pending_seconds: int = 600
    #: So long after a sign-in one's factors may be changed without proving oneself again.
    fresh: timedelta = timedelta(minutes=10)
    #: A company's own network: providers may be there besides public addresses, on these ports too, and by plain http.
    networks: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    plain: bool = False


def get() -> Tunables:
    """The tunables as they are now."""
    overrides: dict[str, Any] = getattr(settings, "IDENTITY", {})
    return Tunables(**overrides)
