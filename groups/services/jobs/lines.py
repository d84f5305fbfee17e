"""A file of people, read line by line: one person a line, by user name or id. Pure; knows no database.

Lines stand for themselves: what is wrong with one is said of that one, and a quoted field does not go over lines.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass

from protocol.errors import BadRequest

#: Lines in one piece of the file, which is one chunk of the job.
LINES = 500
#: Bytes in which the first line ends.
FIRST = 4096
#: What a column may be called in the first line -> what it holds. A file without such a line has user names first.
HEADINGS: Mapping[str, str] = {
    "username": "username",
    "user name": "username",
    "user": "username",
    "用户名": "username",
    "账号": "username",
    "id": "id",
    "user id": "id",
    "user_id": "id",
    "编号": "id",
}
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where in a line the person is: ``column``, parted by ``comma``, holding an id or a user name; ``first`` line's number."""

    column: int = 0
    holds: str = "username"
    comma: str = ","
    first: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its number, whom it names, or the reason why it names nobody."""

    number: int
    text: str
    key: str = ""
    reason: str = ""


def look(data: bytes) -> tuple[Layout, int]:
    """The layout, and how many lines follow, without cutting them. Raises BadRequest where nothing can be read at all."""
    if data.startswith(_WIDE):
        raise BadRequest("The file is UTF-16; save it as CSV in UTF-8.", details={"rule": "not_utf8"})
    text = data.removeprefix(_MARK)
    if not text or text.isspace():
        raise BadRequest("The file names nobody.", details={"rule": "empty_file"})
    layout = _layout(text[:FIRST].splitlines()[0])
    breaks = text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")  # as ``splitlines`` breaks bytes
    return layout, breaks + (not text.endswith((b"\n", b"\r"))) - (layout.first - 1)


def cut(data: bytes) -> tuple[Layout, list[bytes], int]:
    """The layout, the pieces, and how many lines they have. Raises as ``look`` does."""
    layout, total = look(data)
    rows = data.removeprefix(_MARK).splitlines()[layout.first - 1 :]
    return layout, [b"\n".join(rows[start : start + LINES]) for start in range(0, len(rows), LINES)], total


def read(piece: bytes, place: int, layout: Layout) -> list[Line]:
    """The lines of the piece at ``place``, without the empty ones."""
    first = layout.first + place * LINES
    return [_line(each, first + at, layout) for at, each in enumerate(piece.split(b"\n")) if each.strip()]


def _layout(first: bytes) -> Layout:
    text = first.decode("utf-8", "replace")
    comma = max("\t;,", key=text.count)
    names = [each.strip(" \"'\ufeff").casefold() for each in text.split(comma)]
    for wanted in ("username", "id"):
        for column, name in enumerate(names):
            if HEADINGS.get(name) == wanted:
                return Layout(column, wanted, comma, 2)
    return Layout(comma=comma)


def _line(raw: bytes, number: int, layout: Layout) -> Line:
    text = raw.decode("utf-8", "replace").replace("\x00", "\ufffd")
    told = text.strip()[:200]
    if "\ufffd" in text:
        return Line(number, told, reason="not_utf8")
    try:
        fields = next(csv.reader([text], delimiter=layout.comma, strict=True), [])
    except csv.Error:
        return Line(number, told, reason="malformed")
    key = fields[layout.column].strip() if layout.column < len(fields) else ""
    if not key:
        return Line(number, told, reason="nobody")
    if layout.holds == "id" and not (key.isascii() and key.isdigit() and len(key) < 19):
        return Line(number, told, reason="unknown_person")
    return Line(number, told, key=key)
