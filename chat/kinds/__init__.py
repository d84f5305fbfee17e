"""Message kinds: what a body may hold. The folder is the registry: a module here with a ``KIND`` is a kind.

To add one, write ``chat/kinds/<name>.py``; nothing else on the server changes. Who may send is not decided here.
"""

import importlib
import pkgutil
from functools import cache
from types import MappingProxyType
from typing import Any

from chat.kinds.base import Facts, Kind
from protocol import errors

__all__ = ["Facts", "Kind", "all_kinds", "get"]


@cache
def all_kinds() -> MappingProxyType[str, Kind[Any]]:
    """Every kind by its wire name, found once."""
    found: dict[str, Kind[Any]] = {}
    for each in pkgutil.iter_modules(__path__):
        kind = getattr(importlib.import_module(f"{__name__}.{each.name}"), "KIND", None)
        if isinstance(kind, Kind):
            found[kind.name] = kind
    return MappingProxyType(found)


def get(name: str) -> Kind[Any]:
    """The kind of that name. Raises BadRequest (invalid, path "kind") when there is none."""
    kind = all_kinds().get(name)
    if kind is None:
        raise errors.BadRequest(
            f"There is no message kind {name[:40]!r}.",
            details={"path": "kind", "kinds": sorted(all_kinds())},
        )
    return kind
