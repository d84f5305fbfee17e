"""Cleaning of what people type: control characters out, length checked, blank told from text."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from chat.kinds.base import PREVIEW_CHARS, refused

#: C0 and C1 controls except tab and newline. NUL alone would already make PostgreSQL refuse the row.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
#: Marks that turn the reading direction: "exe.fdp" can be made to look like "pdf.exe". Out of names, kept in prose.
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACE = re.compile(r"\s+")
#: Characters that are letters to Unicode and nothing to the eye: Hangul fillers and the blank Braille cell.
_UNSEEN = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def clean_text(text: str, *, field: str, limit: int, required: bool = False) -> str:
    """Prose: newlines stay, trailing space and controls go. Raises BadRequest when too long, or blank but required."""
    text = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n"))
    text = text.rstrip().lstrip("\n")
    if is_blank(text):
        text = ""
    if required and not text:
        raise refused("There is no text in it.", field)
    return _bounded(text, field, limit)


def clean_line(text: str, *, field: str, limit: int, required: bool = False) -> str:
    """A name or title: one line, no direction marks."""
    text = _DIRECTION.sub("", one_line(text))
    if is_blank(text):
        text = ""
    if required and not text:
        raise refused("It may not be empty.", field)
    return _bounded(text, field, limit)


def one_line(text: str) -> str:
    """The text with every run of white space as one space and no control characters."""
    return _SPACE.sub(" ", _CONTROLS.sub(" ", text)).strip()


def shorten(text: str, limit: int = PREVIEW_CHARS) -> str:
    """One line of at most ``limit`` characters, with an ellipsis where it was cut."""
    line = one_line(text[: limit * 8])
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def is_blank(text: str) -> bool:
    """Whether nothing in it can be seen: spaces, zero-width and format characters, fillers."""
    return all(each in _UNSEEN or unicodedata.category(each)[0] in "ZC" for each in text)


def text_of(body: Mapping[str, Any], field: str) -> str:
    """A string of a stored body, "" when it has none."""
    value = body.get(field)
    return value if isinstance(value, str) else ""


def reworded(body: Mapping[str, Any], fields: tuple[str, ...], change: Callable[[str], str]) -> dict[str, Any]:
    """A copy of the body with the texts of ``fields`` passed through ``change``, as far as they are there."""
    return {**body, **{field: change(text) for field in fields if (text := text_of(body, field))}}


def _bounded(text: str, field: str, limit: int) -> str:
    if len(text) > limit:
        raise refused(f"It may have {limit} characters; this has {len(text)}.", field)
    return text
