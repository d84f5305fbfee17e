"""Spellings made alike: case, width, compatibility forms, invisible characters, runs of white space. Pure.

``fold`` is for looking, ``align`` says besides which letters of the original each folded one came from.
"""

import re
import unicodedata

#: What is in a text and not to be seen: soft hyphen, zero-width characters, direction marks, variation selectors, fillers.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\u2800]"
)
_SPACE = re.compile(r"\s+")
#: Scripts that put no space between words: there a sign stands for itself, and a term may begin or end beside any other.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u318f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0001b16f\U00020000-\U0003fffd"
)
#: Words of all other scripts.
_WORDS = re.compile(rf"([^\W_{_UNSPACED}]+)")
#: From a letter that may have a case on, up to the next sign that has none: most of a Chinese text is left alone.
_CASED = re.compile(
    "[^\u3040-\u312f\u3400-\u9fff\uac00-\ud7ff\x00-\x40\x5b-\x7f][^\u3040-\u312f\u3400-\u9fff\uac00-\ud7ff]*"
)


def steps_of(text: str) -> list[str]:
    """What a text is taken apart into: words of scripts with spaces between them, and all other signs one by one."""
    steps: list[str] = []
    for place, part in enumerate(_WORDS.split(text)):
        if place % 2:
            steps.append(part)
        else:
            steps.extend(part)
    return steps


def fold(text: str) -> str:
    """The text as terms are compared with it."""
    if text.isascii():
        return _SPACE.sub(" ", text.lower())
    seen = _UNSEEN.sub("", text)
    # Twice: a folded letter may have a compatibility form again.
    folded = _CASED.sub(_lower, unicodedata.normalize("NFKC", seen))
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", folded))


def _lower(found: re.Match[str]) -> str:
    return found[0].casefold()


def align(text: str) -> tuple[str, list[int], list[int]]:
    """The folded text with, for each of its characters, where in ``text`` begins and ends what it was made from."""
    letters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for each in fold(text[start:end]):
            if each == " " and letters and letters[-1] == " ":
                ends[-1] = end
                continue
            letters.append(each)
            begins.append(start)
            ends.append(end)
        start = end
    return "".join(letters), begins, ends
