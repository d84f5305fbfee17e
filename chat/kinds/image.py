"""Kind ``image``: an uploaded picture that clients show in place. Its measures are the row's, not the sender's."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chat.kinds.base import Facts
from chat.kinds.cleaning import shorten, text_of
from chat.kinds.file import Attached, FileBody


class ImageBody(FileBody, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A file's body with ``width`` and ``height`` in pixels, so that a client can leave room before it loads."""

    width: int = 0
    height: int = 0
    thumbnail: bool = False


class Image(Attached[ImageBody]):
    """A picture."""

    name = "image"
    shape = ImageBody

    def fill(self, body: dict[str, Any], facts: Mapping[UUID, Facts]) -> dict[str, Any]:
        """What the row says of the picture; no measures and no thumbnail when the file is none."""
        filled = super().fill(body, facts)
        for each in self.files(body):
            if each in facts:
                row = facts[each]
                filled.update(width=row.width, height=row.height, thumbnail=bool(row.thumbnail_path))
        return filled

    def preview(self, body: Mapping[str, Any]) -> str:
        """``[Image] caption``, or the file's name."""
        return shorten(f"[Image] {text_of(body, 'caption') or text_of(body, 'name')}")


KIND = Image()
