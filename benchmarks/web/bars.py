"""The bars: what each measured number is called, what it should be, and what it must be here. From the client's design."""

import statistics
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Bar:
    """A number to stay under: ``target`` on an ordinary laptop, ``gate`` on two shared cores without a GPU."""

    name: str
    unit: str
    target: float
    gate: float


BARS = {
    each.name: each
    for each in (
        Bar("first script and styles, compressed", "KB", 90, 90),
        Bar("widget, compressed", "KB", 25, 25),
        Bar("JavaScript kit's core, compressed", "KB", 15, 15),
        Bar("cold load to the list", "ms", 800, 2000),
        Bar("warm load to the list", "ms", 400, 1000),
        Bar("open 100,000 messages, first time", "ms", 250, 500),
        Bar("open 100,000 messages, again", "ms", 100, 250),
        Bar("jump to any message", "ms", 300, 600),
        Bar("jump, off centre", "px", 2, 2),
        Bar("scroll, frame p95", "ms", 17, 34),
        Bar("scroll, frame p99", "ms", 34, 67),
        Bar("drift, history in front", "px", 0, 0),
        Bar("drift, arrivals while reading", "px", 0, 0),
        Bar("drift, late pictures", "px", 0, 0),
        Bar("300 msg/s in the open conversation, main thread", "%", 30, 60),
        Bar("300 msg/s in the open conversation, longest task", "ms", 50, 150),
        Bar("300 msg/s in 200 others, main thread", "%", 15, 35),
        Bar("typing in the burst, handler p95", "ms", 16, 16),
        Bar("typing in the burst, queue p95", "ms", 50, 50),
        Bar("own message on the screen", "ms", 50, 150),
        Bar("switcher over 10,000 people", "ms", 50, 100),
        Bar("heap after the replay", "MB", 60, 80),
        Bar("heap growth, last half of the replay", "%", 5, 10),
        Bar("DOM nodes", "nodes", 6000, 6000),
        Bar("event listeners growth, last half of the replay", "%", 5, 10),
        Bar("idle hidden tab, per second", "ms", 5, 15),
        Bar("5,000 missed in 50 conversations, current again", "ms", 2000, 4000),
        Bar("5,000 missed, history pages asked for", "pages", 1, 1),
    )
}


@dataclass(slots=True)
class Book:
    """What was measured so far."""

    rows: list[dict[str, Any]] = field(default_factory=list)

    def note(self, name: str, values: float | list[float], **more: Any) -> None:
        """A bar's number: the median when there are several. Says it at once."""
        bar = BARS[name]
        runs = [round(each, 1) for each in (values if isinstance(values, list) else [values])]
        value = round(statistics.median(runs), 1)
        verdict = "target" if value <= bar.target else "gate" if value <= bar.gate else "NO"
        row = {"bar": name, "value": value, "unit": bar.unit, "target": bar.target, "gate": bar.gate, "meets": verdict}
        self.rows.append(row | {"runs": runs} | more)
        print(
            f"  {name}: {value} {bar.unit} (target {bar.target:g}, gate {bar.gate:g}) {verdict} {more or ''}",
            flush=True,
        )

    def missing(self, name: str, why: str) -> None:
        """A bar that could not be measured is said, not left out."""
        self.rows.append(unmeasured(BARS[name], why))
        print(f"  {name}: NOT MEASURED, {why}", flush=True)


def unmeasured(bar: Bar, why: str) -> dict[str, Any]:
    """The row of a bar without a number."""
    return {"bar": bar.name, "value": None, "unit": bar.unit, "target": bar.target, "gate": bar.gate,
            "meets": "NOT MEASURED", "runs": [], "why": why}  # fmt: skip


def quantile(values: list[float], share: float) -> float:
    """The value that ``share`` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0
