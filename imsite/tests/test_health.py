"""Health: silent parts are named, nothing secret is said, and asking makes no work."""

import asyncio
import json

import pytest
from channels.testing import HttpCommunicator

from imsite import embedded, health


async def get(application, path="/readyz"):
    return await HttpCommunicator(application, "GET", path).get_response(timeout=10)


async def test_a_live_process_says_so_without_looking_at_anything():
    answer = await get(health.livez, "/livez")
    assert answer["status"] == 200
    assert answer["body"] == b"ok\n"


@pytest.mark.django_db(transaction=True)
async def test_every_real_part_answers(settings, monkeypatch):
    settings.EMBEDDED_WORKER = not settings.REDIS_URL
    monkeypatch.setattr(embedded, "is_alive", lambda: True)
    monkeypatch.setattr(health, "readiness", health.Readiness(health.CHECKS))
    answer = await get(health.readyz)
    said = json.loads(answer["body"])
    assert {name: part["result"] for name, part in said["parts"].items()} == dict.fromkeys(
        ("database", "layer", "broker"), "ok"
    )
    assert (answer["status"], said["ready"]) == (200, True)


async def test_a_failing_part_is_named_without_its_secrets(monkeypatch):
    async def fine() -> None:
        return None

    async def broken() -> None:
        raise ConnectionError("postgres://parley:hunter2@db.internal/parley")

    monkeypatch.setattr(health, "readiness", health.Readiness({"layer": fine, "database": broken}))
    answer = await get(health.readyz)
    assert answer["status"] == 503
    assert b"hunter2" not in answer["body"]
    assert b"db.internal" not in answer["body"]
    parts = json.loads(answer["body"])["parts"]
    assert parts["database"]["result"] == "failed"
    assert parts["layer"]["result"] == "ok"


async def test_a_part_that_hangs_costs_its_limit_and_no_more(monkeypatch):
    async def hang() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(health, "LIMIT", 0.05)
    ready, parts = await health.Readiness({"layer": hang}).get()
    assert not ready
    assert parts["layer"]["result"] == "too slow"


async def test_many_askers_make_one_check():
    runs = 0

    async def count() -> None:
        nonlocal runs
        runs += 1
        await asyncio.sleep(0.01)

    readiness = health.Readiness({"layer": count})
    await asyncio.gather(*(readiness.get() for _ in range(50)))
    await readiness.get()
    assert runs == 1


async def test_a_dead_embedded_worker_is_not_ready(settings, monkeypatch):
    settings.EMBEDDED_WORKER = True
    monkeypatch.setattr(embedded, "is_alive", lambda: False)
    with pytest.raises(ConnectionError):
        await health.check_broker()
