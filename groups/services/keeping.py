"""What may not go, whoever orders it: asked by every job that takes away what is said.

A seam: the room that knows of legal holds stands above this one and registers its answer when Django starts.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """``everything``: of the conversation; otherwise what these ``people`` said. ``hold``: which one says so, 0 none."""

    everything: bool = False
    people: frozenset[int] = frozenset()
    hold: int = 0


Keeper = Callable[[int], Kept]
_keepers: list[Keeper] = []


def register(keeper: Keeper) -> None:
    """Ask ``keeper(conversation)`` too; a second time changes nothing."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def kept_of(conversation: int) -> Kept:
    """All answers in one."""
    answers = [keeper(conversation) for keeper in _keepers]
    return Kept(
        any(each.everything for each in answers),
        frozenset().union(*(each.people for each in answers)),
        next((each.hold for each in answers if each.hold), 0),
    )
