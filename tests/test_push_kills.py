"""Worker, beat and broker are killed while pushes are on their way: nobody is left out, and what came twice says so.

The short form of ``make chaos CHAOS="--pushes 50000"``, on the run's own PostgreSQL.
"""

import os

import psycopg
import pytest

from tests import template
from tests.faults import push_report, pushes
from tests.services import Keeper, Redis, machine

PEOPLE = 300


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="workers are processes of their own in the scaled form")
def test_killed_worker_beat_and_broker_lose_nothing(tmp_path):
    gateway = pushes.Gateway()
    gateway.pause = 0.3
    own, name = os.environ["DATABASE_URL"], f"kills_{os.getpid()}"
    with Keeper() as keeper:
        try:
            redis = Redis(keeper)
        except machine.Missing as problem:
            pytest.skip(str(problem))
        jobs = pushes.Jobs(keeper, tmp_path, template.copy_postgres(own, name), redis, gateway)
        try:
            jobs.owe(PEOPLE)
            jobs.hasten()
            found = pushes.go(jobs, PEOPLE, [(0.1, "worker and beat, broker")], hasten=True, patience=90)
        finally:
            jobs.kill()
            gateway.stop()
            with psycopg.connect(own, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    assert found.holds(), (found, (tmp_path / "worker.log").read_text()[-2_000:])
    [trouble] = found.troubles
    assert f"{PEOPLE} reached" not in trouble, "it was killed in the middle"
    assert max(gateway.taken.values()) <= 2
    assert f"| {PEOPLE} |" in push_report.page(push_report.facts(found, {}))


def test_a_run_that_lost_or_doubled_says_so():
    good = pushes.Found(2, {"sent": 2}, 2, 3, 1, 0, 0, 1.0, 1.0, [])
    assert good.holds()
    for wrong in (
        pushes.Found(2, {"sent": 1, "waiting": 1}, 2, 3, 1, 0, 0, 1.0, 1.0, []),
        pushes.Found(2, {"sent": 2}, 1, 3, 1, 0, 0, 1.0, 1.0, []),
        pushes.Found(2, {"sent": 2}, 2, 3, 1, 1, 0, 1.0, 1.0, []),
    ):
        assert not wrong.holds()
        assert "**no**" in push_report.page(push_report.facts(wrong, {}))
