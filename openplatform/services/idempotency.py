"""The same key again is the same request: it gets the first answer and changes nothing.

The key's row is inserted in the transaction of the work itself, so the two exist together or not at all, and a rival
with the same key waits for the first one's commit at the unique constraint. Messages do not come here: their key lives
in the timeline, for good.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor
from openplatform import conf
from openplatform.models import IdempotencyRecord
from protocol import errors


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered, to be answered again. ``replayed``: this is the earlier answer."""

    status: int
    body: bytes
    replayed: bool = False


def run(*, actor: Actor, key: str, digest: bytes, work: Callable[[], tuple[int, bytes]]) -> Answer:
    """Do ``work`` once for this actor and key. A failure leaves no trace: the key may be used again.

    ``digest`` stands for all that was asked; another one under the same key raises Conflict ``key_reused``.
    """
    known = find(actor=actor, key=key, digest=digest)
    if known is not None:
        return known
    with transaction.atomic():
        record = _claim(actor, key, digest)
        if record is not None:
            record.status, record.body = work()
            record.save(update_fields=["status", "body"])
            return Answer(record.status, record.body)
    known = find(actor=actor, key=key, digest=digest)
    if known is None:  # the rival failed after all, or its time was over just now
        raise errors.Unavailable("Another request with this key was under way; send it again.", retry_after=1)
    return known


def forget() -> int:
    """Delete the records whose time is over; answers how many."""
    old = timezone.now() - conf.get().idempotency_kept
    return IdempotencyRecord.objects.filter(at__lt=old).delete()[0]


def _claim(actor: Actor, key: str, digest: bytes) -> IdempotencyRecord | None:
    try:
        with transaction.atomic():
            return IdempotencyRecord.objects.create(user_id=actor.user, app=actor.app, key=key, digest=digest)
    except IntegrityError:
        return None


def find(*, actor: Actor, key: str, digest: bytes) -> Answer | None:
    """The answer kept under the key. Raises Conflict ``key_reused`` when something else was asked."""
    record = IdempotencyRecord.objects.filter(user_id=actor.user, app=actor.app, key=key).first()
    if record is None:
        return None
    if bytes(record.digest) != digest:
        raise errors.Conflict("This Idempotency-Key was used for another request.", code="key_reused")
    return Answer(record.status, bytes(record.body), replayed=True)
