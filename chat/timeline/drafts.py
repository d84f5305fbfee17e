"""What goes into ``append`` and what comes out: drafts, outcomes and the events to publish. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import msgspec

from accounts.actor import Actor
from chat import conf, tracing
from chat.models import Conversation
from protocol.errors import ParleyError
from protocol.events import Event


@dataclass(frozen=True, slots=True)
class Emitted:
    """An event that was committed (or is ephemeral) and the topic it belongs to: ``conv.<id>`` or ``user.<id>``."""

    topic: str
    event: Event
    large: bool = False


def topic_of(conversation: Conversation) -> str:
    """``user.<owner>`` for a personal conversation, ``conv.<id>`` for all others."""
    if conversation.kind == Conversation.Kind.PERSONAL:
        return f"user.{(conversation.unique_key or '')[1:]}"
    return f"conv.{conversation.pk}"


def emitted_by(conversation: Conversation, event: Event) -> Emitted:
    """The event with its topic."""
    return Emitted(topic_of(conversation), event, large=conversation.member_count > conf.LARGE_CONVERSATION)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry not yet committed. ``type`` is its event's wire name.

    ``target`` is the seq of the message it changes; ``fields`` the own fields of events that are not messages.
    ``asked`` stands for the request when the body is not what was asked for: a forwarded copy, a redrawn card.
    ``at`` (ms) and ``sender`` (a user to speak for) are for the system alone: imports and demo history.
    """

    actor: Actor
    conversation: int
    type: str
    client_key: str = ""
    kind: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    reply_to: int = 0
    thread_root: int = 0
    mentions: tuple[int, ...] = ()
    mentions_all: bool = False
    urgent: bool = False
    forwarded_from: int = 0
    asked: tuple[Any, ...] = ()
    target: int = 0
    fields: Mapping[str, Any] = field(default_factory=dict)
    at: int = 0
    sender: int = 0
    #: The request that asked for it, for the logs.
    request: str = field(default_factory=tracing.get, compare=False)

    @property
    def speaker(self) -> int:
        """The user whose entry this will be; 0 for the server's own."""
        return self.sender or self.actor.user

    @property
    def digest(self) -> bytes:
        """16 bytes that tell whether the same thing was asked under the same key."""
        asked = self.asked or (
            self.type,
            self.kind,
            self.body,
            self.reply_to,
            self.thread_root,
            self.mentions,
            self.mentions_all,
            self.target,
            {name: value for name, value in self.fields.items() if isinstance(value, (str, int, list, tuple))},
        )
        if self.urgent:
            asked = (*asked, "urgent")
        return blake2b(msgspec.json.encode(asked, order="deterministic"), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a draft. ``at`` in ms; ``error`` instead of a position when it was refused.

    ``duplicate``: it had been committed before under the same key. ``emitted``: events to publish after the commit.
    """

    conversation: int
    seq: int = 0
    number: int = 0
    at: int = 0
    client_key: str = ""
    duplicate: bool = False
    error: ParleyError | None = None
    emitted: tuple[Emitted, ...] = ()
