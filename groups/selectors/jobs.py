"""What is shown of jobs: one's own to who started them, all of them to operators. Never anybody else's."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async

from groups.models import Job, JobPart, JobRefusal
from protocol.errors import Conflict, NotFound

#: What no database can hold.
TOO_MUCH = 2**63


def get_job(user: int, job: int) -> Job:
    """One of the person's own jobs. Raises NotFound, also for somebody else's."""
    found = Job.objects.filter(pk=job, by=user).first() if job < TOO_MUCH else None
    if found is None:
        raise NotFound("There is no such job.")
    return found


def list_jobs(user: int, conversation: int = 0, after: int = 0, limit: int = 50) -> list[Job]:
    """The person's own jobs, the newest first; those older than the id ``after``; of one group."""
    rows = Job.objects.filter(by=user).order_by("-pk")
    if conversation:
        rows = rows.filter(conversation=conversation)
    return list((rows.filter(pk__lt=after) if after else rows)[:limit])


def list_all_jobs(after: int = 0, limit: int = 50) -> list[Job]:
    """Everybody's jobs, for operators: who asks has seen to the permission."""
    rows = Job.objects.order_by("-pk")
    return list((rows.filter(pk__lt=after) if after else rows)[:limit])


def list_refusals(job: Job, after: int = 0, limit: int = 50) -> list[JobRefusal]:
    """What the job did not do, by row after ``after``."""
    return list(JobRefusal.objects.filter(job=job, row__gt=after).order_by("row")[:limit])


def file_of(job: Job, *, is_async: bool) -> Iterator[bytes] | AsyncIterator[bytes]:
    """The file that the job made, piece by piece, as the server at hand wants it. Raises Conflict while there is none."""
    if job.kind != Job.Kind.EXPORT or job.state != Job.State.DONE:
        raise Conflict("The job has made no file.", details={"rule": "no_file"})
    pieces = _pieces(job)
    return _later(pieces) if is_async else pieces


def _pieces(job: Job) -> Iterator[bytes]:
    made = JobPart.objects.filter(job=job, of=JobPart.Of.MADE)
    for position in list(made.order_by("position").values_list("position", flat=True)):
        yield bytes(made.get(position=position).data)


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    def following() -> bytes:
        return next(pieces, b"")

    while piece := await sync_to_async(following)():
        yield piece
