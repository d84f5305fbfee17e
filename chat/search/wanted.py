"""Values between the search and its two databases: what is wanted, what was found, what is to be stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chat.search import marks
from chat.search.tokens import Phrase


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found; ``id`` is also its place in the order, newest highest."""

    id: int
    conversation: int
    seq: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Documents of ``conversations`` that ``user`` may see, with every phrase and one mark of every group.

    ``above`` ≤ id < ``below``. ``holding`` estimates how many documents those conversations hold.
    """

    user: int
    phrases: Sequence[Phrase]
    marks: Sequence[Sequence[str]]
    conversations: list[int]
    holding: int
    above: int
    below: int
    limit: int

    def places(self, at_most: int) -> list[str]:
        """The marks of the conversations, or nothing when there are more than ``at_most``."""
        return [marks.place(each) for each in self.conversations] if len(self.conversations) <= at_most else []


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A message as the index keeps it."""

    id: int
    conversation: int
    seq: int
    sender: int | None
    kind: str
    has_link: bool
    at: datetime
    marks: Sequence[str]
    tokens: Sequence[str]

    def row(self) -> tuple[int, int, int, int | None, str, bool, datetime]:
        """The columns that both databases have."""
        return self.id, self.conversation, self.seq, self.sender, self.kind, self.has_link, self.at
