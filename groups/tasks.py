"""Celery's entry into the room: mass operations. The truth is in their rows; a task lost or come twice does nothing."""

from celery import shared_task

from groups.services import jobs


@shared_task(name="groups.run_job", acks_late=True)
def run_job(job: int, ticket: str) -> None:
    """One turn of a job; the next one waits behind what else there is to do."""
    if following := jobs.run(job=job, ticket=ticket):
        run_job.delay(job, following)


@shared_task(name="groups.sweep_jobs", acks_late=True)
def sweep_jobs() -> None:
    """Hand out jobs that are new, and those whose worker died."""
    for job, ticket in jobs.find_due():
        run_job.delay(job, ticket)


@shared_task(name="groups.forget_jobs", acks_late=True)
def forget_jobs() -> None:
    """Remove what nobody will ask about any more."""
    while jobs.forget():
        pass
