"""Kind ``card``: a titled block that apps post: a build result, a ticket, a request for leave."""

from collections.abc import Mapping
from typing import Any

from chat.kinds.base import Body, Kind
from chat.kinds.cleaning import clean_line, clean_text, shorten, text_of

TITLE_CHARS, TEXT_CHARS, FALLBACK_CHARS = 200, 4000, 300


class CardBody(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``title``, optional ``text`` (Markdown), and ``fallback``: the line for previews and clients without cards."""

    title: str
    text: str = ""
    fallback: str = ""


class Card(Kind[CardBody]):
    """A titled block."""

    name = "card"
    shape = CardBody

    def clean(self, given: CardBody) -> CardBody:
        """Each part tidied; a title there must be."""
        return CardBody(
            title=clean_line(given.title, field="title", limit=TITLE_CHARS, required=True),
            text=clean_text(given.text, field="text", limit=TEXT_CHARS),
            fallback=clean_line(given.fallback, field="fallback", limit=FALLBACK_CHARS),
        )

    def preview(self, body: Mapping[str, Any]) -> str:
        """The fallback, or the title."""
        return shorten(text_of(body, "fallback") or text_of(body, "title"))

    def search_text(self, body: Mapping[str, Any]) -> str:
        """Title, then text."""
        return "\n".join(filter(None, (text_of(body, "title"), text_of(body, "text"))))


KIND = Card()
