"""Kind ``system``: what the server itself says in a conversation. People cannot send it."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec

from chat.kinds.base import Body, Kind
from chat.kinds.cleaning import clean_text, shorten, text_of

TEXT_CHARS = 2000


class SystemBody(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``text`` in English; ``notice`` names it and ``values`` fill it, for clients that say it in their language."""

    text: str
    notice: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[a-z_.]*\Z")] = ""
    values: Annotated[dict[str, str | int], msgspec.Meta(max_length=20)] = msgspec.field(default_factory=dict)


class System(Kind[SystemBody]):
    """A notice of the server."""

    name = "system"
    shape = SystemBody
    server_only = True
    searched = False
    forwarded = False

    def clean(self, given: SystemBody) -> SystemBody:
        """The text tidied."""
        tidy = clean_text(given.text, field="text", limit=TEXT_CHARS, required=True)
        return msgspec.structs.replace(given, text=tidy)

    def preview(self, body: Mapping[str, Any]) -> str:
        """The beginning of the text."""
        return shorten(text_of(body, "text"))

    def search_text(self, body: Mapping[str, Any]) -> str:
        """Nothing: notices are not what people look for."""
        return ""


KIND = System()
