"""What every event is: a fact with a number, a scope, and a place in a timeline when it is durable.

The facts themselves are in ``conversation_events``, ``personal_events`` and ``live_events``; ``events`` has them all.
"""

from enum import StrEnum
from typing import ClassVar

import msgspec


class Scope(StrEnum):
    """Whose timeline an event belongs to."""

    CONVERSATION = "conversation"
    PERSONAL = "personal"
    SESSION = "session"


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="type"):
    """Base of all events. ``code`` is the event's number in the binary codec and never changes its meaning."""

    code: ClassVar[int] = 0
    durable: ClassVar[bool] = False
    scope: ClassVar[Scope] = Scope.CONVERSATION


class Durable(Event, frozen=True, kw_only=True, omit_defaults=True):
    """An entry of the timeline ``conversation`` at position ``seq`` (gapless), committed at ``at``.

    ``sender`` is the user who did it (0: the server). ``client_key`` is the sender's idempotency key ("" when none).
    """

    durable: ClassVar[bool] = True

    conversation: int
    seq: int
    at: int
    sender: int = 0
    client_key: str = ""


def tag_of(shape: type[msgspec.Struct]) -> str:
    """The wire name of an event or frame class, for instance ``message.created``."""
    return str(shape.__struct_config__.tag)
