"""Rows of a scenario that has several parts: printed as they come, all with the same columns."""

import statistics
import time
from collections.abc import Callable
from typing import Any

COLUMNS = ("part", "count", "p50 ms", "p99 ms", "max ms", "seconds", "rows", "also")


def row(part: str, **facts: Any) -> dict[str, Any]:
    """One part."""
    made = dict.fromkeys(COLUMNS, "") | {"part": part} | facts
    print("  ", {name: value for name, value in made.items() if value != ""}, flush=True)
    return made


def timed(part: str, times: list[float], **facts: Any) -> dict[str, Any]:
    """One part, with what its milliseconds say."""
    cuts = statistics.quantiles(times, n=100)
    shown = {"p50 ms": round(cuts[49], 2), "p99 ms": round(cuts[98], 2), "max ms": round(max(times), 2)}
    return row(part, count=len(times), **shown, **facts)


def clocked(work: Callable[[], Any]) -> float:
    """Milliseconds that ``work`` takes."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
