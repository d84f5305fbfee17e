"""A row of the log as the chain, the verifier and an export see it: plain, JSON-safe, times in microseconds."""

from datetime import UTC, datetime, timedelta
from typing import Any

from audit.chain import FIELDS
from audit.models import AuditRecord

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_told(row: AuditRecord) -> dict[str, Any]:
    """The chain's FIELDS, ``previous`` and ``digest``."""
    told = {name: getattr(row, name) for name in (*FIELDS, "previous", "digest")}
    return told | {"at": (row.at - _EPOCH) // timedelta(microseconds=1)}
