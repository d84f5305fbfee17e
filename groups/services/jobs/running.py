"""Going on with a job. Each chunk and the cursor behind it are one commit, so that a worker may die anywhere: what was
committed is done once, what was not is done again.

A ticket says who may go on: it is passed with the hand-over and checked by every chunk. A worker that fell silent, or was
believed dead and is not, holds one that is worth nothing any more. Nothing here knows Celery: ``groups.tasks`` calls.
"""

import logging
import secrets
import time
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import timeline
from groups import conf
from groups.models import Job
from groups.services.jobs import dissolving, exporting, importing, promoting, purging, settling
from groups.services.jobs.chunks import Work, actor_of
from protocol.errors import ParleyError, Unavailable

log = logging.getLogger(__name__)

WORKS: Mapping[str, Work] = {
    Job.Kind.IMPORT: importing.work,
    Job.Kind.EXPORT: exporting.work,
    Job.Kind.ROLES: promoting.work,
    Job.Kind.DISSOLVE: dissolving.work,
    Job.Kind.PURGE: purging.work,
    Job.Kind.SETTLE: settling.work,
}
#: Jobs that one sweep hands out.
MOST = 100


class _Lost(Exception):
    """The ticket is worth nothing any more: somebody else goes on, or the job was cancelled."""


def find_due() -> list[tuple[int, str]]:
    """Jobs that nobody works on, each with a fresh ticket: new ones, and those whose worker was silent for too long."""
    now, found = timezone.now(), []
    due = Job.objects.filter(finished_at__isnull=True, ticket_until__lte=now).order_by("ticket_until")
    for pk, old in due.values_list("pk", "ticket")[:MOST]:
        fresh = secrets.token_hex(16)
        mine = Job.objects.filter(pk=pk, ticket=old, finished_at__isnull=True, ticket_until__lte=now)
        if mine.update(ticket=fresh, ticket_until=_patience(now)):
            found.append((pk, fresh))
    return found


def run(*, job: int, ticket: str) -> str:
    """Chunk after chunk, as long as one turn may take. The ticket for the next turn; "" when there is none to come."""
    until = time.monotonic() + conf.JOB_TURN
    while True:
        try:
            over = timeline.run(lambda: _chunk(job, ticket))
        except _Lost:
            return ""
        except Unavailable:
            log.warning("job %s waits: the database is busy", job)
            _put_off(job, ticket)
            return ""
        except ParleyError as refused:
            _end(job, ticket, refused.message)
            return ""
        except Exception:
            log.exception("a chunk of job %s broke", job)
            _put_off(job, ticket)
            return ""
        if over:
            return ""
        if time.monotonic() >= until:
            return _pass_on(job, ticket)


def forget() -> int:
    """Remove jobs that are long over, with their files and reports; how many."""
    old = Job.objects.filter(finished_at__lt=timezone.now() - timedelta(days=conf.JOB_DAYS))
    gone = list(old.values_list("pk", flat=True)[:MOST])
    Job.objects.filter(pk__in=gone).delete()
    return len(gone)


@transaction.atomic
def _chunk(pk: int, ticket: str) -> bool:
    """One chunk; whether it was the last."""
    now = timezone.now()
    # The write comes first: it holds the row, so that neither a cancellation nor another worker comes in between.
    moved = _held(pk, ticket).update(state=Job.State.RUNNING, ticket_until=_patience(now), attempts=0)
    if not moved:
        raise _Lost
    job = Job.objects.get(pk=pk)
    did = WORKS[job.kind](job, actor_of(job))
    job.cursor, job.done, job.refused = did.cursor, job.done + did.done, job.refused + did.refused
    if did.over:
        job.state, job.finished_at = Job.State.DONE, timezone.now()
    job.save(update_fields=["cursor", "done", "refused", "state", "finished_at", "params"])
    return did.over


def _held(pk: int, ticket: str) -> QuerySet[Job]:
    return Job.objects.filter(pk=pk, ticket=ticket, finished_at__isnull=True)


def _pass_on(pk: int, ticket: str) -> str:
    fresh = secrets.token_hex(16)
    return fresh if _held(pk, ticket).update(ticket=fresh, ticket_until=_patience(timezone.now())) else ""


def _put_off(pk: int, ticket: str) -> None:
    """Try again after a growing pause, a few times."""
    job = _held(pk, ticket).first()
    if job is None:
        return
    attempts = job.attempts + 1
    if attempts >= conf.JOB_ATTEMPTS:
        _end(pk, ticket, "The server could not go on with this. What was done is done; the rest can be started again.")
        return
    _held(pk, ticket).update(attempts=attempts, ticket="", ticket_until=timezone.now() + timedelta(seconds=2**attempts))


def _end(pk: int, ticket: str, problem: str) -> None:
    _held(pk, ticket).update(state=Job.State.FAILED, problem=problem[:500], finished_at=timezone.now())


def _patience(now: datetime) -> datetime:
    return now + timedelta(seconds=conf.JOB_PATIENCE)
