"""The schema of cards: what fits, and the path of what does not."""

import msgspec
import pytest

from protocol.cards import CardBody, FormBlock, controls_of

FORM = {
    "type": "form",
    "action": "f",
    "elements": [{"type": "input", "action": "x"}],
    "submit": {"text": "Send"},
}
BUTTON = {"type": "button", "text": "Go", "action": "go"}


def card(*blocks) -> CardBody:
    return msgspec.convert({"title": "T", "blocks": list(blocks)}, CardBody)


def test_controls_are_found_with_their_paths():
    found = controls_of(card({"type": "divider"}, {"type": "actions", "elements": [BUTTON]}, FORM))
    assert {name: path for name, (path, _) in found.items()} == {"go": "blocks[1].elements[0]", "f": "blocks[2]"}
    assert isinstance(found["f"][1], FormBlock)


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        ([{"type": "actions", "elements": [BUTTON, BUTTON]}], "blocks[0].elements[1].action"),
        ([{"type": "actions", "elements": [{"type": "button", "text": "x"}]}], "blocks[0].elements[0].action"),
        ([FORM, FORM], "blocks[1].action"),
        ([{**FORM, "elements": [*FORM["elements"], *FORM["elements"]]}], "blocks[0].elements"),
    ],
)
def test_names_that_are_not_ones_own_are_told_by_their_path(blocks, path):
    with pytest.raises(KeyError) as refused:
        controls_of(card(*blocks))
    assert refused.value.args[0] == path


def test_a_link_needs_no_action():
    assert (
        controls_of(card({"type": "actions", "elements": [{"type": "button", "text": "x", "url": "https://a.b/"}]}))
        == {}
    )


@pytest.mark.parametrize(
    ("block", "where"),
    [
        ({"type": "nothing"}, "$.blocks[0]"),
        ({"type": "text", "text": 7}, "$.blocks[0].text"),
        ({"type": "text", "text": "x", "more": 1}, "$.blocks[0]"),
        ({"type": "image", "file": "https://elsewhere.example/a.png"}, "$.blocks[0].file"),
        ({"type": "actions", "elements": []}, "$.blocks[0].elements"),
        ({"type": "actions", "elements": [{**BUTTON, "url": "javascript:alert(1)"}]}, "$.blocks[0].elements[0].url"),
        (
            {"type": "actions", "elements": [{"type": "select", "action": "a", "options": [{}]}]},
            "$.blocks[0].elements[0].options[0]",
        ),
        ({**FORM, "elements": [BUTTON]}, "$.blocks[0].elements[0]"),
    ],
)
def test_what_does_not_fit_says_where(block, where):
    with pytest.raises(msgspec.ValidationError) as refused:
        card(block)
    assert where in str(refused.value)
