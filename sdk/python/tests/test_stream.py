"""One conversation's entries: once, in order, one pull per hole."""

import pytest
from fake_world import FakeClock
from parley_sdk.errors import Disconnected, ServerError
from parley_sdk.link import stream as module
from parley_sdk.link.stream import Stream
from parley_sdk.wire.events import MessageCreated
from parley_sdk.wire.replies import TimelineEntries


def entry(seq):
    return MessageCreated(conversation=7, seq=seq, at=1, number=seq, kind="text", body={"text": str(seq)})


class Owner:
    def __init__(self):
        self.applied, self.pulls, self.snapshots = [], [], []

    def apply(self, event):
        self.applied.append(event.seq)

    def pull(self, conversation, after, until, done):
        self.pulls.append((after, until, done))

    def too_far_behind(self, conversation):
        self.snapshots.append(conversation)

    def advanced(self, conversation):
        pass

    def answer(self, seqs, head=None, **more):
        self.pulls[-1][2](
            TimelineEntries(
                id=1, conversation=7, events=[entry(each) for each in seqs], head_seq=head or max(seqs), **more
            )
        )


@pytest.fixture
def world():
    clock, owner = FakeClock(), Owner()
    return clock, owner, Stream(7, owner, clock, held=0)


def test_entries_in_order_are_applied_at_once(world):
    _, owner, stream = world
    for seq in (1, 2, 3):
        stream.receive(entry(seq))
    assert owner.applied == [1, 2, 3]
    assert stream.whole


def test_repeats_are_dropped_and_counted(world):
    _, owner, stream = world
    for seq in (1, 1, 2, 1, 2):
        stream.receive(entry(seq))
    assert owner.applied == [1, 2]
    assert stream.duplicates == 3


def test_a_hole_that_closes_by_itself_is_not_asked_for(world):
    clock, owner, stream = world
    stream.receive(entry(2))
    clock.advance(module.HOLE_SECONDS / 2)
    stream.receive(entry(1))
    clock.advance(10)
    assert owner.applied == [1, 2]
    assert owner.pulls == []


def test_one_pull_per_hole_whatever_arrives_meanwhile(world):
    clock, owner, stream = world
    stream.receive(entry(4))
    clock.advance(1)
    for seq in (5, 6, 8):
        stream.receive(entry(seq))
        clock.advance(1)
    assert [(after, until) for after, until, _ in owner.pulls] == [(0, 3)]
    owner.answer([1, 2, 3], head=8)
    assert owner.applied == [1, 2, 3, 4, 5, 6]
    assert [(after, until) for after, until, _ in owner.pulls[1:]] == [(6, 7)]
    owner.answer([7], head=8)
    assert owner.applied == list(range(1, 9))
    assert stream.pulls == 2


def test_more_is_asked_for_at_once(world):
    clock, owner, stream = world
    stream.see_head(5)
    clock.advance(1)
    owner.answer([1, 2], head=5, more=True)
    owner.answer([3, 4, 5], head=5)
    assert owner.applied == [1, 2, 3, 4, 5]


def test_a_head_alone_shows_a_hole(world):
    clock, owner, stream = world
    stream.see_head(2)
    clock.advance(1)
    assert [(after, until) for after, until, _ in owner.pulls] == [(0, 0)]


def test_a_failed_pull_is_tried_again(world):
    clock, owner, stream = world
    stream.see_head(1)
    clock.advance(1)
    owner.pulls[-1][2](Disconnected("gone"))
    clock.advance(module.AGAIN_SECONDS + 0.1)
    assert len(owner.pulls) == 2


def test_a_pull_that_is_refused_is_not_repeated_by_itself(world):
    clock, owner, stream = world
    stream.see_head(1)
    clock.advance(1)
    owner.pulls[-1][2](ServerError("not_a_member", "No."))
    clock.advance(60)
    assert len(owner.pulls) == 1


def test_too_far_behind_is_passed_on(world):
    clock, owner, stream = world
    stream.see_head(5_000)
    clock.advance(1)
    owner.pulls[-1][2](TimelineEntries(id=1, conversation=7, events=[], head_seq=5_000, snapshot_required=True))
    assert owner.snapshots == [7]


def test_entries_that_this_kit_does_not_know_are_passed_over(world):
    """A newer server's event type leaves a hole that no pull can fill."""
    clock, owner, stream = world
    stream.receive(entry(4))
    clock.advance(1)
    owner.answer([1, 3], head=4)
    assert owner.applied == [1, 3, 4]
    assert stream.whole


def test_a_jump_drops_what_is_behind_it(world):
    _, owner, stream = world
    stream.receive(entry(3))
    stream.receive(entry(12))
    stream.jump(11)
    assert owner.applied == [12]
    assert stream.held == 12


def test_without_a_position_everything_waits(world):
    clock, owner, _ = world
    stream = Stream(7, owner, clock)
    for seq in (5, 4, 3):
        stream.receive(entry(seq))
    clock.advance(10)
    assert owner.applied == []
    assert owner.pulls == []
    stream.jump(3)
    assert owner.applied == [4, 5]


def test_a_paused_stream_asks_for_nothing(world):
    clock, owner, stream = world
    stream.receive(entry(2))
    stream.pause()
    stream.see_head(9)
    clock.advance(10)
    assert owner.pulls == []
    stream.resume()
    clock.advance(1)
    assert len(owner.pulls) == 1


def test_memory_is_bounded(world):
    _, _, stream = world
    for seq in range(2, 5_000):
        stream.receive(entry(seq))
    assert len(stream.early) == module.MAX_HELD_BACK
