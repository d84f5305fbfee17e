"""Celery's entry: the retention sweep, by the clock."""

from celery import shared_task

from compliance.services import retention


@shared_task(name="compliance.sweep", acks_late=True)
def sweep() -> None:
    """Go on with the sweep for a minute; the clock comes again."""
    retention.sweep()
