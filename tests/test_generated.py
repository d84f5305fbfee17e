"""What is made from the wire classes is what is committed: the page, the schema, the Python kit's wire package."""

import json
import re

import msgspec
import pytest

from docs.generate_protocol import ROOT, generated
from docs.wire_schema import schema
from protocol.errors import CODES, CloseCode
from tests.vectors.files import SAMPLES

FILES = generated()
PAGE = FILES[ROOT / "docs" / "protocol.md"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_generated_file_is_fresh(path):
    assert path.read_text(encoding="utf-8") == FILES[path], "run: python -m docs.generate_protocol"


def test_every_link_of_the_page_leads_somewhere():
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()) for line in PAGE.splitlines() if line.startswith("#")
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", PAGE)) <= headings


def test_the_page_names_every_type_error_and_close_code():
    wire = schema()
    for each in [*wire["frames"], *wire["replies"], *wire["events"]]:
        assert f"### {each['type']}\n" in PAGE
        assert f"code {each['code']}" in PAGE
    for code in CODES:
        assert f"| `{code}` |" in PAGE
    for code in CloseCode:
        assert f"| {int(code)} |" in PAGE


def positional(kind, item, wire):
    """A value of the binary form with names, by the schema alone: what a client kit does."""
    if isinstance(kind, str):
        return by_code(item, wire["events"], wire) if kind == "event" else item
    [(word, inner)] = kind.items()
    if word == "list":
        return [positional(inner, each, wire) for each in item]
    if word == "map":
        return {str(key): positional(inner[1], each, wire) for key, each in item.items()}
    if word == "optional":
        return None if item is None else positional(inner, item, wire)
    if word == "event":
        return by_code(item, wire["events"], wire)
    return named(next(each for each in wire["shapes"] if each["name"] == inner), item, wire)


def named(shape, items, wire):
    pairs = zip(shape["fields"], items, strict=True)
    return {field["name"]: positional(field["type"], item, wire) for field, item in pairs}


def by_code(items, shapes, wire):
    shape = next(each for each in shapes if each["code"] == items[0])
    return named(shape, items[1:], wire) | {"type": shape["type"]}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_schema_alone_is_enough_to_read_the_binary_codec(name):
    wire = json.loads(FILES[ROOT / "sdk" / "schema" / "wire.json"])
    for vector in json.loads((ROOT / "tests" / "vectors" / f"{name}.json").read_text(encoding="utf-8")):
        items = msgspec.msgpack.decode(bytes.fromhex(vector["msgpack"]), strict=False)
        assert by_code(items, wire[name], wire) == vector["fields"]
