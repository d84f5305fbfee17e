"""One topic: what is merged, what is held back. The rest is shown through the hub."""

from chat.realtime.outbound import MAX_EVENTS_FRAME
from chat.realtime.tests.doubles import Wire, layer_message, said
from chat.realtime.topic import TIMES, Topic


def test_chunks_stay_below_the_size_of_a_frame():
    topic = Topic("conv.7", 7, large=False)
    topic.followers.add(Wire().follower)
    for seq in range(1, 101):
        topic.take(layer_message("conv.7", said(7, seq, "x" * 10_000)), 0)
    chunks = topic.drain(0)
    assert sum(chunk.count for chunk, _, _ in chunks) == 100
    assert all(chunk.size <= MAX_EVENTS_FRAME for chunk, _, _ in chunks)
    assert [seq for _, seq, _ in chunks] == sorted(seq for _, seq, _ in chunks)
    assert chunks[-1][1] == 100
    assert len(chunks) == 4


def test_a_late_twin_passes_and_does_not_move_the_head():
    topic = Topic("conv.7", 7, large=False)
    topic.followers.add(Wire().follower)
    for seq in (4, 5, 4):
        topic.take(layer_message("conv.7", said(7, seq)), 0)
    assert topic.head == 5
    assert sum(chunk.count for chunk, _, _ in topic.drain(0)) == 3


def test_nothing_is_kept_for_a_large_conversation_that_nobody_has_open():
    topic = Topic("conv.7", 7, large=True)
    topic.take(layer_message("conv.7", said(7, 1), large=True), 0)
    assert topic.drain(0) == []
    assert topic.advance_due(0) == float("inf")


def test_the_time_of_a_commit_is_known_for_a_while():
    topic = Topic("conv.7", 7, large=False)
    for seq in range(1, TIMES + 3):
        topic.take(layer_message("conv.7", said(7, seq)) | {"at": 1_000 + seq}, 0)
    assert topic.committed(TIMES + 2) == 1_000 + TIMES + 2
    assert topic.committed(TIMES + 3) == 0, "it did not come here"
    assert topic.committed(1) == 1_003, "a cumulative ack of what is forgotten: at least as old as the oldest known"
