"""Both codecs: exact round trips, helpful refusals, and no bytes that crash them."""

import random
import tracemalloc
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocol import codec, errors, frames, limits, replies
from protocol.codec import CODECS, JSON, MSGPACK
from protocol.events import AnyEvent
from tests.vectors.samples_events import EVENTS
from tests.vectors.samples_frames import FRAMES

BOTH = [JSON, MSGPACK]
pytestmark = pytest.mark.filterwarnings("error")


def refused(chosen, raw):
    with pytest.raises(errors.BadRequest) as caught:
        chosen.decode_frame(raw)
    assert caught.value.code in errors.CODES
    return caught.value


def packed(value):
    return msgspec.msgpack.encode(value)


def test_codecs_are_found_by_sub_protocol_best_first():
    assert list(CODECS) == ["parley.v1.msgpack", "parley.v1.json"]
    assert repr(JSON) == "<Codec parley.v1.json>"


@pytest.mark.parametrize("chosen", BOTH)
@pytest.mark.parametrize("count", [1, 15, 16, 31, 200])
def test_joined_events_equal_an_events_frame(chosen, count):
    facts = [EVENTS[index % len(EVENTS)][1] for index in range(count)]
    whole = chosen.encode(replies.Events(events=facts))
    assert chosen.events_frame([chosen.encode(fact) for fact in facts], count) == whole
    halves = [
        chosen.join([chosen.encode(fact) for fact in part]) for part in (facts[: count // 2], facts[count // 2 :])
    ]
    assert chosen.events_frame([half for half in halves if half], count) == whole


def test_more_events_than_two_bytes_can_count():
    one = MSGPACK.encode(EVENTS[-1][1])
    raw = MSGPACK.events_frame([one] * 70_000, 70_000)
    assert len(MSGPACK.decode_server(raw).events) == 70_000


def test_a_shorter_array_means_defaults():
    assert MSGPACK.decode_frame(packed([40, 7, 3, 12])) == frames.TimelineSync(id=7, conversation=3, after=12)


@pytest.mark.parametrize("chosen", BOTH)
def test_an_older_client_reads_an_event_with_a_new_field(chosen):
    sample = EVENTS[0][1]
    if chosen.binary:
        raw = packed([*msgspec.msgpack.decode(chosen.encode(sample)), "from the future"])
    else:
        raw = chosen.encode(sample)[:-1] + b',"future":1}'
    assert chosen.decode_event(raw) == sample


REFUSALS = [
    # what, JSON, binary value, code, path, id
    ("an unknown field", b'{"type":"ping","id":7,"x":1}', [3, 7, 1], "invalid", None, 7),
    ("an unknown type", b'{"type":"nope","id":7}', [99, 7], "unknown_frame", None, 7),
    ("a missing id", b'{"type":"ping"}', [3], "invalid", "id", None),
    ("a wrong id", b'{"type":"ping","id":"7"}', [3, "7"], "invalid", "id", None),
    ("a negative id", b'{"type":"ping","id":-1}', [3, -1], "invalid", "id", None),
    ("an id above 2^53", b'{"type":"ping","id":9007199254740992}', [3, 2**53], "invalid", "id", None),
    ("a missing field", b'{"type":"typing.start","id":7}', [21, 7], "invalid", "conversation", 7),
    (
        "a wrong item",
        b'{"type":"people.get","id":7,"users":[1,"x"]}',
        [24, 7, [1, "x"]],
        "invalid",
        "users[1]",
        7,
    ),
    ("a wrong key", b'{"type":"sync.ack","positions":{"a":1}}', [5, {"a": 1}], "invalid", "positions", None),
    ("a wrong value", b'{"type":"sync.ack","positions":{"1":-1}}', [5, {1: -1}], "invalid", "positions[...]", None),
    ("no object", b"[]", {}, "malformed", None, None),
    ("nothing", b"{}", [], "malformed", None, None),
    ("a list as type", b'{"type":[],"id":7}', [[], 7], "malformed", None, 7),
    ("an object as type", b'{"type":{},"id":7}', [{}, 7], "malformed", None, 7),
    ("a truth as type", b'{"type":true,"id":7}', [True, 7], "malformed", None, 7),
    (
        "a short client key",
        b'{"type":"message.recall","id":7,"conversation":1,"client_key":"x","target":1}',
        [12, 7, 1, "x", 1],
        "invalid",
        "client_key",
        7,
    ),
    (
        "a client key with NUL",
        b'{"type":"message.recall","id":7,"conversation":1,"client_key":"12345678\\u0000","target":1}',
        [12, 7, 1, "12345678\0", 1],
        "invalid",
        "client_key",
        7,
    ),
    (
        "a client key with a line end",
        b'{"type":"message.recall","id":7,"conversation":1,"client_key":"12345678\\n","target":1}',
        [12, 7, 1, "12345678\n", 1],
        "invalid",
        "client_key",
        7,
    ),
    (
        "NUL in a text",
        b'{"type":"message.send","id":7,"conversation":1,"client_key":"12345678","body":{"text":"a\\u0000"}}',
        [10, 7, 1, "12345678", "text", {"text": "a\0"}],
        "invalid",
        "body.text",
        7,
    ),
]


@pytest.mark.parametrize(
    ("what", "text", "value", "code", "path", "request_id"), REFUSALS, ids=lambda each: str(each)[:24]
)
@pytest.mark.parametrize("chosen", BOTH)
def test_a_refusal_names_code_path_and_id(chosen, what, text, value, code, path, request_id):
    problem = refused(chosen, packed(value) if chosen.binary else text)
    assert problem.code == code
    assert problem.details.get("id") == request_id
    if path is not None:
        assert problem.details["path"] == path
    assert problem.message.endswith(".")


def test_an_unknown_json_field_is_named():
    assert refused(JSON, b'{"type":"ping","id":7,"x":1}').details == {"id": 7, "path": "x"}


def test_an_error_repeats_little_of_a_long_input():
    problem = refused(JSON, b'{"type":"ping","id":7,"' + b"x" * 60_000 + b'":1}')
    assert len(problem.message) < 300
    assert len(problem.details["path"]) < 300


@pytest.mark.parametrize("chosen", BOTH)
def test_an_oversized_frame_is_refused_before_it_is_read(chosen):
    problem = refused(chosen, b"x" * (limits.MAX_FRAME_BYTES + 1))
    assert (problem.code, problem.details) == ("too_large", {"limit": limits.MAX_FRAME_BYTES})


TEXT_ONLY = [
    b"",
    b"\xff\xfe",
    b'{"id":5,"type":"ping"',
    b"NaN",
    b'{"type":"ping","id":7}}',
    b'{"type":"\\ud800","id":7}',
]
BINARY_ONLY = [
    b"",
    b"\xc1",
    b"\x92\x03\x01\x01",
    b"\xdd\xff\xff\xff\xff",
    b"\xdf\xff\xff\xff\xff",
    b"\x93\x18\x01\xdd\xff\xff\xff\xff",
]


@pytest.mark.parametrize(
    ("chosen", "raw"), [(JSON, raw) for raw in TEXT_ONLY] + [(MSGPACK, raw) for raw in BINARY_ONLY]
)
def test_bytes_that_are_no_frame_are_malformed(chosen, raw):
    assert refused(chosen, raw).code == "malformed"


@pytest.mark.parametrize(
    "value",
    [b"bytes", msgspec.msgpack.Ext(5, b"x"), float("nan"), {1: 2}, 2**64 - 1],
    ids=["bytes", "ext", "nan", "int key", "64 bits"],
)
def test_the_binary_codec_brings_nothing_into_a_body_that_json_cannot_hold(value):
    problem = refused(MSGPACK, packed([10, 7, 1, "12345678", "text", {"a": value}]))
    assert (problem.code, problem.details) == ("invalid", {"id": 7, "path": "body.a"})


@pytest.mark.parametrize("depth", [17, 900, 5_000])
@pytest.mark.parametrize("chosen", BOTH)
def test_a_body_nested_too_deep_is_refused(chosen, depth):
    if chosen.binary:
        head = packed([10, 7, 1, "12345678", "text"])[1:]
        raw = b"\x96" + head + b"\x81\xa1a" * depth + b"\x01"
    else:
        raw = b'{"type":"message.send","id":7,"conversation":1,"client_key":"12345678","body":'
        raw += b'{"a":' * depth + b"1" + b"}" * (depth + 1)
    assert refused(chosen, raw).code in {"invalid", "malformed"}


def test_a_length_that_only_a_header_claims_costs_no_memory():
    raw = b"\x96" + packed([10, 7, 1, "12345678", "text"])[1:] + b"\x81\xa1a\xdd\xff\xff\xff\xff"
    tracemalloc.start()
    try:
        assert refused(MSGPACK, raw).code == "malformed"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(max_size=20)
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def strategy_of(shape):
    """Values of one wire class, within the constraints that its annotations state."""
    return st.builds(shape, **{field.name: field_strategy(field.type) for field in msgspec.structs.fields(shape)})


def field_strategy(kind):
    if get_origin(kind) is Annotated:
        kind, *metas = get_args(kind)
        return bounded(kind, metas)
    if get_origin(kind) in (Union, UnionType):
        return st.one_of([field_strategy(each) for each in get_args(kind)])
    if get_origin(kind) is list:
        return st.lists(field_strategy(get_args(kind)[0]), max_size=3)
    if get_origin(kind) is dict:
        key, inner = get_args(kind)
        return st.dictionaries(
            st.text(max_size=8) if key is str else field_strategy(key), field_strategy(inner), max_size=3
        )
    if kind is Any:
        return plain
    if kind is type(None):
        return st.none()
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return st.deferred(lambda: strategy_of(kind))
    return {
        int: st.integers(-(2**53) + 1, 2**53 - 1),
        str: st.text(max_size=20),
        bool: st.booleans(),
        float: st.floats(allow_nan=False, allow_infinity=False),
    }[kind]


def bounded(kind, metas):
    bounds = {
        name: getattr(meta, name)
        for meta in metas
        for name in ("ge", "le", "min_length", "max_length", "pattern")
        if getattr(meta, name) is not None
    }
    if kind is int:
        return st.integers(bounds["ge"], bounds["le"])
    if kind is str:
        letters = (
            st.characters(min_codepoint=33, max_codepoint=126)
            if "pattern" in bounds
            else st.characters(exclude_categories=["Cs"])
        )
        return st.text(letters, min_size=bounds.get("min_length", 0), max_size=min(bounds["max_length"], 40))
    return field_strategy(kind)


def no_nul(value):
    """Whether a frame's body is one that may be stored."""
    return "\\u0000" not in JSON.encode(value).decode().replace("\\\\", "")


@given(st.one_of([strategy_of(each) for each in get_args(frames.AnyFrame)]).filter(no_nul))
@settings(max_examples=300, deadline=None)
def test_any_frame_survives_both_codecs(frame):
    for chosen in BOTH:
        assert chosen.decode_frame(chosen.encode(frame)) == frame


@given(st.one_of([strategy_of(each) for each in get_args(replies.AnyServerFrame)]))
@settings(max_examples=300, deadline=None)
def test_any_server_frame_survives_both_codecs(frame):
    for chosen in BOTH:
        assert chosen.decode_server(chosen.encode(frame)) == frame


@given(st.one_of([strategy_of(each) for each in get_args(AnyEvent)]))
@settings(max_examples=200, deadline=None)
def test_any_event_survives_both_codecs(event):
    for chosen in BOTH:
        assert chosen.decode_event(chosen.encode(event)) == event


def answered(chosen, raw):
    """Decode as the door does; anything but a frame or a documented refusal fails the test."""
    frame = problem = None
    try:
        frame = chosen.decode_frame(raw)
    except errors.BadRequest as caught:
        problem = caught
    if problem is not None:
        assert problem.code in {"malformed", "unknown_frame", "invalid", "too_large"}
        assert set(problem.details) <= {"id", "path", "limit"}
        failed = replies.Failed(
            id=problem.details.get("id", 0), error=problem.code, message=problem.message, details=problem.details
        )
        assert chosen.decode_server(chosen.encode(failed)) == failed
        return False
    chosen.encode(frame)
    JSON.encode(frame)
    return True


@given(st.binary(max_size=300))
@settings(max_examples=500, deadline=None)
def test_random_bytes_are_answered(raw):
    for chosen in BOTH:
        answered(chosen, raw)


@given(
    plain
    | st.dictionaries(st.sampled_from(["type", "id", "conversation", "body", "users", "positions"]), plain)
    | st.lists(plain)
)
@settings(max_examples=500, deadline=None)
def test_random_values_are_answered(value):
    answered(JSON, msgspec.json.encode(value))
    answered(MSGPACK, packed(value))


def mutated(rng, raw):
    """One to three random wounds: flip, cut, insert, repeat, drop."""
    wounded = bytearray(raw)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(wounded) + 1)
        match rng.randrange(5):
            case 0 if wounded:
                wounded[at % len(wounded)] ^= 1 << rng.randrange(8)
            case 1:
                del wounded[at:]
            case 2:
                wounded[at:at] = rng.randbytes(rng.randint(1, 4))
            case 3:
                wounded[at:at] = wounded[at : at + rng.randint(1, 16)]
            case _:
                del wounded[at : at + rng.randint(1, 8)]
    return bytes(wounded)


@pytest.mark.parametrize("chosen", BOTH)
def test_mutated_frames_are_answered_and_memory_stays_flat(chosen):
    """10,000 wounded frames per codec; the 100,000 of the acceptance run are in chat/realtime/tests/test_fuzz.py."""
    rng = random.Random(20_260_101)
    whole = [chosen.encode(frame) for _, frame in FRAMES]
    tracemalloc.start()
    try:
        good = 0
        for count in range(10_000):
            good += answered(chosen, mutated(rng, rng.choice(whole)))
            if count == 1_000:
                before = tracemalloc.get_traced_memory()[0]
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert 0 < good < 9_000, "some wounds are harmless, most are not"
    assert grown < 200_000


def test_the_binary_text_event_is_less_than_half_of_json():
    """20 characters down: the figures of docs/decisions/0001."""
    event = msgspec.structs.replace(EVENTS[0][1], body={"text": "x" * 20}, client_key="0" * 22)
    assert len(MSGPACK.encode(event)) < 0.5 * len(JSON.encode(event))


def test_the_code_of_the_events_frame_is_written_by_hand_and_right():
    assert replies.Events.code == codec.EVENTS_CODE < 128
