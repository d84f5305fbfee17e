"""The report on half-open sockets counts what it says: from the devices' ledgers and the gateways' own numbers."""

from types import SimpleNamespace

from tests.faults import half_open
from tests.faults.chaos import Size
from tests.faults.half_open import HalfOpen
from tests.faults.pushes import Gateway

PAGE = """
# TYPE parley_ack_seconds histogram
parley_ack_seconds_bucket{le="1.0",path="live"} 7.0
parley_ack_seconds_bucket{le="+Inf",path="live"} 9.0
parley_ack_seconds_count{path="live"} 9.0
parley_ack_seconds_count{path="sync"} 1.0
"""


def test_a_message_is_held_when_shown_or_when_a_push_of_it_or_of_a_newer_one_was_taken():
    run = HalfOpen(SimpleNamespace(names=[]), Size(sends=1, rate=1, steps=1))
    shown = {(1, 5): (100.0, 101.0), (1, 6): (100.0, 130.0), (2, 1): (100.0, 140.0), (1, 9): (200.0, 230.0)}
    run.devices = [SimpleNamespace(person=7, shown=shown)]
    gateway = Gateway()
    try:
        gateway.notices = {"7": [(1, 8, 109.0), (2, 1, 99.0)], "8": [(2, 1, 101.0)]}
        assert sorted(run.lags(gateway)) == [(1.0, 1.0), (30.0, 9.0), (30.0, 30.0), (40.0, 40.0)]
    finally:
        gateway.stop()


def test_numbers_of_gateways_are_added_and_the_greatest_is_told():
    assert half_open.added([PAGE, PAGE]) == {"live": {"1.0": 14, "+Inf": 18, "count": 18}, "sync": {"count": 2}}
    assert half_open.quantiles([*range(100)]) == {"p50": 50, "p99": 99, "max": 99}
    assert half_open.quantiles([])["max"] == 0


def test_every_step_has_both_troubles():
    steps = HalfOpen(SimpleNamespace(names=[]), Size(sends=1, rate=1, steps=3)).steps()
    assert len(steps) == 3
    assert {(max(r.deaf for r in step.rules), max(r.drop for r in step.rules)) for step in steps} == {(0.1, 0.03)}
