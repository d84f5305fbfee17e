"""``python -m benchmarks.web [part …]``: measure the bars, print them, keep them, draw them. ``make bench-web`` does."""

import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks import machine
from benchmarks.web import bursts, loading, moving, page, resting, sizes
from benchmarks.web.bars import BARS, Book, unmeasured
from benchmarks.web.stage import Stage, standing


def measure_bytes(stage: Stage, book: Book) -> None:
    """The three sums of bytes."""
    del stage
    found = sizes.first_load()
    book.note("first script and styles, compressed", sum(found.values()) / 1024, files=len(found))
    for name, size in (("widget, compressed", sizes.widget()), ("JavaScript kit's core, compressed", sizes.core())):
        if size is None:
            book.missing(name, "not built here")
        else:
            book.note(name, size / 1024)


PARTS: dict[str, Callable[[Stage, Book], None]] = {
    "bytes": measure_bytes,
    "loads": loading.loads,
    "opens": loading.opens,
    "jumps": loading.jumps,
    "scrolls": moving.scrolls,
    "drifts": moving.drifts,
    "own": bursts.own,
    "switcher": resting.switcher,
    "bursts": bursts.bursts,
    "typing": bursts.typing,
    "comeback": resting.comeback,
    "replay": resting.replay,
    "idle": resting.idle,
}


def complete(book: Book, failed: list[str]) -> list[dict[str, Any]]:
    """Every bar in its order; those without a number say so."""
    rows = {row["bar"]: row for row in book.rows}
    why = f"failed: {', '.join(failed)}" if failed else "not reached"
    return [rows.get(bar.name) or unmeasured(bar, why) for bar in BARS.values()]


def main(names: list[str]) -> int:
    """The exit status is about measuring, not about what was measured: a missed bar is a result."""
    unknown = [each for each in names if each not in PARTS]
    if unknown:
        print(f"no part {', '.join(unknown)}; there are: {', '.join(PARTS)}")
        return 2
    book, failed = Book(), []
    began = time.monotonic()
    print("seeding 10,000 people, 200 conversations and one of 100,000 messages …", flush=True)
    with standing() as stage:
        version = stage.browser.version
        print(f"ready after {time.monotonic() - began:.0f} s; Chromium {version}", flush=True)
        for name in names or PARTS:
            started = time.monotonic()
            print(f"── {name} ({started - began:.0f} s after the start)", flush=True)
            try:
                PARTS[name](stage, book)
            except Exception as problem:  # one part that cannot be measured does not hide the others
                failed.append(name)
                print(f"  FAILED: {type(problem).__name__}: {(str(problem) or 'no word').splitlines()[0]}", flush=True)
            print(f"  took {time.monotonic() - started:.0f} s", flush=True)
            if not names:
                page.keep(complete(book, failed), version)  # what ends before its end has kept what it measured
    print(
        machine.table(
            [{key: row[key] for key in ("bar", "value", "unit", "target", "gate", "meets")} for row in book.rows]
        )
    )
    if not names:
        kept = page.keep(complete(book, failed), version)
        print(f"kept in {kept} and shown in docs/performance.md ({time.monotonic() - began:.0f} s)")
    if failed:
        print(f"FAILED to measure: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
