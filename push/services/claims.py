"""Taking deliveries for a batch, and writing what became of them: one statement each, whatever the size of the batch.

Workers never wait for each other's rows: what another one is about to take is passed over.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from chat import rows
from push import conf
from push.models import PushDelivery

#: What a batch may change of a delivery, with the types of a statement over many rows.
KEPT = {
    "state": "text", "reason": "text", "next_at": "timestamptz", "handed_at": "timestamptz", "answer": "text",
    "attempts": "integer", "done_at": "timestamptz",
}  # fmt: skip


def take(ids: Sequence[int]) -> list[PushDelivery]:
    """Those of ``ids`` whose turn it is and that nobody else works on, under a claim of their own, the oldest first."""
    now, claim = timezone.now(), uuid.uuid4().hex
    lease = now + timedelta(seconds=conf.LEASE_SECONDS)
    open_states = list(PushDelivery.OPEN)
    if rows.is_postgres():
        taken = PushDelivery.objects.raw(
            """UPDATE push_pushdelivery SET claim = %s, next_at = %s, attempts = attempts + 1
                WHERE id = ANY(ARRAY(
                    SELECT id FROM push_pushdelivery WHERE id = ANY(%s) AND state = ANY(%s) AND next_at <= %s
                    FOR NO KEY UPDATE SKIP LOCKED)) RETURNING *""",
            [claim, lease, list(ids), open_states, now],
        )
        return sorted(taken, key=lambda row: row.seq)
    turn = PushDelivery.objects.filter(pk__in=list(ids), state__in=open_states, next_at__lte=now)
    turn.update(claim=claim, next_at=lease, attempts=F("attempts") + 1)
    return list(PushDelivery.objects.filter(pk__in=list(ids), claim=claim).order_by("seq"))


def keep(batch: Sequence[PushDelivery], claim: str) -> None:
    """Write what ``batch`` says now and end its claim; rows whose claim has ended stay as they are.

    A provider's answer has an id of its own in each, so rows are seldom alike; and a statement with a case for each row
    and field took longer to make than everything else of a batch.
    """
    told = [[row.pk, *(_plain(getattr(row, name)) for name in KEPT)] for row in batch]
    source, parameters = rows.values({"id": "bigint", **KEPT}, told)
    sets = ", ".join(f"{name} = v.{name}" for name in KEPT)
    rows.write(
        f"UPDATE push_pushdelivery SET {sets}, claim = '' FROM {source}"  # noqa: S608 - names from code
        " WHERE push_pushdelivery.id = v.id AND push_pushdelivery.claim = %s",
        [*parameters, claim],
    )


def _plain(value: Any) -> Any:
    """Times as this database stores them."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
