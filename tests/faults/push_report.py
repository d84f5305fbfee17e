"""What a run of pushes says: as facts to keep, and as the page docs/chaos-pushes.md."""

import os
import time
from collections.abc import Mapping
from typing import Any

from tests.faults.pushes import Found


def facts(found: Found, machine: Mapping[str, str]) -> dict[str, Any]:
    """Everything about a run that can be written down."""
    return {
        "at": time.strftime("%Y-%m-%d"),
        "machine": dict(machine),
        "load": round(os.getloadavg()[0], 1),
        "people": found.people,
        "ledger": found.ledger,
        "reached": found.reached,
        "asked": found.asked,
        "again": found.again,
        "twins": found.twins,
        "ended": found.ended,
        "seconds": found.seconds,
        "caught_up_after": found.caught_up_after,
        "troubles": found.troubles,
        "holds": found.holds(),
    }


def page(told: Mapping[str, Any]) -> str:
    """The report as Markdown."""
    ledger = ", ".join(f"{count:,} {state}" for state, count in sorted(told["ledger"].items()))
    lines = [
        "# Pushes while everything is killed",
        "",
        f'Written by `make chaos CHAOS="--pushes {told["people"]} --keep"` on {told["at"]}: one message to a group of'
        f" {told['people']:,} people who are away, each with a phone behind the operator's gateway, a real server that counts"
        " what it is asked. PostgreSQL (fsync on), Redis without persistence, a worker for each queue and beat; `kill -9`"
        " each time, and nothing but a supervisor's restart afterwards.",
        "",
        "| | |",
        "|---|---|",
        f"| people owed a push | {told['people']:,} |",
        f"| people reached | {told['reached']:,} |",
        f"| the ledger at the end | {ledger} |",
        f"| requests to the provider | {told['asked']:,} |",
        f"| of them repeated under the same `webhook-id`, so that the provider knows | {told['again']:,} |",
        f"| people asked for under two different ids | {told['twins']} |",
        f"| workers that ended by themselves and were started again | {told['ended']} |",
        f"| from the last kill until the ledger was complete | {told['caught_up_after']:.0f} s |",
        f"| in all | {told['seconds']:.0f} s |",
        f"| complete, and nobody told twice | {'**yes**' if told['holds'] else '**no**'} |",
        "",
        "Killed, in this order:",
        "",
        *(f"* {each}" for each in told["troubles"]),
        "",
        "A repeated request was answered, and its worker or the database died before that was written.",
        "A dead worker's claim lasts 120 s at most (`PUSH_LEASE_SECONDS`), and what was in a lost queue is handed out again"
        " after a minute.",
        "",
        "A worker whose broker dies while it holds tasks may end by itself: kombu 5.7 fails when it gives them back. The",
        "units in `deploy/systemd/` start it again; what it held is in the table.",
        "",
        "On: " + "; ".join(f"{name} {value}" for name, value in told["machine"].items()) + f"; load {told['load']}.",
    ]
    return "\n".join(lines) + "\n"
