"""What was sent, what was acked, and what is late."""

from chat.realtime.positions import Positions
from protocol import limits


def test_an_ack_of_the_head_settles_a_conversation():
    positions = Positions()
    positions.sent(1, 5, now=0)
    assert positions.ack({1: 5}, now=1) == {1: 5}
    assert positions.late(now=100) == {}
    assert positions.heads == {}


def test_progress_is_never_late():
    positions = Positions()
    for now in range(100):
        positions.sent(1, now * 400 + 400, now=now)
        positions.ack({1: now * 400 + 1}, now=now)
        assert positions.late(now) == {}


def test_acks_only_grow():
    positions = Positions()
    assert positions.ack({1: 5}, now=0) == {1: 5}
    assert positions.ack({1: 4, 2: 1}, now=0) == {2: 1}
    positions.sent(1, 5, now=0)
    assert positions.heads == {}


def test_repeats_are_counted_and_an_ack_forgives_them():
    positions = Positions()
    positions.sent(1, 5, now=0)
    for turn in range(1, limits.ACK_REPEATS + 1):
        assert positions.late(turn * limits.ACK_SECONDS) == {1: 5}
    assert not positions.given_up
    positions.ack({1: 4}, now=16)
    assert positions.repeats == 0
    for turn in range(4, 9):
        positions.late(turn * limits.ACK_SECONDS + 2)
    assert positions.given_up


def test_a_forgotten_conversation_is_owed_nothing():
    positions = Positions()
    positions.sent(1, 5, now=0)
    positions.forget(1)
    assert positions.late(now=100) == {}


def test_an_ack_says_how_the_device_came_by_it():
    positions = Positions()
    positions.sent(1, 5, now=0)
    assert (positions.path(1, 5), positions.path(1, 6), positions.path(2, 1)) == ("live", "sync", "sync")
    positions.late(limits.ACK_SECONDS)
    assert positions.path(1, 5) == "repeat"
    positions.ack({1: 5}, now=16)
    positions.sent(1, 6, now=17)
    assert positions.path(1, 6) == "live"
