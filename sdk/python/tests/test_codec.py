"""The kit reads and writes the shared vectors, and tolerates a newer server."""

import json
from pathlib import Path

import msgspec
import pytest
from parley_sdk.codec import CODECS, JSON, MSGPACK
from parley_sdk.wire import events, replies
from parley_sdk.wire.rules import SUBPROTOCOL_BINARY

VECTORS = Path(__file__).resolve().parents[3] / "tests" / "vectors"
FRAMES, REPLIES, EVENTS = (
    json.loads((VECTORS / f"{name}.json").read_text()) for name in ("frames", "replies", "events")
)


def label(vector):
    return f"{vector['type']}: {vector['sample']}"


@pytest.mark.parametrize("vector", FRAMES, ids=label)
def test_frames_equal_the_vectors(vector):
    frame = JSON.decode_frame(vector["json"])
    assert frame == MSGPACK.decode_frame(bytes.fromhex(vector["msgpack"]))
    assert MSGPACK.encode(frame).hex() == vector["msgpack"]
    assert JSON.decode_frame(JSON.encode(frame)) == frame


@pytest.mark.parametrize("vector", REPLIES, ids=label)
def test_replies_equal_the_vectors(vector):
    reply = JSON.decode(vector["json"])
    assert reply == MSGPACK.decode(bytes.fromhex(vector["msgpack"]))
    assert MSGPACK.encode(reply).hex() == vector["msgpack"]
    for field, value in vector["fields"].items():
        if isinstance(value, str | int | float):
            assert field == "type" or getattr(reply, field) == value


@pytest.mark.parametrize("vector", EVENTS, ids=label)
def test_events_equal_the_vectors(vector):
    [event] = JSON.decode(f'{{"type":"events","events":[{vector["json"]}]}}').events
    [same] = MSGPACK.decode(b"\x92\x69\x91" + bytes.fromhex(vector["msgpack"])).events
    assert event == same
    assert type(event).__struct_config__.tag == vector["type"]


def test_the_binary_codec_comes_first():
    assert next(iter(CODECS)) == SUBPROTOCOL_BINARY


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
def test_an_unknown_event_is_left_out_and_the_rest_is_read(codec):
    typing = events.TypingStarted(conversation=7, user=2)
    if codec.binary:
        known = [52, 7, 2]
        data = msgspec.msgpack.encode([105, [known, [126, 1, {"x": []}], [*known, "new field"]]])
    else:
        known = {"type": "typing.started", "conversation": 7, "user": 2}
        data = json.dumps({"type": "events", "events": [known, {"type": "poll.closed", "x": 1}, known | {"new": 1}]})
    assert codec.decode(data) == replies.Events(events=[typing, typing])


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
def test_an_unknown_event_inside_a_page_is_left_out(codec):
    page = next(JSON.decode(each["json"]) for each in REPLIES if label(each) == "inbox.page: full")
    if codec.binary:
        loose = msgspec.msgpack.decode(codec.encode(page), strict=False)
        loose[3][0][1].insert(0, [126, 1])
        data = msgspec.msgpack.encode(loose)
    else:
        loose = json.loads(codec.encode(page))
        loose["deltas"][0]["events"].insert(0, {"type": "poll.closed"})
        data = json.dumps(loose)
    assert codec.decode(data) == page


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"{}", b"[]", b"\x90", b"\x91\x01", b'{"type":"welcome"}', b'{"type":"new"}', b"\x91\x7e"]
)
def test_unreadable_and_unknown_frames_are_none(codec, data):
    assert codec.decode(data) is None


def test_the_shape_of_the_heartbeat_is_at_most_16_bytes():
    assert len(MSGPACK.encode(replies.ServerPing())) <= 16
