"""What a provider says of somebody, whatever its protocol: a value that ``services.joining`` makes a person of."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Ours -> the usual names of OpenID Connect; a provider's ``mapping`` takes their place.
USUAL: Mapping[str, str] = {"username": "preferred_username", "name": "name", "email": "email"}
CHARS = 255


class Untrusted(Exception):
    """What the provider sent proves nothing; the text is for the audit log and names the check that failed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """``subject``: the provider's own unchanging id. ``email_verified``: the provider says that the person reads it."""

    subject: str
    username: str = ""
    name: str = ""
    email: str = ""
    email_verified: bool = False


def read(subject: str, said: Mapping[str, Any], mapping: Mapping[str, str], *, email_verified: bool) -> Claim:
    """The claim that a provider's words make; what is no text is left out."""
    if not subject or len(subject) > CHARS:
        raise Untrusted("subject")
    names = {**USUAL, **mapping}

    def text(field: str) -> str:
        value = said.get(names[field])
        if isinstance(value, list) and value:
            value = value[0]
        return value.strip()[:CHARS] if isinstance(value, str) else ""

    return Claim(subject, text("username"), text("name"), text("email"), email_verified)
