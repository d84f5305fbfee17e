"""A process's samples: rates since the last one, its slot in the cache, and one who looks at what is everybody's."""

import pytest
from celery import Celery
from django.core.cache import cache
from kombu.transport import memory

from chat.relay import MESSAGES
from imsite import sampling, watching
from imsite.celery import QUEUES
from openplatform.services.posting import POSTS

pytestmark = pytest.mark.django_db
NOW = 1_900_000_000


@pytest.fixture(autouse=True)
def app(monkeypatch):
    cache.clear()
    monkeypatch.setattr(memory.Channel, "queues", {})  # what other tests of this process left in the broker
    monkeypatch.setattr(sampling, "storage", lambda: {"database": 7.0, "files": 5.0, "free": 9.0})
    yield Celery("dashboard", broker="memory://", set_as_current=False)
    cache.clear()


def sampler(app, name, kind="gateway"):
    made = sampling.Sampler(kind, app, QUEUES)
    made.name = name
    return made


def last(told, plot):
    return [line["values"][-1] for line in told["plots"][plot]]


def test_two_processes_are_added_up_and_one_looks_for_both(app):
    first, second = sampler(app, "a:1"), sampler(app, "b:1", "worker")
    first._at -= 10
    second._at -= 10
    MESSAGES.inc(20)
    POSTS.labels("failed").inc(10)
    first.tick(NOW)
    second.tick(NOW + 1)
    told = watching.look(NOW + 2)
    # Both read the same registry here, so each counts all of it.
    assert last(told, "messages") == [pytest.approx(4.0, rel=0.05)]
    assert last(told, "webhooks") == [pytest.approx(120, rel=0.05)] * 2
    assert last(told, "queues") == [0, 0, 0]
    assert last(told, "storage") == [7, 5]
    assert [(each["name"], each["kind"]) for each in told["processes"]] == [("a:1", "gateway"), ("b:1", "worker")]
    assert sum("site" in each for process in (first, second) for each in process._kept) == 1


def test_a_line_breaks_off_where_nobody_said_anything(app):
    only = sampler(app, "a:1")
    only.tick(NOW)
    only.tick(NOW + 15)
    values = watching.look(NOW + 15)["plots"]["connections"][0]["values"]
    assert values[-4:] == [0, None, None, 0]
    assert len(values) == sampling.KEPT


def test_nobody_writes_into_anothers_slot(app):
    first, second = sampler(app, "a:1"), sampler(app, "b:1")
    first.tick(NOW)
    cache.delete(sampling.slot_of(0))  # it slept
    second.tick(NOW)
    first.tick(NOW + 5)
    assert {each["name"] for each in watching.look(NOW + 5)["processes"]} == {"a:1", "b:1"}
    first.leave()
    assert [each["name"] for each in watching.look(NOW + 5)["processes"]] == ["b:1"]


def test_no_more_is_kept_than_is_shown(app):
    only = sampler(app, "a:1")
    for turn in range(sampling.KEPT + 5):
        only.tick(NOW + turn * sampling.STEP)
    assert len(only._kept) == sampling.KEPT


def test_without_the_setting_nothing_runs(app, monkeypatch):
    monkeypatch.setattr(sampling.threading, "Thread", lambda **_: pytest.fail("a thread was started"))
    sampling.start("gateway", app, QUEUES)
