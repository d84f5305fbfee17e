"""The one envelope in which an app is told of an event, by whatever transport. The bytes are what is signed."""

from typing import Any

import msgspec

from protocol import conversation_events
from protocol.facts import Durable

#: What apps may be told of: facts of conversations, never what is one person's own.
TYPES = tuple(
    sorted(
        str(each.__struct_config__.tag)
        for each in vars(conversation_events).values()
        if isinstance(each, type) and issubclass(each, Durable) and each is not Durable
    )
)


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """``id`` is the same in every attempt; ``number`` counts a subscription's events without a gap."""

    id: str
    number: int
    subscription: int
    type: str
    event: Any


def name_of(subscription: int, number: int) -> str:
    """The id of an event of a subscription."""
    return f"evt_{subscription}_{number}"


def encode(envelope: Envelope) -> bytes:
    """As JSON."""
    return msgspec.json.encode(envelope)
