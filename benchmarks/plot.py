"""The kept results as one picture: each measured latency beside the bar it must stay under. Milliseconds, log scale."""

import json
from dataclasses import dataclass
from html import escape
from math import log10
from pathlib import Path
from typing import Any

PICTURE = Path(__file__).resolve().parent.parent / "docs" / "performance.svg"
#: Scenario → the column that is judged and the milliseconds it must stay below.
BARS: dict[str, tuple[str, float]] = {
    "group_fanout": ("p99 ms", 250),
    "sustained": ("p99 ms", 250),
    "conversations": ("ack p99 ms", 200),
    "lone": ("p99 ms", 40),
    "search": ("p95 ms", 300),
}
LEFT, WIDTH, ROW, TOP = 330, 420, 20, 40
LEAST, MOST = 1.0, 30_000.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the picture."""

    label: str
    measured: float
    must: float


def bars(results: Path) -> list[Bar]:
    """A line for each row that has a bar; of search, the slowest query of each database."""
    found: list[Bar] = []
    for name, (column, must) in BARS.items():
        path = results / f"{name}.json"
        if not path.exists():
            continue
        rows = [row for row in json.loads(path.read_text())["rows"] if column in row]
        if name == "search":
            worst = {row["database"]: row for row in sorted(rows, key=lambda row: row[column])}
            rows = list(worst.values())
        found += [Bar(_label(name, row), float(row[column]), must) for row in rows]
    return found


def draw(results: Path, picture: Path = PICTURE) -> Path:
    """Write the picture; answers where it is."""
    lines = bars(results)
    height = TOP + ROW * len(lines) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + 90} {height}" role="img"'
        ' font-family="sans-serif" font-size="11">',
        f'<title>Measured latency against the bar</title><rect width="100%" height="{height}" fill="#fff"/>',
    ]
    for tick in (1, 10, 100, 1_000, 10_000):
        x = LEFT + _x(tick)
        parts.append(f'<path d="M{x:.0f} {TOP - 8}V{height}" stroke="#ddd"/>')
        parts.append(f'<text x="{x:.0f}" y="{TOP - 14}" text-anchor="middle" fill="#555">{tick:,} ms</text>')
    for at, bar in enumerate(lines):
        y = TOP + ROW * at
        colour = "#2e7d32" if bar.measured < bar.must else "#c62828"
        must = LEFT + _x(bar.must)
        parts.append(f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">{escape(bar.label)}</text>')
        parts.append(f'<rect x="{LEFT}" y="{y + 2}" width="{_x(bar.measured):.0f}" height="13" fill="{colour}"/>')
        parts.append(f'<path d="M{must:.0f} {y}v17" stroke="#000" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + WIDTH + 8}" y="{y + 12}">{bar.measured:,.0f} / {bar.must:,.0f}</text>')
    picture.write_text("\n".join([*parts, "</svg>", ""]))
    return picture


def _x(milliseconds: float) -> float:
    share = log10(min(max(milliseconds, LEAST), MOST) / LEAST) / log10(MOST / LEAST)
    return max(2.0, share * WIDTH)


def _label(name: str, row: dict[str, Any]) -> str:
    said = [row.get(key) for key in ("design", "server", "database", "query") if row.get(key)]
    rate = [f"{row['msg/s']:,} msg/s"] if "msg/s" in row else []
    return " ".join([name, *map(str, said), *rate])
