"""The rows of one batch in memory: what was read at its start, and what came of it and waits to be written. Values only."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from chat.models import Conversation, Entry, File
from chat.rendering import Place
from chat.timeline.losing import Lost

Pair = tuple[int, int]
Key = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Known:
    """An entry that was committed under a client key before."""

    seq: int
    number: int
    at: datetime
    digest: bytes


class SeatRow(NamedTuple):
    """What the rules ask of a membership; a tuple, because 64 model rows took a tenth of a commit."""

    conversation_id: int
    user_id: int
    role: str
    muted_until: datetime | None
    history_from: int
    custom_role: int = 0
    spoke_at: datetime | None = None


@dataclass(slots=True)
class Scene:
    """The rows of one batch: what was read, and (below) what came of it and waits to be written."""

    now: datetime
    conversations: dict[int, Conversation] = field(default_factory=dict)
    seats: dict[Pair, SeatRow] = field(default_factory=dict)
    known: dict[Key, Known] = field(default_factory=dict)
    messages: dict[Place, Entry] = field(default_factory=dict)
    #: (conversation, user) of those mentioned who are members.
    mentionable: set[Pair] = field(default_factory=set)
    personals: dict[int, int] = field(default_factory=dict)
    #: The files of (user, file) pairs that the user may send.
    files: dict[tuple[int, UUID], File] = field(default_factory=dict)

    moved: set[int] = field(default_factory=set)
    entries: list[Entry] = field(default_factory=list)
    changed: dict[Place, Entry] = field(default_factory=dict)
    read: dict[Pair, int] = field(default_factory=dict)
    #: Who spoke where slow mode is on.
    spoke: set[Pair] = field(default_factory=set)
    #: (user, conversation, number) -> seq.
    mentions: dict[tuple[int, int, int], int] = field(default_factory=dict)
    uses: list[tuple[UUID, int, int]] = field(default_factory=list)
    #: Recalled messages, with their numbers and the files they showed.
    recalled: dict[Place, tuple[int, list[UUID]]] = field(default_factory=dict)
    #: The same as they were said.
    lost: list[Lost] = field(default_factory=list)
