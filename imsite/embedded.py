"""The embedded form: Celery's worker and beat as threads of the one server process, on the memory broker.

The only file that knows of it. Real queue and real pauses, unlike eager mode, which runs a retry at once in the caller's
thread. Not here: what the tasks do, and anything of the scaled form, where workers and beat are processes of their own.
"""

import logging
import threading
import warnings

from celery import Celery
from celery.apps.worker import Worker
from celery.beat import EmbeddedService, Scheduler
from celery.exceptions import SecurityWarning

log = logging.getLogger(__name__)

_lock = threading.Lock()
_threads: list[threading.Thread] = []


def start(app: Celery) -> None:
    """Start worker and beat, once per process. They are daemons: they end with the process."""
    with _lock:
        if _threads:
            return
        worker = threading.Thread(target=_work, args=(app,), name="celery-worker", daemon=True)
        beat = EmbeddedService(app, thread=True, scheduler_cls=Scheduler)
        beat.name = "celery-beat"
        _threads.extend((worker, beat))
        for thread in _threads:
            thread.start()


def is_alive() -> bool:
    """Whether both threads run; ``/readyz`` asks."""
    return bool(_threads) and all(thread.is_alive() for thread in _threads)


def _work(app: Celery) -> None:
    # Who may be root is decided for the whole server, not for this thread of it.
    warnings.simplefilter("ignore", SecurityWarning)
    try:
        # "solo": tasks run in this thread, one after the other, as SQLite's one writer wants it.
        worker = Worker(
            app=app,
            hostname="embedded@parley",
            pool="solo",
            quiet=True,
            redirect_stdouts=False,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
        )
        worker.start()
    except Exception:
        log.exception("the embedded worker stopped; what runs after a commit waits until the server is started again")
