"""Kind ``forward``: several messages of another conversation in one. The server copies them; nobody can make them up."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

from chat import kinds
from chat.kinds.base import Body, Kind
from chat.kinds.cleaning import shorten, text_of

#: Forwards inside one another. Each takes four of the 16 levels that a body may have.
NESTED = 3


class Item(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One message: who said it (id and name as it was), when (ms), and what, shaped by ``kind``."""

    sender: int
    name: str
    at: int
    kind: str
    body: dict[str, Any]


class ForwardBody(Body, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """``title`` of the conversation they are from, or the names of those who spoke; ``items`` in their order."""

    title: str
    items: list[Item]


class Forward(Kind[ForwardBody]):
    """Several messages in one."""

    name = "forward"
    shape = ForwardBody
    server_only = True
    editable = False

    def reword(self, body: dict[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
        """The title and what each message says."""
        kept = [dict(item) if isinstance(item, dict) else item for item in body.get("items", ())]
        for place, item in enumerate(kept):
            if isinstance(item, dict) and item.get("kind") in kinds.all_kinds() and isinstance(item.get("body"), dict):
                kept[place] = {**item, "body": kinds.get(item["kind"]).reword(item["body"], change)}
        return {**body, "title": change(text_of(body, "title")), "items": kept}

    def preview(self, body: Mapping[str, Any]) -> str:
        """``[Forwarded] title: the first message``."""
        first = next((f": {text_of(item, 'name')}: {inner.preview(said)}" for item, inner, said in _items(body)), "")
        return shorten(f"[Forwarded] {text_of(body, 'title')}{first}")

    def search_text(self, body: Mapping[str, Any]) -> str:
        """Title, then what each message would be found by."""
        said = (inner.search_text(said) for _, inner, said in _items(body))
        return "\n".join(filter(None, (text_of(body, "title"), *said)))

    def files(self, body: Mapping[str, Any]) -> list[UUID]:
        """All files of all messages, each once."""
        return list(dict.fromkeys(file for _, inner, said in _items(body) for file in inner.files(said)))


def depth_of(kind: str, body: Mapping[str, Any]) -> int:
    """How many forwards are inside one another: 0 for any other kind."""
    if kind != Forward.name:
        return 0
    return 1 + max((depth_of(inner.name, said) for _, inner, said in _items(body)), default=0)


def _items(body: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], Kind[Any], Mapping[str, Any]]]:
    items = body.get("items")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, dict) and item.get("kind") in kinds.all_kinds() and isinstance(item.get("body"), dict):
            yield item, kinds.get(item["kind"]), item["body"]


KIND = Forward()
