"""Group commit and coalescing, with a lane that runs when told."""

import asyncio

import pytest

from chat.realtime.writer import Batcher, Coalescer
from protocol import errors


class Lane:
    """A write lane whose jobs finish when the test says so."""

    def __init__(self) -> None:
        self.jobs = []

    def __call__(self, job, items, /):
        future = asyncio.get_running_loop().create_future()
        self.jobs.append((job, items, future))
        return future

    async def finish(self, problem: Exception | None = None) -> list:
        job, items, future = self.jobs.pop(0)
        if problem:
            future.set_exception(problem)
        else:
            future.set_result(job(items))
        await asyncio.sleep(0)
        return items


def double(items: list[int]) -> list[int]:
    return [each * 2 for each in items]


async def test_a_lone_item_is_committed_at_once():
    lane, got = Lane(), []
    Batcher(double, lane).submit(4, got.append)
    assert len(lane.jobs) == 1
    await lane.finish()
    assert got == [8]


async def test_what_comes_during_a_commit_is_the_next_batch_in_order():
    lane, got = Lane(), []
    batcher = Batcher(double, lane, limit=64)
    for each in range(150):
        batcher.submit(each, got.append)
    sizes = []
    while lane.jobs:
        assert len(lane.jobs) == 1
        sizes.append(len(await lane.finish()))
    assert sizes == [1, 64, 64, 21]
    assert got == [each * 2 for each in range(150)]
    assert batcher.waiting == 0


async def test_a_failed_commit_is_told_to_all_of_it_and_to_nobody_else():
    lane, got = Lane(), []
    batcher = Batcher(double, lane)
    for each in range(3):
        batcher.submit(each, got.append)
    await lane.finish()
    await lane.finish(RuntimeError("disk"))
    assert got[0] == 0
    assert [type(each) for each in got[1:]] == [errors.Unavailable] * 2
    batcher.submit(5, got.append)
    await lane.finish()
    assert got[-1] == 10


async def test_an_answer_that_fails_does_not_stop_the_others():
    lane, got = Lane(), []
    batcher = Batcher(double, lane)

    def broken(result):
        raise RuntimeError("socket gone")

    batcher.submit(0, got.append)
    batcher.submit(1, broken)
    batcher.submit(2, got.append)
    await lane.finish()
    await lane.finish()
    assert got == [0, 4]


async def test_too_many_waiting_are_asked_to_come_back():
    lane = Lane()
    batcher = Batcher(double, lane, max_waiting=2)
    for each in range(3):
        batcher.submit(each, lambda result: None)
    with pytest.raises(errors.Unavailable) as caught:
        batcher.submit(4, lambda result: None)
    assert caught.value.retry_after
    for _ in range(2):
        await lane.finish()


async def test_the_last_position_wins_and_everybody_is_answered():
    lane, timers, got, stored = Lane(), [], [], []
    batcher = Batcher(lambda items: stored.append(items) or double(items), lane)
    coalescer = Coalescer(batcher, max, later=lambda delay, call: timers.append((delay, call)))
    for each in (3, 9, 5):
        coalescer.put("alice", each, got.append)
    coalescer.put("bob", 1)
    assert (len(timers), lane.jobs) == (1, [])
    timers[0][1]()
    await lane.finish()
    await lane.finish()
    assert got == [18, 18, 18]
    assert stored == [[9], [1]]
    coalescer.put("alice", 10)
    assert len(timers) == 2


async def test_positions_rest_four_times_as_long_as_they_took_and_go_on_by_themselves():
    lane, timers, now = Lane(), [], [0.0]
    coalescer = Coalescer(
        Batcher(double, lane), max, later=lambda delay, call: timers.append((delay, call)), clock=lambda: now[0]
    )
    coalescer.put("alice", 1)
    delay, flush = timers.pop()
    assert delay == 0.25
    flush()
    coalescer.put("alice", 2)
    assert timers == []
    now[0] += 0.4
    await lane.finish()
    delay, flush = timers.pop()
    assert delay == 1.6
    flush()
    now[0] += 100
    await lane.finish()
    coalescer.put("alice", 3)
    assert timers.pop()[0] == 3.0


async def test_a_full_writer_answers_positions_too():
    lane, timers, got = Lane(), [], []
    batcher = Batcher(double, lane, max_waiting=1)
    coalescer = Coalescer(batcher, max, later=lambda delay, call: timers.append(call))
    for each in range(4):
        coalescer.put(each, each, got.append)
    timers.pop()()
    assert [type(each) for each in got] == [errors.Unavailable] * 2
    await lane.finish()
    await lane.finish()
    assert len(got) == 4
