"""Reading the log, for the verifier, the export and the pages that show it: by seq, never by a count of all rows."""

from collections.abc import Iterator
from typing import Any

from audit.chain import GENESIS
from audit.models import AuditHead, AuditRecord
from audit.rendering import as_told

#: Rows read at once: 2,000 records are about 2 MB.
CHUNK = 2_000


def get_head() -> tuple[int, str]:
    """Seq and digest of the last record; (0, GENESIS) of an empty log."""
    head = AuditHead.objects.filter(id=AuditHead.ONLY).first()
    return (head.seq, head.digest) if head else (0, GENESIS)


def iterate(*, until: int) -> Iterator[dict[str, Any]]:
    """The records up to ``until`` in order, as told; constant memory. What is written meanwhile is not among them."""
    after = 0
    while rows := list(AuditRecord.objects.filter(seq__gt=after, seq__lte=until).order_by("seq")[:CHUNK]):
        yield from map(as_told, rows)
        after = rows[-1].seq
