"""What a run says: as facts to keep, and as the page that the README links to."""

import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.faults.chaos import Result, Size

KINDS = (
    "lost",
    "doubled",
    "disordered",
    "phantom",
    "skipped",
    "misplaced",
    "unsettled",
    "unread drift",
    "receipt regression",
)


def facts(result: Result, size: Size, *, gateways: int, machine: Mapping[str, str]) -> dict[str, Any]:
    """Everything about a run that can be written down."""
    kinds = Counter(finding.kind for finding in result.findings)
    packets: Counter[str] = Counter()
    for (what, _, _), count in result.packets.items():
        packets[what] += count
    return {
        "at": time.strftime("%Y-%m-%d"),
        "machine": dict(machine),
        "gateways": gateways,
        "seed": size.seed,
        "sends": size.sends,
        "rate": size.rate,
        "people": size.people,
        "devices": size.devices,
        "groups": size.groups,
        "ended": dict(sorted(result.said.items())),
        "shown": result.shown,
        "seconds": round(result.seconds),
        "settled_after": round(result.settled_after, 1),
        "packets_passed": result.passed,
        "packets_hurt": dict(sorted(packets.items())),
        "troubles": dict(sorted(result.troubles.items())),
        "findings": {kind: kinds.get(kind, 0) for kind in KINDS},
        "first_findings": [f"{each.kind}: {each.where}" for each in result.findings[:20]],
    }


def page(found: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    bad = sum(found["findings"].values())
    ended = ", ".join(f"{count:,} {state}" for state, count in found["ended"].items())
    lines = [
        "# What is left after everything breaks",
        "",
        f"Written by `make chaos CHAOS=--keep` on {found['at']}, seed {found['seed']}: the same seed plans the same trouble.",
        "",
        f"{found['gateways']} gateways; {found['people']} people with {found['devices']} devices in {found['groups']} groups,"
        " neighbours on different gateways.",
        f"{found['sends']:,} messages at {found['rate']:.0f} a second; {found['shown']:,} entries shown to devices;"
        f" {found['seconds']} s in all. Messages ended: {ended}.",
        f"After the last trouble everything was written and shown within {found['settled_after']} s.",
        "",
        "| promise broken | times |",
        "|---|---|",
        *(f"| {kind} | {count} |" for kind, count in found["findings"].items()),
        "",
        "**No promise was broken.**" if not bad else "**Promises were broken:**",
        *(f"* {each}" for each in found["first_findings"]),
        "",
        "Counted from what the devices' applications were shown, against the message table; never from the server's counters.",
        "",
        "| trouble | steps |",
        "|---|---|",
        *(f"| {name} | {count} |" for name, count in found["troubles"].items()),
        "",
        "| packets | count |",
        "|---|---|",
        f"| passed | {found['packets_passed']:,} |",
        *(f"| {what} | {count:,} |" for what, count in found["packets_hurt"].items()),
        "",
        "On: " + "; ".join(f"{name} {value}" for name, value in found["machine"].items()) + ".",
        "",
        "Not tried by this tool yet: clocks that disagree, and a full disk.",
    ]
    return "\n".join(lines) + "\n"


def keep(found: Mapping[str, Any], text: str, docs: Path, name: str = "chaos") -> list[Path]:
    """Write both; answers where."""
    kept = [docs / "measured" / f"{name}.json", docs / f"{name}.md"]
    kept[0].write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    kept[1].write_text(text, encoding="utf-8")
    return kept
