"""Kind ``text``: what people type. The client renders Markdown; the server stores what was typed."""

from collections.abc import Callable, Mapping
from typing import Any

from chat.kinds.base import Body, Kind
from chat.kinds.cleaning import clean_text, reworded, shorten, text_of
from protocol import limits


class TextBody(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``text``: 1 to MAX_TEXT_CHARS characters, newlines allowed."""

    text: str


class Text(Kind[TextBody]):
    """What people type."""

    name = "text"
    shape = TextBody

    def clean(self, given: TextBody) -> TextBody:
        """Controls out, blank refused."""
        return TextBody(text=clean_text(given.text, field="text", limit=limits.MAX_TEXT_CHARS, required=True))

    def reword(self, body: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
        """The text."""
        return reworded(body, ("text",), change)

    def preview(self, body: Mapping[str, Any]) -> str:
        """The beginning of the text."""
        return shorten(text_of(body, "text"))

    def search_text(self, body: Mapping[str, Any]) -> str:
        """All of the text."""
        return text_of(body, "text")


KIND = Text()
