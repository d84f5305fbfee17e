"""The connection's states, numbers and times, with a fake clock."""

import random

import pytest
from fake_server import FakeServer
from fake_world import FakeClock, FakeNet, FakeTokens
from parley_sdk.network import backoff
from parley_sdk.network.connection import Connection, Ports, Reason, State
from parley_sdk.wire.frames import Pong
from parley_sdk.wire.replies import Failed


class Listener:
    def __init__(self):
        self.changes, self.frames, self.welcomes = [], [], []

    def changed(self, change):
        self.changes.append(change)

    def welcomed(self, welcome):
        self.welcomes.append(welcome)

    def received(self, frame):
        self.frames.append(frame)

    @property
    def states(self):
        return [str(change.state) for change in self.changes]


class Setup:
    def __init__(self):
        self.clock = FakeClock()
        self.server = FakeServer(self.clock)
        self.net = FakeNet(self.clock, self.server)
        self.tokens = FakeTokens("1")
        self.listener = Listener()
        self.connection = Connection(Ports(self.clock, random.Random(1), self.net, self.tokens), self.listener)

    def online(self):
        self.connection.start()
        self.clock.advance(1)
        assert self.connection.state is State.ONLINE
        return self

    @property
    def link(self):
        return self.connection._link


@pytest.fixture
def setup():
    return Setup()


def test_hello_and_welcome_make_it_online(setup):
    setup.online()
    assert setup.listener.states == ["connecting", "online"]
    assert setup.listener.welcomes[0].user == 1
    assert setup.tokens.asked == [False]


def test_a_cut_is_followed_by_a_new_attempt_within_the_first_window(setup):
    setup.online()
    setup.link.cut(1006)
    change = setup.listener.changes[-1]
    assert (change.state, change.reason) == (State.WAITING, 1006)
    assert 0 <= change.retry_in <= backoff.FIRST
    setup.clock.advance(1)
    assert setup.connection.state is State.ONLINE


def test_the_pauses_grow_to_twenty_seconds_and_no_further(setup):
    setup.net.is_up = False
    setup.connection.start()
    setup.clock.advance(600)
    pauses = [change.retry_in for change in setup.listener.changes if change.state is State.WAITING]
    assert 20 < len(pauses) < 120
    assert all(pause <= min(20.0, 0.5 * 2**index) for index, pause in enumerate(pauses))
    assert max(pauses) > 15


def test_ten_good_seconds_make_the_pause_short_again(setup):
    setup.net.is_up = False
    setup.connection.start()
    setup.clock.advance(60)
    setup.net.is_up = True
    setup.clock.advance(30)
    assert setup.connection.state is State.ONLINE
    setup.clock.advance(11)
    setup.link.cut()
    assert setup.listener.changes[-1].retry_in <= backoff.FIRST


def test_a_connection_that_dies_young_keeps_the_pauses_growing(setup):
    setup.online()
    for _ in range(6):
        setup.link.cut()
        setup.clock.advance(setup.listener.changes[-1].retry_in + 0.5)
    assert setup.connection._attempt == 6


def test_no_welcome_in_time(setup):
    setup.server.hello = lambda frame: Failed(id=99, error="internal", message="somebody else's")
    setup.connection.start()
    setup.clock.advance(10.5)
    waiting = next(change for change in setup.listener.changes if change.state is State.WAITING)
    assert waiting.reason == Reason.CONNECT_TIMEOUT


def test_silence_is_noticed_after_heartbeat_and_grace(setup):
    setup.online()
    setup.link.freeze()
    setup.clock.advance(29)
    assert setup.connection.state is State.ONLINE
    setup.clock.advance(2)
    assert Reason.HEARTBEAT_MISSED in [change.reason for change in setup.listener.changes]


def test_pings_are_answered_and_keep_it_alive(setup):
    setup.online()
    setup.clock.advance(300)
    assert setup.listener.states == ["connecting", "online"]
    assert Pong() in setup.server.requests


@pytest.mark.parametrize("code", [4400, 4401, 4403, 4406, 4413, 4499])
def test_a_final_close_code_ends_it(setup, code):
    setup.online()
    setup.link.cut(code, "no")
    setup.clock.advance(120)
    assert setup.connection.state is State.CLOSED
    assert setup.connection.reason == code
    assert setup.net.opens == 1


@pytest.mark.parametrize("code", [1000, 1001, 1006, 1011, 1012, 1013, 4000, 4001, 4003, 4100, 4102])
def test_a_temporary_close_code_does_not(setup, code):
    setup.online()
    setup.link.cut(code)
    setup.clock.advance(30)
    assert setup.connection.state is State.ONLINE


def test_too_fast_waits_longer(setup):
    setup.online()
    setup.link.cut(4100)
    assert setup.listener.changes[-1].retry_in >= 5


def test_an_expired_token_is_renewed_once_per_attempt(setup):
    setup.online()
    setup.link.cut(4101)
    setup.clock.advance(5)
    assert setup.tokens.asked == [False, True]
    setup.link.cut()
    setup.clock.advance(5)
    assert setup.tokens.asked == [False, True, False]


@pytest.mark.parametrize(
    ("error", "reason"),
    [("unauthenticated", 4401), ("device_revoked", 4403), ("unsupported_version", 4406)],
)
def test_a_refused_hello_is_final(setup, error, reason):
    setup.server.hello = lambda frame: Failed(id=frame.id, error=error, message="No.")
    setup.connection.start()
    setup.clock.advance(5)
    assert (setup.connection.state, setup.connection.reason) == (State.CLOSED, reason)


def test_a_busy_server_is_asked_again_when_it_said(setup):
    setup.server.hello = lambda frame: Failed(id=frame.id, error="unavailable", message="Later.", retry_after=7.0)
    setup.connection.start()
    setup.clock.advance(1)
    assert setup.listener.changes[-1].retry_in >= 7


def test_a_token_that_cannot_be_got_ends_it(setup):
    setup.tokens.token = PermissionError("gone")
    setup.connection.start()
    assert (setup.connection.state, setup.connection.reason) == (State.CLOSED, Reason.NO_TOKEN)


def test_stop_ends_it_and_start_begins_again(setup):
    setup.online()
    setup.connection.stop()
    setup.clock.advance(60)
    assert setup.connection.state is State.CLOSED
    assert not setup.connection.send(Pong())
    setup.online()


def test_retry_now_skips_the_pause(setup):
    setup.net.is_up = False
    setup.connection.start()
    setup.clock.advance(100)
    while setup.connection.state is not State.WAITING:
        setup.clock.advance(0.005)
    setup.net.is_up = True
    setup.connection.retry_now()
    setup.clock.advance(0.2)
    assert setup.connection.state is State.ONLINE


def test_a_late_link_of_an_earlier_attempt_is_ignored(setup):
    setup.online()
    old = setup.link
    old.cut()
    setup.clock.advance(1)
    old.events.received(b"\x92\x65\x01")
    old.events.closed(4403, "old news")
    assert setup.connection.state is State.ONLINE
