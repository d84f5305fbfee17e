"""``make chaos``, the long form: prints what happened; ``--keep`` makes it docs/chaos.md and docs/measured/chaos.json."""

import argparse
import asyncio
import sys
from pathlib import Path

from benchmarks import machine as measured
from deploy.cluster.layout import Layout
from tests.faults import report
from tests.faults.chaos import Run, Size
from tests.services import Keeper, machine

#: A step is this long at the given rate: time for a process to be killed, to come back and to be missed.
STEP_SECONDS = 10.0


def main() -> int:
    """0: no finding. 1: findings. 2: it could not be run."""
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--sends", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=100.0, help="sends a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gateways", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="write the report into docs/")
    given = parser.parse_args()
    steps = max(1, round(given.sends / given.rate / STEP_SECONDS))
    size = Size(sends=given.sends, rate=given.rate, steps=steps, seed=given.seed, deaf=True)
    try:
        with Keeper() as keeper:
            layout = Layout(keeper, gateways=given.gateways, env={"PARLEY_LOG_LEVEL": "WARNING"})
            layout.manage("migrate", "--verbosity", "0")
            layout.start_all()
            print(f"{given.gateways} gateways; {given.sends:,} sends in {steps} steps, seed {given.seed} …", flush=True)
            result = asyncio.run(Run(layout, size).go())
            layout.stop_all()
    except machine.Missing as problem:
        print(problem, file=sys.stderr)
        return 2
    facts = report.facts(result, size, gateways=given.gateways, machine=measured.describe())
    text = report.page(facts)
    print(text)
    if given.keep:
        for path in report.keep(facts, text, Path("docs")):
            print(f"kept: {path}")
    return 1 if result.findings else 0


if __name__ == "__main__":
    sys.exit(main())
