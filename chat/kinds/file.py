"""Kind ``file``: an uploaded file with an optional caption. Name, size and type are the row's, not the sender's."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from chat.kinds.base import Body, Facts, Kind
from chat.kinds.cleaning import clean_line, clean_text, reworded, shorten, text_of

#: Characters of a caption: a paragraph, not an article.
CAPTION_CHARS = 2000


class FileBody(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``file`` is the id that the upload gave. The server overwrites name, media_type and size."""

    file: UUID
    caption: str = ""
    name: str = ""
    media_type: str = ""
    size: int = 0


Shape = TypeVar("Shape", bound=FileBody)


class Attached(Kind[Shape]):
    """What the kinds with an uploaded file share."""

    def clean(self, given: Shape) -> Shape:
        """The caption tidied; claims about the file are dropped until ``fill`` puts the truth."""
        tidy = clean_text(given.caption, field="caption", limit=CAPTION_CHARS)
        name = clean_line(given.name, field="name", limit=255)
        return msgspec.structs.replace(given, caption=tidy, name=name)

    def fill(self, body: dict[str, Any], facts: Mapping[UUID, Facts]) -> dict[str, Any]:
        """What the row says of the file."""
        found = [facts[each] for each in self.files(body) if each in facts]
        if not found:
            return body
        return {**body, "name": found[0].name, "media_type": found[0].media_type, "size": found[0].size}

    def reword(self, body: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
        """The caption and the file's name as the message shows it."""
        return reworded(body, ("caption", "name"), change)

    def search_text(self, body: Mapping[str, Any]) -> str:
        """The caption, then the file's name."""
        return "\n".join(filter(None, (text_of(body, "caption"), text_of(body, "name"))))

    def files(self, body: Mapping[str, Any]) -> list[UUID]:
        """The one file."""
        try:
            return [UUID(text_of(body, "file"))]
        except ValueError:
            return []


class FileKind(Attached[FileBody]):
    """Any uploaded file."""

    name = "file"
    shape = FileBody

    def preview(self, body: Mapping[str, Any]) -> str:
        """``[File] name caption``."""
        return shorten(f"[File] {text_of(body, 'name')} {text_of(body, 'caption')}")


KIND = FileKind()
