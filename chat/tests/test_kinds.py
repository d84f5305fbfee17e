"""Kinds: bodies are cleaned, refused with the path of the field, and read back whatever is stored."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chat import kinds
from chat.kinds import cleaning
from protocol import errors, limits

FILE = UUID("3b241101-e2bb-4255-8caf-4136c566a962")


@dataclass
class Row:
    name: str = "报告 Q3.png"
    media_type: str = "image/png"
    size: int = 1234
    width: int = 640
    height: int = 480
    thumbnail_path: str = "ab/cd.webp"


def refusal(kind: str, body: Any) -> errors.BadRequest:
    with pytest.raises(errors.BadRequest) as caught:
        kinds.get(kind).validate(body)
    return caught.value


def test_the_folder_is_the_registry():
    folder = Path(inspect.getfile(kinds)).parent
    modules = {each.stem for each in folder.glob("*.py")} - {"__init__", "base", "cleaning"}
    assert set(kinds.all_kinds()) == modules == {"text", "image", "file", "card", "system", "voice", "forward"}
    assert all(name == kind.name for name, kind in kinds.all_kinds().items())
    assert [name for name, kind in kinds.all_kinds().items() if kind.server_only] == ["forward", "system"]


def test_an_unknown_kind_is_refused_with_its_path():
    with pytest.raises(errors.BadRequest) as caught:
        kinds.get("hologram")
    assert (caught.value.code, caught.value.details["path"]) == ("invalid", "kind")


def test_text_keeps_lines_and_inner_indentation_and_loses_controls_and_edges():
    stored = kinds.get("text").validate({"text": "\n\n    def f():\r\n\treturn\x00 1\x1b\x9f  \n"})
    assert stored == {"text": "    def f():\n\treturn 1"}


@pytest.mark.parametrize("blank", ["", "   ", "\n", "\u200b", "\u3164 \u2800", "\u202e\ufeff", "\x00\x07"])
def test_text_that_shows_nothing_is_refused(blank: str):
    refused = refusal("text", {"text": blank})
    assert (refused.code, refused.details["path"]) == ("invalid", "body.text")


def test_an_emoji_made_of_joined_parts_is_text_and_stays_whole():
    assert kinds.get("text").validate({"text": "👩‍👩‍👧"}) == {"text": "👩‍👩‍👧"}


def test_the_longest_text_passes_and_one_more_character_does_not():
    longest = "中" * limits.MAX_TEXT_CHARS
    assert kinds.get("text").validate({"text": longest}) == {"text": longest}
    assert refusal("text", {"text": "a" * (limits.MAX_TEXT_CHARS + 1)}).details["path"] == "body.text"


def test_a_body_over_the_limit_in_bytes_is_too_large():
    refused = refusal("text", {"text": "中" * (limits.MAX_BODY_BYTES // 3)})
    assert (refused.code, refused.details["limit"]) == ("too_large", limits.MAX_BODY_BYTES)


@pytest.mark.parametrize(
    ("kind", "body", "path"),
    [
        ("text", {}, "body.text"),
        ("text", {"text": 1}, "body.text"),
        ("text", {"text": "a", "colour": "red"}, "body.colour"),
        ("text", {"text": "\ud800"}, "body"),
        ("text", {1: "a"}, "body"),
        ("text", {"text": object()}, "body"),
        ("text", ["a"], "body"),
        ("text", None, "body"),
        ("file", {"file": "../../etc/passwd"}, "body.file"),
        ("file", {"caption": "no file"}, "body.file"),
        ("image", {"file": str(FILE), "caption": "a" * 2001}, "body.caption"),
        ("card", {"title": " "}, "body.title"),
        ("card", {"title": "a", "text": "a" * 4001}, "body.text"),
        ("system", {"text": "a", "values": {"a": [1]}}, "body.values[...]"),
        ("system", {"text": "a", "notice": "Not A Name\n"}, "body.notice"),
    ],
)
def test_a_wrong_body_is_refused_with_the_path_of_the_field(kind: str, body: Any, path: str):
    refused = refusal(kind, body)
    assert (refused.code, refused.details["path"]) == ("invalid", path)


def test_what_a_sender_claims_of_a_file_is_replaced_by_the_row():
    kind = kinds.get("image")
    body = kind.validate({"file": str(FILE), "caption": "see", "name": "harmless.txt", "size": 1, "width": 9})
    assert kind.files(body) == [FILE]
    filled = kind.fill(body, {FILE: Row()})
    assert filled == {
        "file": str(FILE),
        "caption": "see",
        "name": "报告 Q3.png",
        "media_type": "image/png",
        "size": 1234,
        "width": 640,
        "height": 480,
        "thumbnail": True,
    }
    assert kind.fill(body, {uuid4(): Row()}) == body


def test_a_files_name_in_a_body_has_no_direction_marks():
    body = kinds.get("file").validate({"file": str(FILE), "name": "invoice\u202efdp.exe"})
    assert body["name"] == "invoicefdp.exe"


def test_search_text_and_previews():
    assert kinds.get("text").preview({"text": "a\n\n  b"}) == "a b"
    assert kinds.get("file").preview({"name": "a.pdf", "caption": "signed"}) == "[File] a.pdf signed"
    assert kinds.get("image").preview({"name": "a.png"}) == "[Image] a.png"
    assert kinds.get("card").preview({"title": "Build", "fallback": "Build 7 failed"}) == "Build 7 failed"
    assert kinds.get("file").search_text({"name": "a.pdf", "caption": "signed"}) == "signed\na.pdf"
    assert kinds.get("card").search_text({"title": "Build", "text": "failed"}) == "Build\nfailed"
    assert kinds.get("system").search_text({"text": "joined"}) == ""
    long = kinds.get("text").preview({"text": "word " * 100})
    assert len(long) <= 120
    assert long.endswith("…")


ODD: list[Mapping[str, Any]] = [{}, {"text": None}, {"file": 7, "name": [], "caption": {}}, {"title": 1, "fallback": 2}]


@pytest.mark.parametrize("name", sorted(kinds.all_kinds()))
@pytest.mark.parametrize("body", ODD)
def test_any_stored_body_can_be_read(name: str, body: Mapping[str, Any]):
    kind = kinds.get(name)
    assert len(kind.preview(body)) <= 120
    assert isinstance(kind.search_text(body), str)
    assert kind.files(body) == []


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_stored_clean_or_refused(text: str):
    try:
        stored = kinds.get("text").validate({"text": text})
    except errors.BadRequest:
        return
    assert kinds.get("text").validate(stored) == stored
    assert not cleaning.is_blank(stored["text"])
    assert "\x00" not in stored["text"]
    assert len(kinds.get("text").preview(stored)) <= 120


def test_a_voice_message_is_a_recording():
    voice = kinds.get("voice")
    file = "0b6e6d0a-6d66-4c86-9a0f-2a0c3f1c7b11"
    stored = voice.validate({"file": file, "duration_ms": 65_400, "waveform": [0, 100], "size": 7})
    assert stored == {"file": file, "duration_ms": 65_400, "waveform": [0, 100]}
    assert (voice.preview(stored), voice.search_text(stored)) == ("[Voice] 1:05", "")
    assert [str(each) for each in voice.files(stored)] == [file]
    assert voice.preview({}) == "[Voice] 0:00"
    for wrong in (
        {"duration_ms": 0},
        {"duration_ms": 10**9},
        {"duration_ms": 1, "waveform": [101]},
        {"duration_ms": 1, "waveform": [1] * 65},
    ):
        with pytest.raises(errors.BadRequest):
            voice.validate({"file": file, **wrong})


def test_a_forward_is_found_by_what_is_in_it():
    forward = kinds.get("forward")
    item = {"sender": 1, "name": "Alice", "at": 1, "kind": "text", "body": {"text": "the budget"}}
    body = {"title": "Team", "items": [item, {**item, "kind": "gone"}]}
    assert forward.preview(body) == "[Forwarded] Team: Alice: the budget"
    assert forward.search_text(body) == "Team\nthe budget"
    assert forward.files({"title": "", "items": [7, None]}) == []


def test_a_card_is_found_by_its_blocks_and_its_options_are_checked():
    card = kinds.get("card")
    fields = {"type": "fields", "fields": [{"label": "Ticket", "text": "PAR-7"}]}
    body = card.validate({"title": "T", "blocks": [{"type": "text", "text": "words"}, fields]})
    assert card.search_text(body) == "T\nwords\nTicket PAR-7"
    same = [{"text": "A", "value": "a"}] * 2
    for element, path in (
        ({"options": same}, "body.blocks[0].elements[0].options"),
        ({"options": same[:1], "value": "b"}, "body.blocks[0].elements[0].value"),
    ):
        block = {"type": "actions", "elements": [{"type": "select", "action": "s", **element}]}
        with pytest.raises(errors.BadRequest) as refused:
            card.validate({"title": "T", "blocks": [block]})
        assert refused.value.details["path"] == path
