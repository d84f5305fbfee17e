"""What was measured, kept and shown: a result file, a table in docs/performance.md and a plot beside it."""

import json
import os
import time
from pathlib import Path
from typing import Any

from benchmarks import machine

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "docs/performance.md"
PLOT = ROOT / "docs/measured/web.svg"
BEGIN, END = "<!-- bench-web begins -->", "<!-- bench-web ends -->"
#: The plot ends at twice the gate: what is worse is worse.
MOST = 2.0


def keep(rows: list[dict[str, Any]], chromium: str) -> Path:
    """The result file, the table and the plot."""
    facts = machine.describe() | {"chromium": chromium, "load": f"{os.getloadavg()[1]:.1f}"}
    path = machine.RESULTS / "web.json"
    machine.RESULTS.mkdir(exist_ok=True)
    kept = {"name": "web", "at": time.strftime("%Y-%m-%d"), "machine": facts, "rows": rows}
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PLOT.parent.mkdir(exist_ok=True)
    PLOT.write_text(plot(rows), encoding="utf-8")
    text = DOC.read_text(encoding="utf-8") if DOC.exists() else ""
    DOC.write_text(placed(text, section(rows, facts)), encoding="utf-8")
    return path.relative_to(ROOT)


def placed(text: str, part: str) -> str:
    """``text`` with the section between the marks replaced, or added at the end."""
    block = f"{BEGIN}\n{part}\n{END}"
    if BEGIN in text and END in text:
        head, rest = text.split(BEGIN, 1)
        return head + block + rest.split(END, 1)[1]
    return text.rstrip() + "\n\n" + block + "\n"


def section(rows: list[dict[str, Any]], facts: dict[str, str]) -> str:
    """The table in Markdown."""
    lines = [
        "## The browser client",
        "",
        "`make bench-web`: headless Chromium against a server of the embedded form (SQLite, Daphne) with 10,000 people, 200",
        "conversations and one of 100,000 messages, all on one machine:",
        f"{facts['cpu']}, no GPU, load {facts.get('load', '?')}, Chromium {facts['chromium']}.",
        'Medians; "target" is for a laptop, "gate" for two shared cores without a GPU. Kept: `benchmarks/results/web.json`.',
        "",
        "![Each bar as a share of its gate](measured/web.svg)",
        "",
        "| bar | measured | target | gate | meets |",
        "|---|---|---|---|---|",
    ]
    for row in rows:
        value = "–" if row["value"] is None else f"{row['value']:,g} {row['unit']}"
        verdict = {"target": "target", "gate": "gate"}.get(row["meets"], f"**{row['meets'].lower()}**")
        lines.append(f"| {row['bar']} | {value} | {row['target']:,g} | {row['gate']:,g} | {verdict} |")
    return "\n".join(lines)


def plot(rows: list[dict[str, Any]]) -> str:
    """Bars as shares of their gate, the target as a notch. Plain SVG that reads in light and dark."""
    height, left, width = 24, 330, 420
    parts = []
    shown = [row for row in rows if row["value"] is not None]
    for at, row in enumerate(shown):
        y = 34 + at * height
        share = min(MOST, row["value"] / row["gate"] if row["gate"] else (MOST if row["value"] else 0.0))
        notch = row["target"] / row["gate"] if row["gate"] else 0.0
        colour = {"target": "#1a7f4b", "gate": "#b7791f"}.get(row["meets"], "#c53030")
        parts.append(
            f'<text x="{left - 10}" y="{y + 12}" text-anchor="end">{row["bar"]}</text>'
            f'<rect x="{left}" y="{y}" width="{max(1.5, share * width / MOST):.1f}" height="15" rx="2" fill="{colour}"/>'
            f'<rect x="{left + notch * width / MOST - 1:.1f}" y="{y - 2}" width="2" height="19" fill="#888"/>'
            f'<text x="{left + max(1.5, share * width / MOST) + 6:.1f}" y="{y + 12}">{row["value"]:,g} {row["unit"]}</text>'
        )
    tall = 44 + len(shown) * height
    gate = left + width / MOST
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 {tall}" width="860" height="{tall}" role="img"'
        ' aria-label="Each bar of the browser client as a share of its gate">'
        "<style>text{font:12px system-ui,sans-serif;fill:#555}@media(prefers-color-scheme:dark){text{fill:#bbb}}</style>"
        f'<text x="{gate}" y="16" text-anchor="middle">gate</text>'
        f'<line x1="{gate}" y1="22" x2="{gate}" y2="{tall - 8}" stroke="#888" stroke-dasharray="3 3"/>'
        + "".join(parts)
        + "</svg>\n"
    )
