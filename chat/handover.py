"""After a commit: tell the workers which conversations moved, without ever making a sender wait.

One thread collects conversation ids and hands them to Celery at most every FLUSH_SECONDS, each once. It promises
nothing: whatever is lost here, ``chat.sweep`` finds by comparing heads. Rules of what runs then live in listeners.
"""

import logging
import threading
from collections.abc import Iterable, Mapping

from celery import current_app

from chat import tracing

#: Under load ids repeat: 50 ms turn 1,000 messages a second in one conversation into 20 tasks.
FLUSH_SECONDS = 0.05
#: Conversations waiting while the broker is away; more are left to the sweep.
MAX_WAITING = 50_000
#: Ids in one task, so that one task stays short.
MAX_IDS = 200
#: Seconds before the broker is tried again after a failure.
PAUSE_SECONDS = 5.0

log = logging.getLogger(__name__)


class HandOver:
    """The thread that hands conversations over; started by the first ``add``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[int, str] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._broken = False

    def add(self, conversations: Iterable[int]) -> None:
        """These moved. Returns at once."""
        request = tracing.get()
        with self._lock:
            if len(self._waiting) < MAX_WAITING:
                self._keep(dict.fromkeys(conversations, request))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="parley-handover", daemon=True)
                self._thread.start()
        self._wake.set()

    def waiting(self) -> int:
        """How many conversations were not handed over yet."""
        return len(self._waiting)

    def _keep(self, moved: Mapping[int, str]) -> None:
        for each, request in moved.items():
            known = self._waiting.get(each)
            self._waiting[each] = tracing.join((known, request)) if known and known != request else request

    def _run(self) -> None:
        pause = threading.Event()
        while True:
            self._wake.wait()
            self._wake.clear()
            while self._waiting:
                pause.wait(FLUSH_SECONDS if self._send() else PAUSE_SECONDS)

    def _send(self) -> bool:
        with self._lock:
            ids = list(self._waiting)[:MAX_IDS]
            taken = {each: self._waiting.pop(each) for each in ids}
        headers = {"request_id": tracing.join(taken.values())}
        try:
            current_app.send_task("chat.react", args=[ids], retry=False, ignore_result=True, headers=headers)
        except Exception as problem:
            with self._lock:
                self._keep(taken)
            if not self._broken:
                log.warning("The broker is away (%s); listeners run when it is back.", type(problem).__name__)
            self._broken = True
            return False
        if self._broken:
            log.warning("The broker is back.")
        self._broken = False
        return True


_handover = HandOver()
add = _handover.add
waiting = _handover.waiting
