"""RabbitMQ instead of Redis as the broker: killed and emptied like it, and no push is lost. PARLEY_TEST_RABBITMQ=1 runs it."""

import os

import psycopg
import pytest

from tests import template
from tests.faults import pushes
from tests.services import Keeper, Redis, machine
from tests.services.rabbitmq import RabbitMQ

PEOPLE = 300


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="workers are processes of their own in the scaled form")
@pytest.mark.skipif(not os.environ.get("PARLEY_TEST_RABBITMQ"), reason="only for who wants to run RabbitMQ")
def test_push_through_rabbitmq_survives_killed_worker_and_broker(tmp_path):
    gateway = pushes.Gateway()
    gateway.pause = 0.3
    own, name = os.environ["DATABASE_URL"], f"rabbit_{os.getpid()}"
    with Keeper() as keeper:
        try:
            redis, rabbit = Redis(keeper), RabbitMQ(keeper)
        except machine.Missing as problem:
            pytest.skip(str(problem))
        jobs = pushes.Jobs(keeper, tmp_path, template.copy_postgres(own, name), redis, gateway, rabbit=rabbit)
        try:
            jobs.owe(PEOPLE)
            jobs.hasten()
            plan = [(0.1, "worker and beat"), (0.4, "broker")]
            found = pushes.go(jobs, PEOPLE, plan, hasten=True, patience=150)
        finally:
            jobs.kill()
            gateway.stop()
            with psycopg.connect(own, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    log = (tmp_path / "worker.log").read_text()
    assert found.holds(), (found, log[-2_000:])
    assert f"Connected to amqp://guest:**@127.0.0.1:{rabbit.port}//" in log
