"""Celery entry of the open platform."""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from celery import shared_task
from django.db import connection

from openplatform.services import authorizations, deliveries, idempotency, interactions, modals, posting, whispers

log = logging.getLogger(__name__)


@shared_task(name="openplatform.forget_keys")
def forget_keys() -> None:
    """Forget answers whose key's time is over, and events older than they may be pulled. Runs by the hour."""
    idempotency.forget()
    for each in (deliveries, interactions, whispers, modals):
        each.forget()


@shared_task(name="openplatform.forget_tokens")
def forget_tokens() -> None:
    """Forget OAuth's codes and tokens whose time is over. Runs four times a day."""
    authorizations.forget_expired()


@shared_task(name="openplatform.post")
def post(subscription: int) -> None:
    """Post what waits for a subscription, beside this worker: a slow endpoint holds up neither it nor another endpoint."""
    with _lock:
        if subscription in _under_way:
            _again.add(subscription)
            return
        _under_way.add(subscription)
    _beside.submit(_post, subscription)


@shared_task(name="openplatform.post_due")
def post_due() -> None:
    """Whatever is due and not posted: after a pause, an outage of the broker, a worker that died. Runs by the clock."""
    for subscription in deliveries.find_due():
        post(subscription)


def _post(subscription: int) -> None:
    more = False
    try:
        more = posting.run(subscription=subscription)
    except Exception:
        log.exception("events of subscription %s were not posted; the clock tries again", subscription)
    finally:
        connection.close()
        with _lock:
            _under_way.discard(subscription)
            more = more or subscription in _again
            _again.discard(subscription)
    if more:
        post(subscription)


#: An endpoint that hangs takes a thread for 3 s and, after five such failures, none: 16 are held up by no few of them.
_beside = ThreadPoolExecutor(16, thread_name_prefix="parley-events")
_lock = threading.Lock()
_under_way: set[int] = set()
_again: set[int] = set()
