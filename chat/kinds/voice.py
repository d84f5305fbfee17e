"""Kind ``voice``: something spoken, recorded and uploaded. Type and size are the row's; how long it is, the sender's word."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from chat.kinds.base import Body, Facts, Kind, refused
from chat.kinds.cleaning import text_of

#: What browsers and phones record speech into; the two videos are containers that may hold sound alone.
_SPOKEN = ("audio/", "video/webm", "video/mp4")
#: Two hours: a recording that nobody stopped.
LONGEST_MS = 2 * 3600 * 1000


class VoiceBody(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``file`` is the id that the upload gave; ``waveform`` its loudness in at most 64 steps of 0 to 100.

    The server overwrites media_type and size.
    """

    file: UUID
    duration_ms: Annotated[int, Meta(ge=1, le=LONGEST_MS)]
    waveform: Annotated[list[Annotated[int, Meta(ge=0, le=100)]], Meta(max_length=64)] = msgspec.field(
        default_factory=list
    )
    media_type: str = ""
    size: int = 0


class Voice(Kind[VoiceBody]):
    """A voice message. What was said cannot be changed, only recalled."""

    name = "voice"
    shape = VoiceBody
    editable = False

    def clean(self, given: VoiceBody) -> VoiceBody:
        """Claims about the file are dropped until ``fill`` puts the truth."""
        return msgspec.structs.replace(given, media_type="", size=0)

    def fill(self, body: dict[str, Any], facts: Mapping[UUID, Facts]) -> dict[str, Any]:
        """What the row says of the file; refused when that is no sound."""
        for each in self.files(body):
            row = facts[each]
            if not row.media_type.startswith(_SPOKEN):
                raise refused(f"A voice message needs a recording; this is {row.media_type}.", "file")
            body = {**body, "media_type": row.media_type, "size": row.size}
        return body

    def preview(self, body: Mapping[str, Any]) -> str:
        """``[Voice] 1:05``."""
        duration = body.get("duration_ms")
        seconds = round(duration / 1000) if isinstance(duration, int) else 0
        return f"[Voice] {seconds // 60}:{seconds % 60:02}"

    def search_text(self, body: Mapping[str, Any]) -> str:
        """Nothing: no words are known."""
        return ""

    def files(self, body: Mapping[str, Any]) -> list[UUID]:
        """The recording."""
        try:
            return [UUID(text_of(body, "file"))]
        except ValueError:
            return []


KIND = Voice()
