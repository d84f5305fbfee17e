"""The conversations of a person with their unread counts, kept right by events alone. Sans-I/O.

unread = last_number − read_number − recalled messages numbered above read_number; sending moves one's own read_number.
Numbers, not counts, are kept, so the order in which events of two timelines arrive does not matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from parley_sdk.store.folding import Change, fold
from parley_sdk.wire.events import (
    ConversationState,
    ConversationUpdated,
    DurableEvent,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    MentionReceived,
    MessageConfirmed,
    MessageCreated,
    MessageEdited,
    MessagePinned,
    MessagePreviewed,
    MessageRecalled,
    MessageUnpinned,
    ReactionAdded,
    ReactionRemoved,
)

#: Numbers kept per row; the server names as many.
MAX_NUMBERS = 200


@dataclass(eq=False)
class Row:
    """One conversation in the inbox. ``state`` is what the server would say now; read it, do not change it."""

    state: ConversationState
    recalled: set[int] = field(default_factory=set)
    mentioned: set[int] = field(default_factory=set)
    #: Recalled messages that the server counted but did not name, all numbered below those it named.
    unnamed: int = 0

    @classmethod
    def of(cls, state: ConversationState) -> "Row":
        """A row from the server's snapshot."""
        row = cls(state, set(state.recalled), set(state.mentioned))
        row.unnamed = max(0, state.last_number - state.read_number - state.unread - len(state.recalled))
        return row

    @property
    def unread(self) -> int:
        """Messages above the read position that were not recalled."""
        return max(0, self.state.last_number - self.state.read_number - len(self.recalled) - self.unnamed)

    @property
    def unread_mentions(self) -> int:
        """Unread messages that name this person."""
        return len(self.mentioned - self.recalled)

    def read(self, number: int) -> bool:
        """Move the read position; it only grows."""
        if number <= self.state.read_number:
            return False
        if self.unnamed and self.recalled and number >= min(self.recalled):
            self.unnamed = 0
        self.recalled = {each for each in self.recalled if each > number}
        self.mentioned = {each for each in self.mentioned if each > number}
        self.update(read_number=number)
        return True

    def update(self, **fields: object) -> None:
        """Replace fields of the state, and the counts that follow from it."""
        self.state = msgspec.structs.replace(self.state, **fields)
        self.state = msgspec.structs.replace(
            self.state,
            unread=self.unread,
            unread_mentions=self.unread_mentions,
            recalled=sorted(self.recalled),
            mentioned=sorted(self.mentioned),
        )


class Inbox:
    """Rows by conversation. ``user`` is whose inbox this is."""

    def __init__(self) -> None:
        self.user = 0
        self.rows: dict[int, Row] = {}

    def __iter__(self) -> Iterator[ConversationState]:
        """Rows, the latest first."""
        return iter(
            sorted((row.state for row in self.rows.values()), key=lambda each: (-each.last_at, each.conversation))
        )

    @property
    def unread(self) -> int:
        """Of all conversations together."""
        return sum(row.unread for row in self.rows.values())

    def replace(self, state: ConversationState) -> None:
        """The server's snapshot of one row. A read position that this device moved further stays."""
        before = self.rows.get(state.conversation)
        row = Row.of(state)
        self.rows[state.conversation] = row
        if before is not None:
            row.read(before.state.read_number)

    def remove(self, conversation: int) -> None:
        """The person is no longer in it."""
        self.rows.pop(conversation, None)

    def read(self, conversation: int, number: int) -> bool:
        """A read position moved; whether it was news."""
        row = self.rows.get(conversation)
        return row is not None and row.read(number)

    def prefer(self, conversation: int, **wishes: object) -> None:
        """How the person treats a conversation changed."""
        row = self.rows.get(conversation)
        if row is not None:
            row.update(**wishes)

    def advance(self, conversation: int, head_seq: int, last_number: int) -> None:
        """A large conversation moved on without telling what was said."""
        row = self.rows.get(conversation)
        if row is not None and head_seq > row.state.head_seq:
            row.update(head_seq=head_seq, last_number=max(row.state.last_number, last_number))

    def mention(self, message: MessageCreated) -> None:
        """A message names this person."""
        row = self.rows.get(message.conversation)
        if row is not None and message.number > row.state.read_number:
            row.mentioned.add(message.number)
            row.update()

    def apply(self, event: DurableEvent) -> None:
        """The next entry of a conversation's timeline."""
        if isinstance(event, MentionReceived):
            self.mention(event.message)
        row = self.rows.get(event.conversation)
        if row is None:
            return
        head = max(row.state.head_seq, event.seq)
        match event:
            case MessageCreated():
                self._said(row, event)
            case MessageRecalled():
                if event.number > row.state.read_number:
                    row.recalled.add(event.number)
                row.update(last=_folded(row, event))
            case (
                MessageEdited()
                | ReactionAdded()
                | ReactionRemoved()
                | MessagePinned()
                | MessageUnpinned()
                | MessageConfirmed()
                | MessagePreviewed()
            ):
                row.update(last=_folded(row, event))
            case ConversationUpdated():
                names = ("title", "description", "post_policy", "avatar")
                row.update(**{name: getattr(event, name) for name in names})
            case MemberAdded() | MemberRemoved():
                row.update(member_count=event.member_count)
            case MemberChanged() if event.user == self.user:
                row.update(role=event.role, muted_until=event.muted_until)
        row.update(head_seq=head, last_at=max(row.state.last_at, event.at))

    def _said(self, row: Row, message: MessageCreated) -> None:
        newest = row.state.last is None or row.state.last.seq <= message.seq
        row.update(last_number=max(row.state.last_number, message.number), last=message if newest else row.state.last)
        if message.recalled_at and message.number > row.state.read_number:
            row.recalled.add(message.number)
        if message.sender == self.user:
            row.read(message.number)
        elif self.user in message.mentions:
            self.mention(message)


def _folded(row: Row, change: Change) -> MessageCreated | None:
    last = row.state.last
    return fold(last, change) if last is not None and last.seq == change.target else last
