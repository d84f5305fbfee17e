"""What the word filter adds to a send: 10,000 terms, half of them Chinese, messages as people write them and the longest.

    python -m benchmarks.words

Prints the time to make the automaton (once per change and process) and the percentiles of looking at one message.
"""

import os
import random
import statistics
import time
from collections.abc import Callable

from protocol.limits import MAX_TEXT_CHARS

TERMS, MESSAGES = 10_000, 5_000
_HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
_LATIN = "etaoinshrdlucmfwypvbgkjqxz"


def words(chance: random.Random, many: int, *, chinese: bool) -> list[str]:
    """Made-up words: letters as frequent as in prose, so that beginnings are shared as they are there."""
    letters = _HAN if chinese else list(_LATIN)
    weights = [1 / (place + (40 if chinese else 4)) for place in range(len(letters))]
    shortest, longest = (2, 6) if chinese else (4, 14)
    return ["".join(chance.choices(letters, weights, k=chance.randint(shortest, longest))) for _ in range(many)]


def text(chance: random.Random, length: int) -> str:
    """Prose of about that length, one language or the other."""
    chinese = chance.random() < 0.5
    said = words(chance, length // (3 if chinese else 8) + 1, chinese=chinese)
    return ("" if chinese else " ").join(said)[:length]


def percentiles(look: Callable[[str], object], texts: list[str]) -> str:
    """Median, p99 and the worst, in milliseconds of this thread on a core: others may be busy."""
    took = []
    for each in texts:
        started = time.thread_time()
        look(each)
        took.append((time.thread_time() - started) * 1000)
    p99 = statistics.quantiles(took, n=100)[98]
    return f"p50 {statistics.median(took):.3f} ms · p99 {p99:.3f} ms · max {max(took):.3f} ms"


def main() -> None:
    """Measure and print."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imsite.settings")
    import django

    django.setup()
    from chat.screening import Automaton, fold

    chance = random.Random(4)
    terms = [fold(each) for half in (True, False) for each in words(chance, TERMS // 2, chinese=half)]
    started = time.perf_counter()
    automaton = Automaton(terms)
    print(f"{len(terms):,} terms made ready in {(time.perf_counter() - started) * 1000:.0f} ms")

    def look(each: str) -> object:
        return automaton.find(fold(each))

    usual = [text(chance, min(2000, int(chance.lognormvariate(3.5, 1)) + 1)) for _ in range(MESSAGES)]
    print(f"usual messages ({statistics.mean(map(len, usual)):.0f} characters on average): {percentiles(look, usual)}")
    longest = [text(chance, MAX_TEXT_CHARS) for _ in range(200)]
    print(f"the longest ({MAX_TEXT_CHARS:,} characters): {percentiles(look, longest)}")


if __name__ == "__main__":
    main()
