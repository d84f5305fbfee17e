"""SCIM's filters (RFC 7644, 3.4.2.2) as a tree: text in, values out; what a path means is asked of whoever uses it."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from identity.dialects.scim_schemas import Invalid

CHARS, DEPTH = 2000, 20
_TOKEN = re.compile(r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<mark>[()\[\]])|(?P<word>[^\s()\[\]"]+))')
OPERATORS = {"eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"}


@dataclass(frozen=True, slots=True)
class Compare:
    """``path`` in lower case; ``pr`` has no value."""

    path: str
    operator: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Both:
    """All of them, or with ``any_of`` one of them."""

    parts: tuple["Node", ...]
    any_of: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """The contrary."""

    part: "Node"


@dataclass(frozen=True, slots=True)
class Within:
    """Some value of a multi-valued attribute meets ``part``."""

    path: str
    part: "Node"


Node = Compare | Both | Not | Within


def parse(text: str) -> Node:
    """The tree of a filter. Raises Invalid."""
    if len(text) > CHARS:
        raise _wrong()
    reader = _Reader(_split(text))
    found = reader.either(0)
    if reader.left:
        raise _wrong()
    return found


def meets(node: Node, value: Mapping[str, Any]) -> bool:
    """Whether one value (an e-mail, a member) of a document meets a filter on it."""
    if isinstance(node, Both):
        return (any if node.any_of else all)(meets(each, value) for each in node.parts)
    if isinstance(node, Not):
        return not meets(node.part, value)
    if isinstance(node, Within):
        raise _wrong()
    found = next((each for name, each in value.items() if name.lower() == node.path), None)
    if node.operator == "pr":
        return found not in (None, "")
    return COMPARE[node.operator](_folded(found), _folded(node.value))


def _has(test: Callable[[str, str], bool]) -> Callable[[Any, Any], bool]:
    return lambda found, wanted: isinstance(found, str) and isinstance(wanted, str) and test(found, wanted)


COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda found, wanted: found == wanted,
    "ne": lambda found, wanted: found != wanted,
    "co": _has(lambda found, wanted: wanted in found),
    "sw": _has(lambda found, wanted: found.startswith(wanted)),
    "ew": _has(lambda found, wanted: found.endswith(wanted)),
    "gt": _has(lambda found, wanted: found > wanted),
    "ge": _has(lambda found, wanted: found >= wanted),
    "lt": _has(lambda found, wanted: found < wanted),
    "le": _has(lambda found, wanted: found <= wanted),
}


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _split(text: str) -> list[str]:
    tokens, at = [], 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _wrong()
        tokens.append(found.group().strip())
        at = found.end()
    return tokens


class _Reader:
    """Goes through the tokens once; ``or`` binds weaker than ``and``, ``not`` strongest."""

    def __init__(self, tokens: list[str]) -> None:
        self.left = tokens

    def either(self, depth: int) -> Node:
        parts = [self.both(depth)]
        while self.took("or"):
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts), any_of=True)

    def both(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.took("and"):
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, depth: int) -> Node:
        if depth > DEPTH:
            raise _wrong()
        if self.took("not"):
            self.need("(")
            inner = self.either(depth + 1)
            self.need(")")
            return Not(inner)
        if self.took("("):
            inner = self.either(depth + 1)
            self.need(")")
            return inner
        path = self.take().lower()
        if self.took("["):
            inner = self.either(depth + 1)
            self.need("]")
            return Within(path, inner)
        operator = self.take().lower()
        if operator not in OPERATORS:
            raise _wrong()
        return Compare(path, operator) if operator == "pr" else Compare(path, operator, _value(self.take()))

    def take(self) -> str:
        if not self.left:
            raise _wrong()
        return self.left.pop(0)

    def took(self, word: str) -> bool:
        if self.left and self.left[0].lower() == word:
            self.left.pop(0)
            return True
        return False

    def need(self, word: str) -> None:
        if not self.took(word):
            raise _wrong()


def _value(token: str) -> Any:
    try:
        found = json.loads(token if token.startswith('"') else token.lower())
    except ValueError:
        raise _wrong() from None
    if isinstance(found, dict | list) or (isinstance(found, str) and "\x00" in found):
        raise _wrong()
    return found


def _wrong() -> Invalid:
    return Invalid("invalidFilter", "That filter is not understood.")
