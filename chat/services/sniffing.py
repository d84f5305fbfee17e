"""What a file is by its first bytes, and which files are not taken. The sender's word counts for nothing.

Web pages and SVG are taken; the HTTP door never shows them in place.
"""

import mimetypes
from pathlib import PurePath

from chat import conf
from protocol import errors

#: Bytes that are looked at.
HEAD = 4096
UNKNOWN = "application/octet-stream"

#: (offset, bytes) -> media type, the first that fits.
_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (8, b"WAVE", "audio/wav"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
)
#: Formats that are a container of another: the name says which, and only from this list.
_INSIDE = {
    "application/zip": (
        "application/vnd.openxmlformats-officedocument.",
        "application/vnd.oasis.opendocument.",
        "application/epub+zip",
    ),
    "application/x-ole-storage": ("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
}


def media_type_of(head: bytes, name: str) -> str:
    """The type by the first bytes; the name decides only within a container, and which sort of text it is."""
    said = mimetypes.guess_type(name, strict=False)[0] or ""
    for offset, magic, found in _MAGIC:
        if head.startswith(magic, offset):
            return said if said.startswith(_INSIDE.get(found, ("\0",))) else found
    if not _is_text(head):
        return UNKNOWN
    textual = said.startswith("text/") or said.endswith(("+xml", "/xml", "/json", "/javascript", "/x-sh"))
    return said if textual else "text/plain"


def refuse_blocked(name: str, media_type: str = "") -> None:
    """Raises BadRequest (details.rule "blocked_type") for programs, by the ending of the name or by the bytes."""
    ending = PurePath(name.rstrip(". ").lower()).suffix.removeprefix(".")  # Windows drops final dots and spaces
    if ending in conf.FILE_BLOCKED_ENDINGS or media_type in conf.FILE_BLOCKED_TYPES:
        raise errors.BadRequest(
            "Programs are not taken; pack it and send the archive if it must be.",
            details={"path": "file", "rule": "blocked_type", "ending": ending, "media_type": media_type},
        )


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    for cut in range(4):  # the last character may be cut through
        try:
            head[: len(head) - cut].decode()
        except UnicodeDecodeError:
            continue
        return True
    return False
