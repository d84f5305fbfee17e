"""Who is here, told in bulk: came, away, back, gone. The cache is real, the clock is the test's."""

import asyncio

import pytest

from chat import presence, relay
from chat.realtime import attendance as module
from chat.realtime.attendance import Attendance
from chat.realtime.lanes import Lanes


class Clock:
    """A loop whose time stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = 1000.0

    def time(self) -> float:
        return self.now

    def create_task(self, coroutine):
        return asyncio.get_running_loop().create_task(coroutine)


@pytest.fixture
def told(monkeypatch):
    """What watchers and gateways are told."""
    told = []
    monkeypatch.setattr(relay, "publish_ephemeral", lambda topic, event: told.append((event.user, event.status)))
    monkeypatch.setattr(relay, "ask_gateways", lambda message: told.append(("asked", tuple(message["users"]))))
    monkeypatch.setattr(module, "OBJECT_SECONDS", 0.01)
    monkeypatch.setattr(module.selectors, "get_words", lambda users: {})
    return told


@pytest.fixture
def here(told):
    lanes = Lanes(read_lanes=1)
    here = Attendance(lanes, Clock())
    yield here
    lanes.close()


async def tick(here: Attendance, seconds: float = 1.0) -> None:
    here._loop.now += seconds
    here.tick(here._loop.now)
    if here._task is not None:
        await here._task


async def test_the_first_session_brings_a_user_online_and_the_second_says_nothing(here, told):
    here.came(1)
    here.came(1)
    here.came(2)
    await tick(here)
    assert sorted(told) == [(1, "online"), (2, "online")]
    assert presence.get_statuses([1, 2, 3]) == {1: "online", 2: "online"}
    here.left(1)
    await tick(here, module.LINGER_SECONDS + 1)
    assert here.users == 2
    assert len(told) == 2


async def test_a_reload_is_not_leaving(here, told):
    here.came(1)
    await tick(here)
    here.left(1)
    await tick(here, 2)
    here.came(1)
    await tick(here, module.LINGER_SECONDS + 1)
    assert told == [(1, "online")]


async def test_who_is_gone_for_a_while_is_offline(here, told):
    here.came(1)
    await tick(here)
    here.left(1)
    await tick(here, module.LINGER_SECONDS + 1)
    assert told == [(1, "online"), ("asked", (1,)), (1, "offline")]
    assert presence.get_statuses([1]) == {}


async def test_another_gateway_may_object(here, told, monkeypatch):
    there = Attendance(here._lanes, here._loop)
    here.came(1)
    await tick(here)
    there.came(1)

    def ask(message):
        there.asked(message["users"])
        there.tick(there._loop.now)

    monkeypatch.setattr(relay, "ask_gateways", ask)
    monkeypatch.setattr(module, "OBJECT_SECONDS", 0.2)
    here.left(1)
    await tick(here, module.LINGER_SECONDS + 1)
    assert (1, "offline") not in told
    assert presence.get_statuses([1]) == {1: "online"}


async def test_idle_is_away_and_a_request_brings_back(here, told):
    here.came(1)
    await tick(here)
    await tick(here, module.AWAY_SECONDS)
    here.active(1)
    await tick(here)
    assert told == [(1, "online"), (1, "away"), (1, "online")]


async def test_everybody_is_refreshed_in_time_in_few_round_trips(here, monkeypatch):
    calls = []
    record = presence.record
    monkeypatch.setattr(
        presence, "record", lambda some, gateway: calls.append(len(some)) or record(some, gateway=gateway)
    )
    for user in range(2_500):
        here.came(user)
    await tick(here)
    assert calls == [1000, 1000, 500]
    calls.clear()
    await tick(here)
    assert calls == []
    await tick(here, presence.REFRESH_SECONDS)
    assert calls == [1000, 1000, 500]


async def test_the_end_of_a_gateway_takes_its_users_with_it(here):
    here.came(1)
    await tick(here)
    await here.stop()
    assert presence.get_statuses([1]) == {}


async def test_a_change_carries_the_persons_own_words(here, monkeypatch):
    events = []
    monkeypatch.setattr(relay, "publish_ephemeral", lambda topic, event: events.append(event))
    words = {1: module.selectors.Words(emoji="🍜", text="Lunch", until=5, quiet_until=6)}
    monkeypatch.setattr(module.selectors, "get_words", lambda users: words)
    here.came(1)
    here.came(2)
    await tick(here)
    said = {event.user: (event.emoji, event.text, event.until, event.quiet_until) for event in events}
    assert said == {1: ("🍜", "Lunch", 5, 6), 2: ("", "", 0, 0)}
