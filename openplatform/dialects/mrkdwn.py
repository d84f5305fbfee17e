"""Slack's mrkdwn ↔ the Markdown of our messages.

``<@U…>``, ``<!channel>`` and links become what people read; what stands in code stays as it is. Whom a message mentions
is told beside the text, as our messages keep it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from openplatform.dialects import ids

#: User id -> what they are called, "" when there is nobody.
Names = Callable[[int], str]

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_ANGLE = re.compile(r"<([^<>\n]+)>")
_BOLD = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*])\*(?![\w*])")
_STRIKE = re.compile(r"(?<![\w~])~(?=[^\s~])([^~\n]*[^\s~])~(?![\w~])")
_EVERYBODY = frozenset({"channel", "here", "everyone"})
_LINK = re.compile(r"\[([^\]\n]+)\]\((https?://[^\s()]+)\)")
_STRONG = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_GONE = re.compile(r"~~(?=\S)(.+?)(?<=\S)~~")


@dataclass(frozen=True, slots=True)
class Said:
    """A text of ours: Markdown, and whom it mentions."""

    text: str
    mentions: tuple[int, ...] = ()
    mentions_all: bool = False


def users_in(text: str) -> list[int]:
    """The users that a mrkdwn text names, so that their names can be looked up at once."""
    found = (ids.parse(each[1:].partition("|")[0], "UW") for each in _ANGLE.findall(text) if each.startswith("@"))
    return list(dict.fromkeys(each for each in found if each))


def to_markdown(text: str, names: Names) -> Said:
    """A text of Slack's as Markdown."""
    mentions: dict[int, None] = {}
    everybody = False

    def angle(found: re.Match[str]) -> str:
        nonlocal everybody
        inside, _, label = found[1].partition("|")
        if inside.startswith("@"):
            user = ids.parse(inside[1:], "UW")
            name = names(user) if user else ""
            if name:
                mentions[user] = None
            return f"@{name or label or inside[1:]}"
        if inside.startswith("#"):
            return f"#{label or inside[1:]}"
        if inside.startswith("!"):
            word = inside[1:].partition("^")[0]
            if word in _EVERYBODY:
                everybody = True
                return "@all"
            return label or f"@{word}"
        if not re.match(r"(https?|mailto|tel):", inside):
            return found[0]
        return f"[{label}]({inside})" if label and label != inside else inside.removeprefix("mailto:")

    parts = _CODE.split(text)
    for place in range(0, len(parts), 2):
        plain = _STRIKE.sub(r"~~\1~~", _BOLD.sub(r"**\1**", parts[place]))
        parts[place] = _ANGLE.sub(angle, plain)
    return Said(_unescape("".join(parts)), tuple(mentions), everybody)


def from_markdown(text: str) -> str:
    """Markdown as mrkdwn. Mentions stay the names that people read; events tell the users beside them."""
    parts = _CODE.split(text)
    for place, part in enumerate(parts):
        plain = part.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if place % 2 == 0:
            plain = _LINK.sub(r"<\2|\1>", plain)
            plain = _GONE.sub(r"~\1~", _STRONG.sub(r"*\1*", plain))
        parts[place] = plain
    return "".join(parts)


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
