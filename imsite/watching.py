"""What the dashboard of the admin shows: all processes' samples as lines over the last quarter of an hour. Reads alone."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache

from chat.realtime.metrics import ACKED
from imsite.celery import QUEUES
from imsite.sampling import KEPT, SLOTS, STEP, Sample, slot_of

#: Upper ends of the buckets of the latency, in ms.
_ENDS: list[float] = [1000 * each for each in ACKED._kwargs["buckets"] if each != float("inf")]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot: None where nothing is known."""

    name: str
    values: list[float | None]


def look(now: float | None = None) -> dict[str, Any]:
    """Everything, ready for JSON: one visit to the cache however many processes there are."""
    held = cache.get_many([slot_of(place) for place in range(SLOTS)])
    processes = sorted(held.values(), key=lambda each: (each["kind"], each["name"]))
    last = int(time.time() if now is None else now) // STEP * STEP
    times = [last - STEP * back for back in range(KEPT - 1, -1, -1)]
    by_time: dict[int, list[Sample]] = {at: [] for at in times}
    for process in processes:
        for sample in process["samples"]:
            if sample["at"] in by_time:
                by_time[sample["at"]].append(sample)
    return {
        "now": last,
        "step": STEP,
        "times": times,
        "plots": {
            name: [{"name": line.name, "values": line.values} for line in lines]
            for name, lines in _lines(list(by_time.values())).items()
        },
        "processes": [_process(each, last) for each in processes],
    }


def quantile(buckets: Sequence[float], share: float) -> float | None:
    """As Prometheus computes it, in ms: within a bucket evenly spread. ``buckets``: cumulative, the last is all."""
    every = buckets[-1] if buckets else 0
    if every <= 0:
        return None
    wanted, low, below = share * every, 0.0, 0.0
    for end, count in zip(_ENDS, buckets, strict=False):
        if count >= wanted:
            return round(low + (end - low) * (wanted - below) / max(count - below, 1e-9), 1)
        low, below = end, count
    return _ENDS[-1]


def _lines(turns: Sequence[Sequence[Sample]]) -> dict[str, list[Line]]:
    acks = [
        [sum(column) for column in zip(*(each["acks"] for each in turn if each["acks"]), strict=True)] for turn in turns
    ]
    return {
        "connections": [Line("sockets and polls", _sum(turns, "sessions", 1))],
        "messages": [Line("messages a second", _sum(turns, "messages", 1))],
        "latency": [
            Line("half of them within", [quantile(each, 0.5) for each in acks]),
            Line("99 of 100 within", [quantile(each, 0.99) for each in acks]),
        ],
        "queues": [Line(queue, _site(turns, queue)) for queue in QUEUES],
        "webhooks": [
            Line("posted", _sum(turns, "posted", 60)),
            Line("failed", _sum(turns, "failed", 60)),
        ],
        "storage": [Line(name, _site(turns, name)) for name in ("database", "files")],
        "free": [Line("free", _site(turns, "free"))],
    }


def _sum(turns: Sequence[Sequence[Sample]], name: str, times: float) -> list[float | None]:
    return [round(times * sum(each[name] for each in turn), 2) if turn else None for turn in turns]


def _site(turns: Sequence[Sequence[Sample]], name: str) -> list[float | None]:
    """What the one said who looked in that turn."""
    told = [[each["site"] for each in turn if name in each.get("site", ())] for turn in turns]
    return [each[0][name] if each else None for each in told]


def _process(process: Mapping[str, Any], now: int) -> dict[str, Any]:
    last = process["samples"][-1]
    return {
        "name": process["name"],
        "kind": process["kind"],
        "sessions": last["sessions"],
        "messages": round(last["messages"], 1),
        "age": max(0, now - last["at"]),
    }
