"""Tokens that leaked: found in whatever text they were seen in, and ended all together.

They are told by their prefix and their checksum, so a log, a repository or a scanner's report may be given as it is. What
was ended is refused at its next request; sockets that it opened are cut by the gateways' next look.
"""

import re
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts import policy
from accounts.actor import SYSTEM, Actor
from accounts.authentication import PREFIXES, RANDOM_CHARS, checksum, digest, is_token
from accounts.models import Token
from audit.services.recording import Change, Target, record
from protocol import errors

_SHAPE = re.compile(rf"(?:{'|'.join(PREFIXES)})[A-Za-z0-9_-]{{{RANDOM_CHARS + len(checksum(''))}}}")
#: Digests that one statement asks for.
TOGETHER = 1_000


def find(text: str) -> list[str]:
    """Every token of ours in a text, once each, in order."""
    return [each for each in dict.fromkeys(_SHAPE.findall(text)) if is_token(each)]


def revoke(*, actor: Actor, leaked: Sequence[str]) -> int:
    """End these tokens; how many were alive. Raises Forbidden. A statement and an audit record for each thousand."""
    if actor != SYSTEM and not policy.may_administer(actor):
        raise errors.Forbidden("Only an administrator ends other people's tokens.", details={"rule": "staff"})
    digests = [digest(each) for each in leaked]
    ended = 0
    for at in range(0, len(digests), TOGETHER):
        with transaction.atomic():
            alive = Token.objects.select_for_update().filter(digest__in=digests[at : at + TOGETHER], revoked_at=None)
            found = dict(alive.values_list("pk", "hint"))
            Token.objects.filter(pk__in=list(found)).update(revoked_at=timezone.now())
            if found:
                told = Change(after={"count": len(found), "hints": sorted(found.values())[:100]})
                record(actor, "tokens.revoked", Target("tokens", 0, "Leaked tokens"), told, reason="Leaked")
        ended += len(found)
    return ended
