"""The vector files are complete, fresh, and read back to the values they were made of, in both codecs."""

import json
from typing import get_args

import pytest

from protocol.codec import JSON, MSGPACK
from protocol.events import AnyEvent
from protocol.frames import AnyFrame
from protocol.replies import AnyServerFrame
from tests.vectors.files import FOLDER, SAMPLES, fields_of, rendered

UNIONS = {"frames": AnyFrame, "replies": AnyServerFrame, "events": AnyEvent}
DECODERS = {"frames": "decode_frame", "replies": "decode_server", "events": "decode_event"}
CASES = [
    pytest.param(name, index, id=f"{name}-{index}-{type(value).__name__}")
    for name, samples in SAMPLES.items()
    for index, (_, value) in enumerate(samples)
]


def load(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_class_has_a_vector(name):
    assert {type(value) for _, value in SAMPLES[name]} == set(get_args(UNIONS[name]))


@pytest.mark.parametrize("name", SAMPLES)
def test_every_field_differs_from_its_default_in_some_vector(name):
    """Otherwise two fields could change places unnoticed."""
    for shape in get_args(UNIONS[name]):
        for field in shape.__struct_fields__:
            if field in {"body", "sender", "client_key"}:  # full in other classes with the same base
                continue
            values = [getattr(value, field) for _, value in SAMPLES[name] if type(value) is shape]
            assert any(values), f"{shape.__name__}.{field} is empty in every vector"


@pytest.mark.parametrize("name", SAMPLES)
def test_the_files_are_fresh(name):
    assert (FOLDER / f"{name}.json").read_text(encoding="utf-8") == rendered(name), "run: python -m tests.vectors"


@pytest.mark.parametrize(("name", "index"), CASES)
def test_a_vector_reads_back_in_both_codecs(name, index):
    vector, value = load(name)[index], SAMPLES[name][index][1]
    from_text = getattr(JSON, DECODERS[name])(vector["json"].encode())
    from_bytes = getattr(MSGPACK, DECODERS[name])(bytes.fromhex(vector["msgpack"]))
    assert from_text == value
    assert from_bytes == value
    assert type(from_bytes) is type(value)
    assert fields_of(from_bytes) == vector["fields"]
    assert getattr(JSON, DECODERS[name])(JSON.encode(from_bytes)) == value
    assert MSGPACK.encode(from_text).hex() == vector["msgpack"]


@pytest.mark.parametrize("name", SAMPLES)
def test_types_and_codes_are_unique(name):
    shapes = get_args(UNIONS[name])
    assert len({shape.code for shape in shapes}) == len(shapes)
    assert all(0 < shape.code < 256 for shape in shapes), "two bytes at most in MessagePack"
    assert len({shape.__struct_config__.tag for shape in shapes}) == len(shapes)
