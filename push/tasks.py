"""Celery's entry into the room. The truth is in the table: a task that is lost or run twice changes nothing.

No task waits or is retried: what is not due, or failed, is in the table with its time, and the sweep hands it out.
"""

from collections.abc import Sequence

from celery import shared_task

from push import conf
from push.services import delivering, mailing, probing, spreading

#: Chunks that one task spreads before it lets another one go on.
CHUNKS = 20
#: Letters in one task: each is some twenty queries and one visit to the mail server.
LETTERS = 20


@shared_task(name="push.deliver", acks_late=True)
def deliver(ids: Sequence[int]) -> None:
    """Work on these, those whose turn it is."""
    delivering.deliver(ids)


@shared_task(name="push.mail", acks_late=True)
def mail(ids: Sequence[int]) -> None:
    """Write and send these letters, those whose turn it is."""
    mailing.send(ids)


@shared_task(name="push.spread", acks_late=True)
def spread() -> None:
    """Spread messages of large conversations, some chunks; deliveries that are due go to the workers at once."""
    for _ in range(CHUNKS):
        due, more = spreading.spread_next()
        hand_out(due)
        if not more:
            return
    spread.delay()


@shared_task(name="push.sweep", acks_late=True)
def sweep() -> None:
    """Hand out what is due: retries, what waited for an ack, and whatever a crash left."""
    hand_out(delivering.find_due())
    letters = mailing.find_due()
    for start in range(0, len(letters), LETTERS):
        mail.delay(letters[start : start + LETTERS])
    if spreading.is_waiting():
        spread.delay()


@shared_task(name="push.probe", acks_late=True)
def probe(queue: str) -> None:
    """Show that this queue's worker runs; one of them also looks how pushing went."""
    probing.note(queue)
    if queue == conf.QUEUES[-1]:
        probing.measure()


@shared_task(name="push.forget", acks_late=True)
def forget() -> None:
    """Remove what nobody will ask about any more."""
    delivering.forget()
    mailing.forget()


def hand_out(ids: Sequence[int]) -> None:
    """Give deliveries to the workers, in batches."""
    for start in range(0, len(ids), conf.BATCH):
        deliver.delay(list(ids[start : start + conf.BATCH]))
