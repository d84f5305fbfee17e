"""The hand-over to the workers: each conversation once, never in the sender's way, whatever the broker does."""

import threading
import time

import pytest

from chat import handover as module
from chat.handover import HandOver


class Broker:
    """Takes tasks, or hangs, or refuses."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.refuses = False
        self.open = threading.Event()
        self.open.set()

    def send_task(self, name, args, **options):
        assert name == "chat.react"
        self.open.wait(5)
        if self.refuses:
            raise ConnectionError("no broker")
        self.sent.append(args[0])


@pytest.fixture
def broker(monkeypatch):
    broker = Broker()
    monkeypatch.setattr(module, "current_app", broker)
    monkeypatch.setattr(module, "FLUSH_SECONDS", 0.02)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.02)
    return broker


def until(holds) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_ids_that_repeat_are_handed_over_once(broker):
    line = HandOver()
    broker.open.clear()
    for _ in range(1_000):
        line.add([1, 2])
    broker.open.set()
    until(lambda: line.waiting() == 0 and broker.sent)
    time.sleep(0.05)
    assert sum(len(ids) for ids in broker.sent) <= 4
    assert {each for ids in broker.sent for each in ids} == {1, 2}


def test_a_broker_that_hangs_makes_nobody_wait(broker):
    line = HandOver()
    broker.open.clear()
    began = time.monotonic()
    for number in range(10_000):
        line.add([number])
    assert time.monotonic() - began < 2
    broker.open.set()
    until(lambda: line.waiting() == 0)
    until(lambda: sum(map(len, broker.sent)) == 10_000)
    assert max(map(len, broker.sent)) <= module.MAX_IDS


def test_a_broker_that_refuses_is_logged_once_and_tried_again(broker, caplog):
    line = HandOver()
    broker.refuses = True
    line.add([7])
    time.sleep(0.2)
    assert caplog.text.count("broker is away") == 1
    broker.refuses = False
    until(lambda: broker.sent == [[7]])


def test_what_waits_is_bounded(broker, monkeypatch):
    monkeypatch.setattr(module, "MAX_WAITING", 10)
    line = HandOver()
    broker.open.clear()
    for number in range(1_000):
        line.add([number])
    assert line.waiting() <= 11
    broker.open.set()
