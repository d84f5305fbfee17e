"""The process's seat in the layer: what is wanted comes true, also when the layer is slow, away or forgetful."""

import asyncio

import pytest
from channels.layers import InMemoryChannelLayer

from chat.realtime import membership
from chat.realtime.membership import Seat
from chat.realtime.tests.sockets import until


class Moody(InMemoryChannelLayer):
    """A layer that fails while it is ``away``."""

    away = False

    async def group_add(self, group, channel):
        if self.away:
            raise ConnectionError
        await super().group_add(group, channel)


@pytest.fixture
async def seat(monkeypatch):
    monkeypatch.setattr(membership, "LINGER_SECONDS", 0.05)
    monkeypatch.setattr(membership, "RETRY_SECONDS", 0.05)
    arrived = []
    seat = Seat(Moody(), arrived.append)
    seat.arrived = arrived
    seat.start()
    yield seat
    await seat.stop()


def groups(seat) -> set[str]:
    return set(seat._layer.groups)


async def test_a_joined_group_is_heard(seat):
    seat.join("conv.1")
    assert await seat.joined(["conv.1"], 5)
    await seat._layer.group_send("conv.1", {"type": "hub.deliver", "n": 1})
    await seat._layer.group_send("conv.2", {"type": "hub.deliver", "n": 2})
    await until(lambda: seat.arrived)
    assert [each["n"] for each in seat.arrived] == [1]


async def test_a_group_without_followers_is_left_after_a_moment(seat):
    seat.join("conv.1")
    assert await seat.joined(["conv.1"], 5)
    seat.leave("conv.1")
    assert groups(seat) == {"conv.1"}
    await until(lambda: not groups(seat))


async def test_who_comes_back_in_time_never_left(seat):
    seat.join("conv.1")
    await seat.joined(["conv.1"], 5)
    seat.leave("conv.1")
    seat.join("conv.1")
    await asyncio.sleep(0.15)
    assert groups(seat) == {"conv.1"}


async def test_a_layer_that_is_away_is_tried_until_it_is_back(seat):
    seat._layer.away = True
    seat.join("conv.1")
    assert not await seat.joined(["conv.1"], 0.1)
    seat._layer.away = False
    assert await seat.joined(["conv.1"], 5)


async def test_rejoining_heals_a_layer_that_forgot(seat):
    seat.join("conv.1")
    await seat.joined(["conv.1"], 5)
    seat._layer.groups.clear()
    seat.rejoin()
    assert await seat.joined(["conv.1"], 5)
    assert groups(seat) == {"conv.1"}


async def test_a_message_that_cannot_be_delivered_does_not_end_the_hearing(seat, caplog):
    deliver = seat._deliver

    def broken(message):
        if message["n"] == 1:
            raise RuntimeError("broken")
        deliver(message)

    seat._deliver = broken
    seat.join("conv.1")
    await seat.joined(["conv.1"], 5)
    for number in (1, 2):
        await seat._layer.group_send("conv.1", {"type": "hub.deliver", "n": number})
    await until(lambda: seat.arrived)
    assert [each["n"] for each in seat.arrived] == [2]
    assert "could not be delivered" in caplog.text
