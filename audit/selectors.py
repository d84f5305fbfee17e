"""Reading the log, for the verifier, the export and the pages that show it: by seq, never by a count of all rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from audit import chain
from audit.chain import GENESIS, Finding
from audit.models import AuditHead, AuditRecord
from audit.rendering import as_told

#: Rows read at once: 2,000 records are about 2 MB.
CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: empty or 0 is any. ``target`` is "type:id"."""

    actor: int = 0
    action: str = ""
    target: str = ""
    conversation: int = 0


@dataclass(frozen=True, slots=True)
class Verified:
    """How far a check of the log has come: ``last`` (seq, digest) of ``head``, as that was when the check began."""

    last: tuple[int, str]
    head: tuple[int, str]
    findings: tuple[Finding, ...] = ()

    @property
    def done(self) -> bool:
        """Whether the whole log was looked at."""
        return self.last[0] >= self.head[0]


def get_head() -> tuple[int, str]:
    """Seq and digest of the last record; (0, GENESIS) of an empty log."""
    head = AuditHead.objects.filter(id=AuditHead.ONLY).first()
    return (head.seq, head.digest) if head else (0, GENESIS)


def iterate(*, until: int) -> Iterator[dict[str, Any]]:
    """The records up to ``until`` in order, as told; constant memory. What is written meanwhile is not among them."""
    after = 0
    while rows := _stretch(after, until):
        yield from map(as_told, rows)
        after = rows[-1].seq


def list_records(wanted: Wanted, *, before: int = 0, limit: int = 50) -> list[AuditRecord]:
    """The newest first, those with a seq below ``before`` (0: from the newest on). One query, by an index."""
    rows = AuditRecord.objects.order_by("-seq")
    if wanted.actor:
        rows = rows.filter(actor=wanted.actor)
    if wanted.action:
        rows = rows.filter(action=wanted.action)
    if wanted.target:
        kind, _, target = wanted.target.partition(":")
        rows = rows.filter(target_type=kind, target=target)
    if wanted.conversation:
        rows = rows.filter(conversation=wanted.conversation, conversation__gt=0)  # the condition of the index
    if before:
        rows = rows.filter(seq__lt=before)
    return list(rows[:limit])


def verify_on(done: Verified) -> Verified:
    """The next ``CHUNK`` of a check; with the last one also whether the log ends where its head says."""
    rows = _stretch(done.last[0], done.head[0])
    findings = list(done.findings)
    walk, last = chain.walk(map(as_told, rows), after=done.last), done.last
    while True:
        try:
            findings.append(next(walk))
        except StopIteration as end:
            last = end.value
            break
    if rows and last[0] < done.head[0]:
        return Verified(last, done.head, tuple(findings))
    findings += [*chain.check_end(last, done.head), *_beyond_head()]
    return Verified((done.head[0], last[1]), done.head, tuple(findings))


def _stretch(after: int, until: int) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(seq__gt=after, seq__lte=until).order_by("seq")[:CHUNK])


def _beyond_head() -> Iterator[Finding]:
    """A record that no head leads to. The rows are read first: a head read later leads to all that were written."""
    newest = AuditRecord.objects.aggregate(newest=Max("seq"))["newest"] or 0
    head, _ = get_head()
    if newest > head:
        yield Finding(newest, f"lies beyond the head, which says {head}")
