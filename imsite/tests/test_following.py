"""One id leads from a frame through the commit and the hand-over into the tasks and what they start."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from celery import Celery, current_app
from celery.contrib.testing.worker import start_worker
from structlog.testing import capture_logs

from chat import handover, tracing
from imsite import following
from imsite.celery import app as parley

seen: list[tuple[str, str]] = []
app = Celery("tests", broker="memory://", backend="cache+memory://", set_as_current=False)


@app.task(name="tests.second")
def second() -> None:
    seen.append(("second", tracing.get()))


@app.task(name="tests.first")
def first(fails: bool = False) -> None:
    seen.append(("first", tracing.get()))
    second.delay()
    if fails:
        raise ValueError("on purpose")


@pytest.fixture
def worker() -> Iterator[None]:
    """A real worker in a thread, on a broker in memory."""
    following.connect()
    seen.clear()
    with start_worker(app, pool="solo", perform_ping_check=False):
        yield
    # The worker made its app everybody's.
    parley.set_default()
    parley.set_current()


def until(count: int) -> list[tuple[str, str]]:
    deadline = time.monotonic() + 10
    while len(seen) < count:
        assert time.monotonic() < deadline, seen
        time.sleep(0.01)
    return seen


def test_a_task_and_what_it_starts_have_the_ids_of_the_request(worker):
    with tracing.bound("abc.1"):
        first.delay()
    assert until(2) == [("first", "abc.1"), ("second", "abc.1")]
    first.delay()
    assert until(4)[2:] == [("first", ""), ("second", "")]


def test_a_task_that_fails_leaves_its_ids_behind_and_is_told(worker):
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        with tracing.bound("abc.2"):
            first.delay(fails=True)
        until(2)
        first.delay()
        until(4)
        deadline = time.monotonic() + 10
        while not (told := [each for each in lines if each["event"] == "task ended"]):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert (told[0]["task"], told[0]["state"], told[0]["request_id"]) == ("tests.first", "FAILURE", "abc.2")
    assert seen[2:] == [("first", ""), ("second", "")]


def test_the_handover_names_the_requests_of_what_moved(monkeypatch):
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(current_app._get_current_object(), "send_task", lambda name, **how: sent.append(how))
    line = handover.HandOver()
    for number in (1, 2, 2):
        with tracing.bound(f"abc.{number}"):
            line.add([7])
    with tracing.bound("abc.3"):
        line.add([8])
    deadline = time.monotonic() + 5
    while line.waiting():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    named = {part for how in sent for part in how["headers"]["request_id"].split(",")}
    assert named == {"abc.1", "abc.2", "abc.3"}
