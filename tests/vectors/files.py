"""Samples ↔ the vector files that every client kit reads.

A vector: ``type``, ``code``, ``sample`` (its name), ``json`` (the text on the wire), ``msgpack`` (hex of the bytes) and
``fields`` (every field with its value, defaults filled in; map keys are strings, as in JSON).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from protocol.codec import JSON, MSGPACK
from protocol.events import tag_of
from tests.vectors.samples_events import EVENTS
from tests.vectors.samples_frames import FRAMES
from tests.vectors.samples_replies import REPLIES

FOLDER = Path(__file__).parent
SAMPLES: dict[str, Sequence[tuple[str, Any]]] = {"frames": FRAMES, "replies": REPLIES, "events": EVENTS}


def fields_of(value: Any) -> Any:
    """The value as plain data with nothing left out."""
    if isinstance(value, msgspec.Struct):
        return {name: fields_of(getattr(value, name)) for name in value.__struct_fields__} | (
            {"type": tag_of(type(value))} if value.__struct_config__.tag else {}
        )
    if isinstance(value, list):
        return [fields_of(each) for each in value]
    if isinstance(value, dict):
        return {str(key): fields_of(each) for key, each in value.items()}
    return value


def vector(sample: str, value: Any) -> dict[str, Any]:
    """One vector."""
    return {
        "type": tag_of(type(value)),
        "code": value.code,
        "sample": sample,
        "json": JSON.encode(value).decode(),
        "msgpack": MSGPACK.encode(value).hex(),
        "fields": fields_of(value),
    }


def rendered(name: str) -> str:
    """The text of one vector file."""
    vectors = [vector(sample, value) for sample, value in SAMPLES[name]]
    return json.dumps(vectors, ensure_ascii=False, indent=1) + "\n"


def write() -> None:
    """Write all vector files."""
    for name in SAMPLES:
        (FOLDER / f"{name}.json").write_text(rendered(name), encoding="utf-8")
