"""A transaction that is tried again when the database asks for it: deadlock, lost connection, locked file.

Bounded: after a few attempts, or a few seconds, the caller gets ``Unavailable`` and may send again with the same key.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction

from protocol.errors import Unavailable

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Pauses before each further attempt, in seconds: a deadlock's other side is through within one of them.
PAUSES = (0.005, 0.02, 0.08, 0.3)
#: No further attempt after this many seconds; SQLite alone may have waited 20 for the file's lock.
ENOUGH = 5.0


def run(work: Callable[[], T]) -> T:
    """``work`` in one transaction. Inside somebody's transaction: only work, the outermost one is tried again."""
    if connection.in_atomic_block:
        return work()
    started = time.monotonic()
    for pause in (*PAUSES, None):
        try:
            with transaction.atomic():
                return work()
        except IntegrityError:
            # Another process took a unique key first; the next attempt finds its row and answers as a duplicate.
            if pause is None:
                raise
        except (OperationalError, InterfaceError) as problem:
            connection.close_if_unusable_or_obsolete()
            if pause is None or time.monotonic() - started > ENOUGH:
                raise Unavailable("The database is busy; send again with the same key.", retry_after=1.0) from problem
            log.warning("transaction tried again after: %s", problem)
        time.sleep(pause)
    raise AssertionError("unreachable")
