"""Pacing on both loops: at once when idle, in pauses under load, never too late."""

import asyncio
import time
from itertools import pairwise

import pytest

from chat.realtime import pacer as module
from chat.realtime.pacer import Pacer

try:
    import uvloop
except ModuleNotFoundError:
    uvloop = None

LOOPS = [pytest.param(asyncio.run, id="asyncio")]
if uvloop is not None:
    LOOPS.append(pytest.param(uvloop.run, id="uvloop"))


@pytest.fixture(params=LOOPS)
def run(request):
    return request.param


def test_idle_work_is_done_in_the_next_turn(run):
    async def story():
        done = []
        pacer = Pacer(asyncio.get_running_loop(), lambda: done.append(1))
        pacer.wake()
        pacer.wake()
        await asyncio.sleep(0.005)
        assert done == [1]

    run(story())


def test_work_that_costs_makes_the_next_wait_and_share(run):
    async def story():
        moments = []

        def work():
            moments.append(time.monotonic())
            time.sleep(0.02)

        pacer = Pacer(asyncio.get_running_loop(), work)
        until = time.monotonic() + 0.5
        while time.monotonic() < until:
            pacer.wake()
            await asyncio.sleep(0)
        gaps = [later - earlier for earlier, later in pairwise(moments)]
        assert min(gaps) >= 0.03
        assert len(moments) >= 3

    run(story())


def test_the_pause_has_an_end(run, monkeypatch):
    monkeypatch.setattr(module, "MAX_PAUSE", 0.05)

    async def story():
        done = []

        def work():
            done.append(asyncio.get_running_loop().time())
            if len(done) == 1:
                time.sleep(0.3)

        pacer = Pacer(asyncio.get_running_loop(), work)
        pacer.wake()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        pacer.wake()
        await asyncio.sleep(0.2)
        assert done[1] - done[0] < 0.3 + 0.2

    run(story())


def test_a_later_wish_waits_and_an_earlier_one_overtakes_it(run):
    async def story():
        done = []
        pacer = Pacer(asyncio.get_running_loop(), lambda: done.append(1))
        pacer.wake(10)
        await asyncio.sleep(0.02)
        assert done == []
        pacer.wake(0.01)
        await asyncio.sleep(0.05)
        assert done == [1]
        pacer.wake()
        pacer.stop()
        await asyncio.sleep(0.02)
        assert done == [1]

    run(story())


def test_work_that_fails_does_not_stop_the_next(run):
    async def story():
        done = []

        def work():
            done.append(1)
            if len(done) == 1:
                raise RuntimeError("once")

        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        pacer = Pacer(loop, work)
        for _ in range(2):
            pacer.wake()
            await asyncio.sleep(0.02)
        assert done == [1, 1]

    run(story())
