"""What a web page says of itself: title, description, site, picture. Read from its head, whatever else it holds."""

import codecs
import re
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

#: Characters kept of each: more than a preview shows.
TITLE_CHARS, DESCRIPTION_CHARS, SITE_CHARS = 200, 400, 80
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Page:
    """Plain text, one line each; ``image`` is an address as written, perhaps relative."""

    title: str = ""
    description: str = ""
    site: str = ""
    image: str = ""


def read_page(body: bytes, content_type: str = "") -> Page:
    """The page's own words. Never raises, whatever the bytes are."""
    reader = _Head()
    with suppress(AssertionError, ValueError, RecursionError):  # what was read before a broken mark counts
        reader.feed(_text(body, content_type))
    said = reader.said
    return Page(
        title=_line(said.get("og:title") or said.get("twitter:title") or reader.title, TITLE_CHARS),
        description=_line(
            said.get("og:description") or said.get("twitter:description") or said.get("description", ""),
            DESCRIPTION_CHARS,
        ),
        site=_line(said.get("og:site_name") or said.get("application-name", ""), SITE_CHARS),
        image=(said.get("og:image:secure_url") or said.get("og:image") or said.get("twitter:image", "")).strip(),
    )


class _Head(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self.title = ""
        self._in_title = False
        self._over = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Meta marks and the title, up to the body."""
        if tag == "body":
            self._over = True
        if self._over:
            return
        if tag == "title":
            self._in_title = not self.title
        elif tag == "meta":
            given = {name: value or "" for name, value in attrs}
            name = (given.get("property") or given.get("name") or "").strip().lower()
            if name and given.get("content"):
                self.said.setdefault(name[:60], given["content"][:2048])

    def handle_endtag(self, tag: str) -> None:
        """The title is over."""
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        """The title's text."""
        if self._in_title and len(self.title) < TITLE_CHARS * 4:
            self.title += data


def _text(body: bytes, content_type: str) -> str:
    for source in (content_type.encode("latin-1", "replace"), body[:4096]):
        if found := _CHARSET.search(source):
            try:
                return body.decode(codecs.lookup(found[1].decode()).name, "replace")
            except (LookupError, UnicodeError):
                continue
    return body.decode("utf-8", "replace")


def _line(text: str, limit: int) -> str:
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
