"""Who listens to what: the registry that each room's ``listeners.py`` fills when it is imported. docs/howto/

A listener is a function of one list: ``Entry`` rows of one conversation in seq order, of the types it named. It runs
in ``chat.react`` after the commit, in the transaction that moves the conversation's hand-over: what it writes and the
position are stored together, so it sees every entry once; what it does outside the database may happen twice.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from protocol.events import DURABLE

if TYPE_CHECKING:
    from chat.models import Entry

Listener = Callable[[Sequence["Entry"]], None]

_listeners: dict[Listener, frozenset[str]] = {}


def listens(*types: str) -> Callable[[Listener], Listener]:
    """Call the decorated function with the entries of these types (wire names); without types, with all."""
    if unknown := set(types) - DURABLE.keys():
        raise ValueError(f"no such entries: {sorted(unknown)}")

    def register(listener: Listener) -> Listener:
        _listeners[listener] = frozenset(types or DURABLE)
        return listener

    return register


def all_listeners() -> list[tuple[Listener, frozenset[str]]]:
    """Every listener with its types, in the order in which they registered."""
    return list(_listeners.items())
