"""One session's queue: merging, the window, and when it gives up."""

from chat.realtime import outbound as module
from chat.realtime.outbound import Chunk, merge
from chat.realtime.tests.doubles import Wire, said
from protocol.codec import JSON, MSGPACK
from protocol.replies import Done, ServerPing


def chunk(seq: int, size: int = 10) -> Chunk:
    event = said(7, seq, "x" * size)
    return Chunk(JSON.encode(event), MSGPACK.encode(event), 1)


def test_what_waits_becomes_one_frame_in_order():
    for codec in (JSON, MSGPACK):
        wire = Wire(codec)
        for seq in range(1, 41):
            wire.follower.push(chunk(seq))
        wire.follower.flush({})
        assert len(wire.frames) == 1
        assert wire.seqs() == list(range(1, 41))


def test_queues_with_the_same_chunks_share_the_frame():
    one, two, other = Wire(), Wire(), Wire()
    first, second, third = chunk(1), chunk(2), chunk(3)
    for wire, chunks in ((one, (first, second)), (two, (first, second)), (other, (first, third))):
        for each in chunks:
            wire.follower.push(each)
    made = {}
    for wire in (one, two, other):
        wire.follower.flush(made)
    assert one.frames[0] is two.frames[0]
    assert other.seqs() == [1, 3]


def test_merging_keeps_counts_and_order():
    merged = merge([chunk(1), merge([chunk(2), chunk(3)])])
    wire = Wire(MSGPACK)
    wire.follower.push(merged)
    wire.follower.flush({})
    assert merged.count == 3
    assert wire.seqs() == [1, 2, 3]


def test_a_blocked_socket_collects_and_sends_answers_first():
    wire = Wire()
    wire.open = False
    wire.follower.push(chunk(1))
    wire.follower.flush({})
    assert len(wire.frames) == 1
    wire.follower.push(chunk(2))
    wire.follower.flush({})
    wire.follower.reply(JSON.encode(Done(id=5)))
    wire.follower.push(chunk(3))
    wire.follower.flush({})
    assert len(wire.frames) == 1
    wire.open = True
    wire.follower.resume()
    assert wire.decoded()[1] == Done(id=5)
    assert wire.seqs() == [1, 2, 3]


def test_frames_stay_below_their_size():
    wire = Wire()
    for seq in range(1, 61):
        wire.follower.push(chunk(seq, 10_000))
    wire.follower.flush({})
    assert all(len(each) <= module.MAX_EVENTS_FRAME + 100 for each in wire.frames)
    assert wire.seqs() == list(range(1, 61))


def test_a_reader_who_confirms_never_meets_the_window():
    wire = Wire()
    for seq in range(1, 1001):
        wire.follower.push(chunk(seq, 10_000))
        wire.follower.flush({})
        for frame in wire.decoded():
            if isinstance(frame, ServerPing):
                wire.follower.pong()
        wire.frames.clear()
    assert wire.follower.waiting_events == 0
    assert wire.lagged == 0


def test_who_reads_nothing_is_held_at_the_window_and_then_given_up():
    wire = Wire()
    sent = 0
    for seq in range(1, 1001):
        wire.follower.push(chunk(seq, 10_000))
        wire.follower.flush({})
        sent += sum(map(len, wire.frames))
        wire.frames.clear()
        if wire.lagged:
            break
    assert wire.lagged == 1
    assert sent < module.WINDOW_BYTES + module.MAX_EVENTS_FRAME
    assert seq * 10_000 < module.WINDOW_BYTES + module.MAX_WAITING_BYTES + 50_000
    wire.follower.push(chunk(1))
    wire.follower.flush({})
    assert wire.frames == []


def test_a_pong_opens_the_window_again():
    wire = Wire()
    for seq in range(1, 151):
        wire.follower.push(chunk(seq, 10_000))
        wire.follower.flush({})
    assert wire.follower.chunks
    while wire.follower.chunks:
        wire.follower.pong()
    assert wire.seqs() == list(range(1, 151))


def test_a_pong_that_nobody_asked_for_confirms_nothing():
    wire = Wire()
    wire.follower.push(chunk(1))
    wire.follower.flush({})
    wire.follower.pong()
    assert wire.follower.confirmed_bytes == 0


def test_too_many_answers_for_a_blocked_socket_are_too_much_as_well():
    wire = Wire()
    wire.open = False
    answer = JSON.encode(said(1, 1, "x" * 50_000))
    for _ in range(50):
        wire.follower.reply(answer)
    assert wire.lagged == 1
