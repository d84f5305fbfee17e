"""Which machine and which versions a result belongs to; and where results are kept."""

import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("django", "channels", "channels-redis", "daphne", "uvicorn", "psycopg", "redis", "msgspec")


def describe() -> dict[str, str]:
    """CPU, cores, memory, kernel, Python and the packages that matter."""
    cpu = next(
        (
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        platform.processor() or "unknown",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    facts = {
        "cpu": f"{cpu}, {os.cpu_count()} cores",
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
    }
    for name in _PACKAGES:
        try:
            facts[name] = version(name)
        except ModuleNotFoundError:
            facts[name] = "not installed"
    return facts


def keep(name: str, rows: list[dict[str, Any]]) -> Path:
    """Write the result beside the earlier ones (the newest replaces the one of the same name)."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(
        json.dumps({"name": name, "at": time.strftime("%Y-%m-%d"), "machine": describe(), "rows": rows}, indent=1)
        + "\n"
    )
    return path


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as a text table, columns in the order of their first appearance."""
    columns = list(dict.fromkeys(key for row in rows for key in row))
    cells = [[_cell(row.get(column, "")) for column in columns] for row in rows]
    widths = [max(len(column), *(len(line[i]) for line in cells)) for i, column in enumerate(columns)]
    lines = [" | ".join(column.ljust(widths[i]) for i, column in enumerate(columns))]
    lines.append("-|-".join("-" * width for width in widths))
    lines += [" | ".join(cell.ljust(widths[i]) for i, cell in enumerate(line)) for line in cells]
    return "\n".join(lines)


def quantiles(values: list[float]) -> dict[str, float]:
    """p50, p99 and max, in the unit given."""
    if not values:
        return {"p50": 0.0, "p99": 0.0, "max": 0.0}
    ordered = sorted(values)
    return {
        "p50": round(ordered[len(ordered) // 2], 1),
        "p99": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1),
        "max": round(ordered[-1], 1),
    }


def _cell(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}" if isinstance(value, float) else str(value)
