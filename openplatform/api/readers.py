"""What became of a message: its earlier bodies, who has read it; and everything read at once."""

import msgspec

from chat import selectors
from chat.services import receipts
from openplatform.api.door import Door
from openplatform.api.fact_shapes import (
    MarkedList,
    MarkedRow,
    ReaderList,
    ReaderQuery,
    ReaderRow,
    VersionList,
    VersionRow,
)
from openplatform.api.operation import operation


class EditsView(Door):
    """The history of one message."""

    @operation("messages.edits", scope="messages:read", answer=VersionList, fails=(404,))
    def get(self, *, conversation: int, seq: int) -> VersionList:
        """What the message said, oldest first, the present body last; the newest 200 of many."""
        found = selectors.list_versions(self.actor.user, conversation, seq)
        return VersionList(edits=[VersionRow(at=each.at, body=each.body) for each in found])


class ReadersView(Door):
    """Who has read one message."""

    @operation("messages.readers", scope="messages:read", query=ReaderQuery, answer=ReaderList, fails=(404,))
    def get(self, *, conversation: int, seq: int, query: ReaderQuery) -> ReaderList:
        """Those who have read it, or have not. Its sender is neither, nor is who may not see it."""
        found = selectors.list_readers(
            self.actor.user, conversation, seq, cursor=query.cursor, state=query.state, limit=query.limit
        )
        people = [msgspec.convert(each, ReaderRow, from_attributes=True) for each in found.people]
        return ReaderList(people=people, read=found.read, unread=found.unread, next=found.next)


class ReadAllView(Door):
    """Everything at once."""

    cost = 10.0  # a write for every conversation with something unread

    @operation("inbox.read_all", scope="receipts:write", answer=MarkedList, key="kept")
    def post(self) -> MarkedList:
        """Everything is read. The answer says what was not, and from where it can be marked as unread again."""
        marked = receipts.mark_all_read(actor=self.actor)
        rows = [MarkedRow(conversation=pk, read_number_before=before) for pk, before in marked.items()]
        return MarkedList(marked=rows)
