"""What a program posts in the shape of Slack, Mattermost or Rocket.Chat -> a message of ours: text, or a card.

Text alone is a text message; blocks and attachments make a card whose order is the sender's. Pictures elsewhere become
links (a reader's client never meets a foreign server). What cannot be read at all is refused with Slack's own word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openplatform.dialects import block_kit, mrkdwn
from openplatform.dialects.colors import nearest
from protocol import limits

MAX_BLOCKS, MAX_ATTACHMENTS = 50, 100
TITLE_CHARS, TEXT_CHARS, FALLBACK_CHARS, BLOCK_CHARS, NOTE_CHARS = 200, 4000, 300, 4000, 1000
_URL = re.compile(r"https?://[^\s()<>]{1,1900}")
Json = Mapping[str, Any]


class Unreadable(ValueError):
    """The payload is none; the argument is Slack's word for why."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message to be sent: its kind, body and mentions; ``username`` and ``icon`` as the sender wished them."""

    kind: str
    body: dict[str, Any]
    mentions: tuple[int, ...] = ()
    mentions_all: bool = False
    username: str = ""
    icon: str = ""


@dataclass(slots=True)
class Reader:
    """One payload being read: gathers mentions from all its texts."""

    names: mrkdwn.Names
    mentions: dict[int, None] = field(default_factory=dict)
    everybody: bool = False
    #: Names of controls so far; None: nobody answers, so what would send a press is left out.
    controls: dict[str, Any] | None = None

    def words(self, text: Any) -> str:
        """mrkdwn, or a text object of Block Kit, as Markdown."""
        if isinstance(text, Mapping):
            plain = text.get("type") == "plain_text"
            return _text(text.get("text")) if plain else self.words(text.get("text"))
        said = mrkdwn.to_markdown(_text(text), self.names)
        self.mentions.update(dict.fromkeys(said.mentions))
        self.everybody = self.everybody or said.mentions_all
        return said.text


def users_in(payload: Json) -> list[int]:
    """The users that any text of the payload names."""
    return list(dict.fromkeys(user for text in _texts(payload) for user in mrkdwn.users_in(text)))


def read(payload: Json, names: mrkdwn.Names, title: str, *, controls: bool = False) -> Post:
    """The message. ``title``: of a card that has none of its own. ``controls``: somebody answers to presses.

    Raises Unreadable (no_text, invalid_blocks …).
    """
    blocks, attachments = _list(payload, "blocks"), _list(payload, "attachments")
    if len(attachments) > MAX_ATTACHMENTS:
        raise Unreadable("too_many_attachments")
    if len(blocks) > MAX_BLOCKS:
        raise Unreadable("invalid_blocks")
    reader = Reader(names, controls={} if controls else None)
    text = reader.words(payload.get("text")).strip()
    card = _card(reader, text, blocks, attachments, title) if blocks or attachments else None
    if card is None and not text:
        raise Unreadable("no_text")
    return Post(
        kind="card" if card else "text",
        body=card or {"text": text[: limits.MAX_TEXT_CHARS]},
        mentions=tuple(reader.mentions)[: limits.MAX_MENTIONS],
        mentions_all=reader.everybody,
        username=_text(payload.get("username") or payload.get("alias"))[:80].strip(),
        icon=_text(payload.get("icon_emoji") or payload.get("emoji"))[:64].strip(),
    )


def _card(reader: Reader, text: str, blocks: list[Json], attachments: list[Json], title: str) -> dict[str, Any] | None:
    shown: list[dict[str, Any]] = []
    heading, color = "", ""
    for block in blocks:
        if block.get("type") == "header" and not heading:
            heading = reader.words(block.get("text"))
        else:
            shown += _block(reader, block)
    for place, each in enumerate(attachments):
        inner = list(_attachment(reader, each, titled=bool(heading or text or blocks)))
        color = color or nearest(_text(each.get("color")))
        if not (heading or text or blocks):
            heading = _text(each.get("title"))
        if place and shown and inner:
            shown.append({"type": "divider"})
        shown += inner
    if not (shown or heading):
        return None
    first = next((each for each in (text, *map(_text, (a.get("fallback") for a in attachments))) if each), "")
    body = {
        "title": (_line(heading) or title)[:TITLE_CHARS],
        # With blocks, Slack shows the text in notifications alone.
        "text": "" if blocks else text[:TEXT_CHARS],
        "color": color,
        "blocks": shown[:MAX_BLOCKS],
        "fallback": _line(first)[:FALLBACK_CHARS],
    }
    return {name: value for name, value in body.items() if value}


def _block(reader: Reader, block: Json) -> Iterator[dict[str, Any]]:
    match block.get("type"):
        case "section":
            yield from _long(reader.words(block.get("text")))
            yield from _pairs([("", reader.words(each)) for each in _raw(block, "fields")])
            yield from _links(reader, [block.get("accessory")])
        case "markdown":
            yield from _long(_text(block.get("text")))
        case "rich_text":
            yield from _long(_rich(block))
        case "header":
            yield from _long(f"**{reader.words(block.get('text'))}**")
        case "context":
            words = " ".join(filter(None, (reader.words(each) for each in _raw(block, "elements") if _is_text(each))))
            if words:
                yield {"type": "note", "text": words[:NOTE_CHARS]}
        case "divider":
            yield {"type": "divider"}
        case "image":
            yield from _long(_picture(_text(block.get("image_url")), _text(block.get("alt_text"))))
        case "actions":
            yield from _links(reader, _raw(block, "elements"))


def _attachment(reader: Reader, given: Json, *, titled: bool) -> Iterator[dict[str, Any]]:
    """A legacy attachment: pretext, author, title, text, fields, picture, actions, footer. Without words, its fallback."""
    before = len(reader.mentions)
    shown: list[dict[str, Any]] = []
    shown += _long(reader.words(given.get("pretext")))
    if author := _text(given.get("author_name")):
        shown.append({"type": "note", "text": _linked(author, _text(given.get("author_link")))[:NOTE_CHARS]})
    title, link = _text(given.get("title")), _text(given.get("title_link"))
    if title and (titled or link):
        shown += _long(f"**{_linked(title, link)}**")
    shown += _long(reader.words(given.get("text")))
    fields = [each for each in _raw(given, "fields") if isinstance(each, Mapping)]
    shown += _pairs([(_text(each.get("title")), reader.words(each.get("value"))) for each in fields])
    for block in _list(given, "blocks"):
        shown += _block(reader, block)
    shown += _long(_picture(_text(given.get("image_url")), title))
    shown += _links(reader, _raw(given, "actions"))
    if footer := _text(given.get("footer")):
        shown.append({"type": "note", "text": footer[:NOTE_CHARS]})
    if not shown and not title and len(reader.mentions) == before:
        shown += _long(_text(given.get("fallback")))
    yield from shown


def shown(reader: Reader, block: Json) -> list[dict[str, Any]]:
    """What a block of a dialog shows; what it asks is left out."""
    return [each for each in _block(reader, block) if each["type"] != "actions"]


def _asking(reader: Reader, elements: list[Any], taken: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        made = [block_kit.control(each, reader.words, taken) for each in elements]
    except block_kit.Unusable:
        raise Unreadable("invalid_blocks") from None
    found = [each for each in made if each is not None]
    return [{"type": "actions", "elements": found[:20]}] if found else []


def _links(reader: Reader, elements: list[Any]) -> list[dict[str, Any]]:
    """Controls when somebody answers; otherwise buttons that open an address: nobody answers for a hook."""
    if reader.controls is not None:
        return _asking(reader, elements, reader.controls)
    buttons = []
    for each in elements:
        if isinstance(each, Mapping) and each.get("type") == "button" and _URL.fullmatch(_text(each.get("url"))):
            words = _line(reader.words(each.get("text")))[:80] or "Open"
            style = each.get("style") if each.get("style") in ("primary", "danger") else ""
            button = {"type": "button", "text": words, "url": each["url"]}
            buttons.append(button | ({"style": style} if style else {}))
    return [{"type": "actions", "elements": buttons[:20]}] if buttons else []


def _pairs(pairs: list[tuple[str, str]]) -> list[dict[str, Any]]:
    fields = [{"label": label[:80], "text": text[:1000], "short": True} for label, text in pairs if label or text]
    return [{"type": "fields", "fields": fields[at : at + 20]} for at in range(0, len(fields), 20)]


def _long(text: str) -> list[dict[str, Any]]:
    """Text blocks, cut where a block is full."""
    text = text.strip()
    return [{"type": "text", "text": text[at : at + BLOCK_CHARS]} for at in range(0, len(text), BLOCK_CHARS)]


def _rich(node: Any) -> str:
    """The words of a rich_text block."""
    if isinstance(node, list):
        return "".join(map(_rich, node))
    if not isinstance(node, Mapping):
        return ""
    if node.get("type") == "link":
        return _linked(_text(node.get("text")) or _text(node.get("url")), _text(node.get("url")))
    if node.get("type") == "emoji":
        return f":{_text(node.get('name'))}:"
    inner = _text(node.get("text")) or _rich(node.get("elements"))
    return inner + ("\n" if _text(node.get("type")).startswith("rich_text_") else "")


def _picture(url: str, words: str) -> str:
    return _linked(words or url, url) if _URL.fullmatch(url) else ""


def _linked(words: str, url: str) -> str:
    return f"[{words}]({url})" if _URL.fullmatch(url) and words != url else words


def _is_text(element: Any) -> bool:
    return isinstance(element, Mapping) and element.get("type") in ("mrkdwn", "plain_text")


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    # U+0000 and lone surrogates can be stored nowhere and are meant by nobody.
    return value.replace("\x00", "").encode("utf-8", "ignore").decode() if isinstance(value, str) else ""


def _raw(given: Json, name: str) -> list[Any]:
    found = given.get(name)
    return found[:MAX_ATTACHMENTS] if isinstance(found, list) else []


def _list(given: Json, name: str) -> list[Json]:
    found = given.get(name)
    if found is None or found == "":
        return []
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise Unreadable(f"invalid_{name}" if name == "blocks" else "invalid_payload")
    return found


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < 12 and isinstance(value, (Mapping, list)):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each, depth + 1)
