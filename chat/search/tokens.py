"""Text → search tokens, the same for both databases. Pure; the only place that knows how languages are cut.

Text is folded (NFKC, lower case). Scripts without spaces (Chinese, Japanese, Korean, Thai …) become overlapping pairs plus
the last single character, so that any piece of two or more characters is a phrase of pairs and a single character is
a prefix. Other words stay whole, split between letters and digits. Nothing here queries.
"""

import re
import unicodedata
from dataclasses import dataclass

#: A longer word is cut: a pasted base64 block is not a word, and PostgreSQL takes 2,046 bytes per lexeme.
WORD_CHARS = 64

#: Scripts that are written without spaces between words, or whose words people search by pieces (Korean).
_UNSPACED = (
    "\u0e01-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17d3"  # Myanmar, Khmer
    "\u1100-\u11ff\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3038-\u303b"  # radicals, 々〆〇 and numerals
    "\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"  # kana
    "\u3105-\u312f\u3131-\u318e\u31a0-\u31bf"  # Bopomofo, Hangul letters
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua48c\uf900-\ufaff"  # Han, Yi
    "\U00016fe0-\U00018cff\U0001aff0-\U0001b16f\U00020000-\U0003fffd"  # rare Han, Tangut, kana
)


def _ranges(points: list[int]) -> str:
    """Code points as the inside of a character class."""
    parts: list[str] = []
    start = previous = points[0]
    for point in [*points[1:], -1]:
        if point != previous + 1:
            parts.append(f"\\u{start:04x}-\\u{previous:04x}")
            start = point
        previous = point
    return "".join(parts)


#: Combining marks that survive NFKC (vowel signs of India, Arabic points): they belong to the word they stand in.
_MARKS = _ranges([point for point in range(0x300, 0x10000) if unicodedata.category(chr(point))[0] == "M"])
_PIECES = re.compile(
    rf"(?P<run>[{_UNSPACED}]+)|(?P<digits>\d+)|(?P<word>(?:(?![{_UNSPACED}])[^\W\d_])(?:(?![{_UNSPACED}])[^\W\d_]|[{_MARKS}])*)"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text, and for each of its characters where in the original it began; one more for the end."""

    text: str
    starts: list[int] | None = None

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """The range of the original text behind the folded range."""
        if self.starts is None or begin == end:
            return begin, end
        stop = self.starts[end]
        if stop == self.starts[end - 1]:  # the original character unfolds into more than this range holds
            stop = next((each for each in self.starts[end:] if each > stop), self.starts[-1])
        return self.starts[begin], stop


def fold(text: str) -> Folded:
    """NFKC and lower case, remembering where each character came from."""
    lower = text.lower().replace("ς", "σ")  # the one letter whose lower case depends on its neighbours
    if len(lower) == len(text) and unicodedata.is_normalized("NFKC", text) and unicodedata.is_normalized("NFKC", lower):
        return Folded(lower)
    parts: list[str] = []
    starts: list[int] = []
    begin = 0
    for end in [*_boundaries(text), len(text)]:
        lower = unicodedata.normalize("NFKC", text[begin:end]).lower().replace("ς", "σ")
        piece = unicodedata.normalize("NFKC", lower)
        parts.append(piece)
        starts.extend([begin] * len(piece))
        begin = end
    return Folded("".join(parts), [*starts, len(text)])


def _boundaries(text: str) -> list[int]:
    """Where a new character begins for the eye: marks, and halves of Korean syllables, belong to the one before."""
    return [at for at in range(1, len(text)) if not _joins(text[at])]


def _joins(character: str) -> bool:
    head = unicodedata.normalize("NFKC", character)[:1]
    return unicodedata.category(head)[0] == "M" or "\u1160" <= head <= "\u11ff" or "\uff9e" <= character <= "\uff9f"


def index_tokens(text: str) -> list[str]:
    """The tokens of a text, in order; the place in the list is the position for phrases."""
    tokens: list[str] = []
    for piece in _PIECES.finditer(fold(text).text):
        if piece.lastgroup == "run":
            run = piece.group()
            tokens.extend(run[at : at + 2] for at in range(len(run)))  # the last one is a single character
        else:
            tokens.append(piece.group()[:WORD_CHARS])
    return tokens


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that must stand side by side; with ``prefix`` the last one need only begin so."""

    tokens: tuple[str, ...]
    prefix: bool = False


def phrase_of(term: str, *, exact: bool = False) -> Phrase | None:
    """What to look for when somebody typed ``term`` (no spaces, or quoted). None: nothing in it can be searched.

    A run at the end is open: its text may go on in the message. A run before something else is closed, like there.
    """
    pieces = list(_PIECES.finditer(fold(term).text))
    if not pieces:
        return None
    tokens: list[str] = []
    prefix = False
    for piece in pieces:
        found, last = piece.group(), piece is pieces[-1]
        if piece.lastgroup == "run":
            tokens.extend(found[at : at + 2] for at in range(len(found) - (last and len(found) > 1)))
            prefix = last and len(found) == 1
        else:
            tokens.append(found[:WORD_CHARS])
            prefix = last and not exact and (len(found) >= 2 or len(pieces) > 1)
    return Phrase(tuple(tokens), prefix)


def find_spans(text: Folded, term: str, *, exact: bool = False) -> list[tuple[int, int]]:
    """Where in the original text a phrase stands, for highlights. The same rule as the index, so a hit has a span."""
    wanted = list(_PIECES.finditer(fold(term).text))
    if not wanted:
        return []
    there = list(_PIECES.finditer(text.text))
    spans: list[tuple[int, int]] = []
    for at in range(len(there) - len(wanted) + 1):
        spans.extend(_match(there[at : at + len(wanted)], wanted, text, exact=exact))
    return spans


def _match(
    there: list[re.Match[str]], wanted: list[re.Match[str]], text: Folded, *, exact: bool
) -> list[tuple[int, int]]:
    """The spans in which the pieces ``wanted`` match the pieces ``there``, one to one."""
    if any(one.lastgroup != other.lastgroup for one, other in zip(there, wanted, strict=True)):
        return []
    if len(wanted) == 1:
        return [text.span(begin, end) for begin, end in _inside(there[0], wanted[0].group(), exact=exact)]
    head, tail = wanted[0].group(), wanted[-1].group()
    ends_so = there[0].group().endswith(head) if wanted[0].lastgroup == "run" else _same(there[0].group(), head)
    middle = all(_same(one.group(), other.group()) for one, other in zip(there[1:-1], wanted[1:-1], strict=True))
    begins = _same(there[-1].group(), tail) if exact and wanted[-1].lastgroup != "run" else _starts(there[-1], tail)
    if not (ends_so and middle and begins):
        return []
    begin = there[0].end() - len(head) if wanted[0].lastgroup == "run" else there[0].start()
    return [text.span(begin, there[-1].start() + min(len(tail), len(there[-1].group())))]


def _inside(piece: re.Match[str], wanted: str, *, exact: bool) -> list[tuple[int, int]]:
    if piece.lastgroup != "run":
        open_end = len(wanted) >= 2 and not exact
        found_so = _starts(piece, wanted) if open_end else _same(piece.group(), wanted)
        return [(piece.start(), piece.start() + min(len(wanted), len(piece.group())))] if found_so else []
    found, at = [], piece.group().find(wanted)
    while at >= 0:
        found.append((piece.start() + at, piece.start() + at + len(wanted)))
        at = piece.group().find(wanted, at + len(wanted))
    return found


def _starts(piece: re.Match[str], wanted: str) -> bool:
    return piece.group()[:WORD_CHARS].startswith(wanted[:WORD_CHARS])


def _same(one: str, other: str) -> bool:
    return one[:WORD_CHARS] == other[:WORD_CHARS]
