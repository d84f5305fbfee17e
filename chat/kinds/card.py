"""Kind ``card``: a titled block that apps post: a build result, a ticket, a poll. Its shape is ``protocol.cards``."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec

from chat.kinds.base import Kind, refused
from chat.kinds.cleaning import clean_line, clean_text, shorten, text_of
from protocol.cards import ActionsBlock, CardBody, FormBlock, MultiSelect, Select, controls_of

TITLE_CHARS, TEXT_CHARS, FALLBACK_CHARS = 200, 4000, 300
#: Blocks that a forwarded copy does not have: nobody answers there.
_ASKING = ("actions", "form")
#: What of a card, its blocks and controls people read. Not values: those are what a press sends.
_READ = frozenset({"title", "text", "fallback", "alt", "label", "placeholder"})


class Card(Kind[CardBody]):
    """A titled block."""

    name = "card"
    shape = CardBody

    def clean(self, given: CardBody) -> CardBody:
        """Each part tidied; a title there must be, and every action a name of its own."""
        try:
            controls_of(given)
        except KeyError as twice:
            raise refused("Every control needs an action that no other has.", str(twice.args[0])) from None
        _check_options(given)
        return msgspec.structs.replace(
            given,
            title=clean_line(given.title, field="title", limit=TITLE_CHARS, required=True),
            text=clean_text(given.text, field="text", limit=TEXT_CHARS),
            fallback=clean_line(given.fallback, field="fallback", limit=FALLBACK_CHARS),
        )

    def reword(self, body: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
        """Whatever can be read, at any depth."""
        return {name: _reworded(name, value, change) for name, value in body.items()}

    def preview(self, body: Mapping[str, Any]) -> str:
        """The fallback, or the title."""
        return shorten(text_of(body, "fallback") or text_of(body, "title"))

    def search_text(self, body: Mapping[str, Any]) -> str:
        """Title, then text, then what its blocks say."""
        return "\n".join(filter(None, (text_of(body, "title"), text_of(body, "text"), *_words(body))))

    def files(self, body: Mapping[str, Any]) -> list[UUID]:
        """Its pictures."""
        try:
            return [UUID(text_of(block, "file")) for block in _blocks(body) if block.get("type") == "image"]
        except ValueError:
            return []

    def copy(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """As it looks now, without what could be pressed."""
        blocks = [block for block in _blocks(body) if block.get("type") not in _ASKING]
        kept = {name: value for name, value in body.items() if name not in ("handler", "blocks")}
        return {**kept, "blocks": blocks} if blocks else kept


def _reworded(name: str, value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value) if name in _READ else value
    if isinstance(value, list):
        return [_reworded("", each, change) for each in value]
    if isinstance(value, dict):
        return {inner: _reworded(inner, each, change) for inner, each in value.items()}
    return value


def _check_options(card: CardBody) -> None:
    for place, block in enumerate(card.blocks):
        for number, each in enumerate(block.elements if isinstance(block, (ActionsBlock, FormBlock)) else ()):
            if not isinstance(each, (Select, MultiSelect)):
                continue
            path, values = f"blocks[{place}].elements[{number}]", [option.value for option in each.options]
            if len(set(values)) < len(values):
                raise refused("Two options have the same value.", f"{path}.options")
            chosen = each.value if isinstance(each, MultiSelect) else [each.value] if each.value else []
            if not set(chosen) <= set(values):
                raise refused("What is chosen beforehand must be an option.", f"{path}.value")


def _blocks(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    blocks = body.get("blocks")
    return [each for each in blocks if isinstance(each, dict)] if isinstance(blocks, list) else []


def _words(body: Mapping[str, Any]) -> Iterator[str]:
    for block in _blocks(body):
        yield text_of(block, "text") or text_of(block, "alt")
        fields = block.get("fields")
        for pair in fields if isinstance(fields, list) else ():
            if isinstance(pair, dict):
                yield f"{text_of(pair, 'label')} {text_of(pair, 'text')}"


KIND = Card()
