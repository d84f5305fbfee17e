"""What recalls take away, shown to who must keep it before it is gone.

A seam: the room that knows of legal holds stands above this one and registers when Django starts. Asked within the
transaction of the recall, once for a batch, and only when something is recalled: a send asks nobody.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Lost:
    """A message as it was said, and who takes it back when."""

    conversation: int
    seq: int
    sender: int
    kind: str
    body: dict[str, Any]
    said_at: datetime
    by: int
    at: datetime


Keeper = Callable[[Sequence[Lost]], None]
_keepers: list[Keeper] = []
_of_files: list[Callable[[Iterable[UUID]], set[UUID]]] = []


def register(keeper: Keeper, files: Callable[[Iterable[UUID]], set[UUID]]) -> None:
    """Show ``keeper`` what goes, and ask ``files`` which of these no message shows must stay; once each."""
    if keeper not in _keepers:
        _keepers.append(keeper)
        _of_files.append(files)


def offer(lost: Sequence[Lost]) -> None:
    """To all of them."""
    for keeper in _keepers:
        keeper(lost)


def kept_files(files: Iterable[UUID]) -> set[UUID]:
    """Those among ``files`` that somebody keeps."""
    asked = list(files)
    return set().union(*(each(asked) for each in _of_files)) if asked else set()
