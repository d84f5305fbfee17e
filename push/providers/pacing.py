"""How much one provider is asked at once, and how fast; and that it is left alone when it asks for that.

Kept in the worker's process: several workers together ask as many times as much. What has to wait for long goes back to
the ledger and does not count as an attempt.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from push import conf
from push.providers.base import Address, Notice, Outcome, Provider

#: Seconds that a thread waits for its turn; whatever is further away is nothing to hold a worker for.
PATIENCE = 1.0


@dataclass(slots=True)
class Pace:
    """One provider's: how many are on their way, when the next may go, and until when none."""

    busy: int = 0
    next_at: float = 0.0
    held_until: float = 0.0
    lock: threading.Condition = field(default_factory=threading.Condition)

    def take(self, limit: int, rate: float, now: float) -> float:
        """Reserve a turn: seconds until it comes; below 0: none now, look again after that many."""
        with self.lock:
            if self.held_until > now:
                return now - self.held_until
            if not self.lock.wait_for(lambda: self.busy < limit, PATIENCE):
                return -PATIENCE
            wait = max(0.0, self.next_at - now) if rate else 0.0
            if wait > PATIENCE:
                return -wait
            self.busy += 1
            if rate:
                self.next_at = max(self.next_at, now) + 1 / rate
            return wait

    def give_back(self, hold: float, now: float) -> None:
        """Done; ``hold``: seconds for which the provider wants to hear nothing."""
        with self.lock:
            self.busy -= 1
            if hold:
                self.held_until = max(self.held_until, now + hold)
            self.lock.notify()


_paces: dict[str, Pace] = {}
_lock = threading.Lock()


def send(
    provider: Provider, address: Address, notice: Notice, *, clock: Callable[[], float] = time.monotonic
) -> Outcome:
    """``provider.send`` when it is its turn; otherwise the word that it was not."""
    with _lock:
        pace = _paces.setdefault(provider.name, Pace())
    wait = pace.take(conf.CONCURRENCY.get(provider.name, conf.THREADS), conf.RATES.get(provider.name, 0.0), clock())
    if wait < 0:
        return Outcome("retry", "held: the provider is left alone for a while", after=-wait, counts=False)
    if wait:
        time.sleep(wait)
    outcome = Outcome("retry")
    try:
        outcome = provider.send(address, notice)
    finally:
        hold = outcome.after if provider.one_service and outcome.result == "retry" else 0.0
        pace.give_back(hold, clock())
    return outcome


def forget() -> None:
    """Begin anew: tests with a clock of their own."""
    _paces.clear()
