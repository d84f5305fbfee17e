"""Celery's entry into the room: what happens after commits. Fetch, call one service, try again; no rules here."""

import logging
import random
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from celery import shared_task
from django.db import connection

from chat.services import files, listening, previews, reminders, scheduled, uploads

log = logging.getLogger(__name__)

#: Attempts before the sweep takes over, with pauses of about 1, 2, 4, 8 and 16 s.
RETRIES = 5


@shared_task(name="chat.react", bind=True, max_retries=RETRIES, acks_late=True)
def react(self: Any, conversations: Sequence[int]) -> None:
    """Run the listeners over these conversations; where one failed it is tried again, the others are done."""
    failed: list[int] = []
    reason: Exception | None = None
    for conversation in conversations:
        try:
            listening.pump(conversation)
        except Exception as problem:
            log.exception("the listeners could not be run in conversation %s", conversation)
            failed.append(conversation)
            reason = problem
    failed = sorted({*failed, *listening.find_failing(conversations)})
    if failed:
        pause = 2**self.request.retries * (0.75 + random.random() / 2)  # noqa: S311 - spreading, not secrecy
        raise self.retry(args=(failed,), exc=reason, countdown=pause)


@shared_task(name="chat.sweep", acks_late=True)
def sweep() -> None:
    """Run the listeners where they stayed behind: a worker died, the broker was away, or retries were used up."""
    for conversation in listening.find_waiting():
        try:
            listening.pump(conversation)
        except Exception:
            log.exception("the listeners could not be run in conversation %s; the next sweep tries again", conversation)


@shared_task(name="chat.due", acks_late=True)
def due() -> None:
    """Send messages whose time has come, tell of reminders. The rows are the truth: what a crash left comes with the next."""
    scheduled.send_due(scheduled.find_due())
    for reminder in reminders.find_due():
        reminders.tell_due(reminder)


@shared_task(name="chat.sweep_files", acks_late=True)
def sweep_files() -> None:
    """Remove uploads that no message ever showed, and bytes that a crash left without a row."""
    if removed := files.sweep() + uploads.sweep():
        log.info("%s files removed that nobody needs", removed)


@shared_task(name="chat.preview")
def preview(conversation: int, seq: int) -> None:
    """Look up the links of a message, beside this worker: a slow site must not hold up what else waits for it."""
    if not _waiting.acquire(blocking=False):
        log.warning("too many links wait to be looked up; one goes without a preview")
        return
    _beside.submit(_preview, conversation, seq)


def _preview(conversation: int, seq: int) -> None:
    try:
        previews.make(conversation=conversation, seq=seq)
    except Exception:
        log.exception("the links of message %s in conversation %s were not looked up", seq, conversation)
    finally:
        _waiting.release()
        connection.close()


#: Two at a time, 200 waiting: previews of a burst may be lost, memory and sockets may not.
_beside = ThreadPoolExecutor(2, thread_name_prefix="parley-preview")
_waiting = threading.BoundedSemaphore(200)
