"""A socket as the hub sees it: heads are noted for what is durable, and forgotten with the conversation."""

from chat.realtime.outbound import Chunk
from chat.realtime.tests.doubles import Wire, said
from protocol.codec import JSON, MSGPACK


def test_durable_chunks_are_owed_an_ack_until_the_conversation_is_forgotten():
    wire = Wire()
    chunk = Chunk(JSON.encode(said(7, 3)), MSGPACK.encode(said(7, 3)), 1)
    wire.follower.deliver(chunk, 7, 3, 0.0)
    wire.follower.deliver(chunk, 8, 0, 0.0)
    assert wire.follower.positions.heads == {7: 3}
    wire.follower.forget(7)
    assert wire.follower.positions.heads == {}
    wire.follower.flush({})
    assert wire.seqs() == [3, 3]
