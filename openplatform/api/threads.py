"""Threads one follows: the list with its unread replies, following, reading."""

import msgspec

from chat import selectors
from chat.services import threads
from openplatform.api.door import Door
from openplatform.api.fact_shapes import ReadThread, ThreadList, ThreadQuery, ThreadRow
from openplatform.api.operation import operation


class ThreadsView(Door):
    """All threads that the actor follows."""

    @operation("threads.list", scope="messages:read", query=ThreadQuery, answer=ThreadList)
    def get(self, *, query: ThreadQuery) -> ThreadList:
        """The threads you follow, the newest reply first."""
        found = selectors.list_threads(self.actor.user, query.cursor, query.limit, unread=query.unread)
        rows = [msgspec.convert(each, ThreadRow, from_attributes=True) for each in found.threads]
        return ThreadList(threads=rows, next=found.next)


class FollowView(Door):
    """Following one thread."""

    @operation("threads.follow", scope="personal:write", fails=(404,))
    def put(self, *, conversation: int, root: int) -> None:
        """Follow the thread of a message."""
        threads.follow(actor=self.actor, conversation=conversation, thread_root=root)

    @operation("threads.unfollow", scope="personal:write", fails=(404,))
    def delete(self, *, conversation: int, root: int) -> None:
        """Follow it no longer, until you reply or are mentioned in it."""
        threads.follow(actor=self.actor, conversation=conversation, thread_root=root, on=False)


class ReadThreadView(Door):
    """How far the actor has read one thread."""

    @operation("threads.read", scope="receipts:write", body=ReadThread, fails=(404,))
    def post(self, *, conversation: int, root: int, body: ReadThread) -> None:
        """You have read the thread up to a seq. Positions only grow; of a thread you do not follow nothing is kept."""
        threads.mark_read(actor=self.actor, conversation=conversation, thread_root=root, seq=body.seq)
