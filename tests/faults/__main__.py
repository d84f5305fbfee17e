"""``make chaos``, the long form: prints what happened; ``--keep`` makes it docs/chaos.md and docs/measured/chaos.json.

``--pushes 50000`` instead: pushes under kills, docs/chaos-pushes.md.
``--half-open 6``: how late is what was lost, docs/half-open.md.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from pathlib import Path

from benchmarks import machine as measured
from deploy.cluster.layout import Layout
from tests.faults import half_open, push_report, pushes, report
from tests.faults.chaos import Run, Size
from tests.services import Keeper, Postgres, Redis, machine

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
    parser.add_argument("--pushes", type=int, default=0, metavar="PEOPLE", help="kill what pushes to so many people")
    parser.add_argument(
        "--half-open",
        type=int,
        default=0,
        metavar="WAVES",
        help="half-open sockets and dropped frames, for six minutes",
    )
    given = parser.parse_args()
    if given.half_open:
        return _half_open(given.half_open, keep=given.keep)
    if given.pushes:
        return _push(given.pushes, keep=given.keep)
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


def _half_open(waves: int, *, keep: bool) -> int:
    gateway = pushes.Gateway()
    size = Size(sends=3_600, rate=10, steps=waves, people=30, devices=40, groups=15, members=5)
    env = {
        "PARLEY_LOG_LEVEL": "WARNING",
        "PARLEY_PUSH_GATEWAY": gateway.url,
        "PARLEY_PUSH_GATEWAY_SECRET": "a secret of the run",
    }
    try:
        with Keeper() as keeper:
            layout = Layout(keeper, gateways=2, env=env)
            layout.manage("migrate", "--verbosity", "0")
            layout.run("-m", "tests.delivery_setup", "make", str(size.people + 1))
            layout.manage("shell", "--no-imports", "-c", half_open.PHONES)
            layout.start_all()
            run = half_open.HalfOpen(layout, size)
            result = asyncio.run(run.go())
            told = half_open.facts(run, result, gateway, measured.describe(), os.getloadavg()[1])
            layout.stop_all()
    except machine.Missing as problem:
        print(problem, file=sys.stderr)
        return 2
    text = half_open.page(told)
    print(text)
    if keep:
        for path in report.keep(told, text, Path("docs"), "half-open"):
            print(f"kept: {path}")
    return 1 if result.findings else 0


def _push(people: int, *, keep: bool) -> int:
    gateway = pushes.Gateway()
    try:
        with Keeper() as keeper:
            postgres, redis = Postgres(keeper, durable=True), Redis(keeper)
            folder = keeper.own(Path(tempfile.mkdtemp(prefix="parley-pushes-")))
            jobs = pushes.Jobs(keeper, folder, postgres.create("parley"), redis, gateway, parts=pushes.APART)
            try:
                jobs.manage("migrate", "--verbosity", "0")
                jobs.owe(people)
                print(f"{people:,} people are owed a push …", flush=True)
                found = pushes.go(jobs, people, pushes.PLAN, postgres=postgres)
            finally:
                jobs.kill()
    except machine.Missing as problem:
        print(problem, file=sys.stderr)
        return 2
    told = push_report.facts(found, measured.describe())
    text = push_report.page(told)
    print(text)
    if keep:
        for path in report.keep(told, text, Path("docs"), "chaos-pushes"):
            print(f"kept: {path}")
    return 0 if found.holds() else 1


if __name__ == "__main__":
    sys.exit(main())
