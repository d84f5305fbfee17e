"""What one conversation shows: messages with their present state and notices, in order, without holes. Sans-I/O.

It is one unbroken stretch up to the live edge: entries arrive at the end through ``apply``, older ones in front through
``merge``. A jump of the stream empties it; the next page fills it again.
"""

from typing import TypeAlias

from parley_sdk.store.folding import CHANGES, fold, fold_thread
from parley_sdk.wire.events import (
    ConversationCreated,
    ConversationUpdated,
    DurableEvent,
    MemberAdded,
    MemberRemoved,
    MessageCreated,
    MessageRecalled,
)
from parley_sdk.wire.replies import TimelinePage

#: What a timeline shows. All other entries change one of these or nothing that is shown.
Shown: TypeAlias = MessageCreated | MemberAdded | MemberRemoved | ConversationCreated | ConversationUpdated
_SHOWN = (MessageCreated, MemberAdded, MemberRemoved, ConversationCreated, ConversationUpdated)
#: Entries kept in memory; the oldest go first and can be loaded again.
MAX_KEPT = 2_000


class Timeline:
    """See the module. ``has_older``: the server has more in front of what is here."""

    def __init__(self, conversation: int) -> None:
        self.conversation = conversation
        self.has_older = True
        #: Grows with each ``clear``: a page that was asked for before it does not fit any more.
        self.generation = 0
        self._kept: dict[int, Shown] = {}

    @property
    def entries(self) -> list[Shown]:
        """What is shown, oldest first."""
        return [self._kept[seq] for seq in sorted(self._kept)]

    @property
    def messages(self) -> list[MessageCreated]:
        """The messages among them, recalled ones included."""
        return [entry for entry in self.entries if isinstance(entry, MessageCreated)]

    def get(self, seq: int) -> Shown | None:
        """One entry by its seq, if it is here."""
        return self._kept.get(seq)

    @property
    def oldest(self) -> int:
        """Seq of the first entry here; 0 when there is none."""
        return min(self._kept, default=0)

    def apply(self, event: DurableEvent) -> None:
        """The next entry of the stream."""
        if isinstance(event, CHANGES):
            message = self._kept.get(event.target)
            if isinstance(message, MessageCreated):
                self._kept[event.target] = fold(message, event)
        elif isinstance(event, _SHOWN):
            self._put(event)
            self._trim()
        if isinstance(event, MessageCreated | MessageRecalled) and event.thread_root:
            root = self._kept.get(event.thread_root)
            if isinstance(root, MessageCreated):
                self._kept[root.seq] = fold_thread(root, event)

    def merge(self, page: TimelinePage) -> None:
        """A page of history that touches what is here (the newest, or the one before ``oldest``)."""
        for event in page.events:
            if isinstance(event, _SHOWN):
                self._put(event)
        if not self._kept or not page.events or self.oldest >= min(getattr(each, "seq", 0) for each in page.events):
            self.has_older = page.has_older

    def clear(self) -> None:
        """Something in between is missing: start again from the live edge."""
        self._kept.clear()
        self.has_older = True
        self.generation += 1

    def _put(self, entry: Shown) -> None:
        if _version(entry) >= _version(self._kept.get(entry.seq)):
            self._kept[entry.seq] = entry

    def _trim(self) -> None:
        while len(self._kept) > MAX_KEPT:
            del self._kept[self.oldest]
            self.has_older = True


def _version(entry: Shown | None) -> int:
    return max(entry.version, entry.seq) if isinstance(entry, MessageCreated) else 0
