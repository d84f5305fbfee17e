"""Celery entry of the open platform."""

from celery import shared_task

from openplatform.services import idempotency


@shared_task(name="openplatform.forget_keys")
def forget_keys() -> None:
    """Forget answers whose key's time is over. Runs by the hour."""
    idempotency.forget()
