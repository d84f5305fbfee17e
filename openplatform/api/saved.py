"""Saved messages of the actor: the list, keeping one, letting one go."""

from chat import selectors
from chat.services import saved
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.own_shapes import SavedPage
from openplatform.api.shapes import CursorQuery


class SavedListView(Door):
    """All of them."""

    @operation("saved.list", scope="personal:read", query=CursorQuery, answer=SavedPage)
    def get(self, *, query: CursorQuery) -> SavedPage:
        """Messages that you keep for later, the last kept first."""
        found = selectors.list_saved(self.actor.user, query.cursor, query.limit)
        return SavedPage(messages=found.messages, seq=found.seq, next=found.next)


class SavedView(Door):
    """Whether the actor keeps one message."""

    @operation("saved.keep", scope="personal:write", fails=(404, 409))
    def put(self, *, conversation: int, seq: int) -> None:
        """Keep a message for later. Kept already: nothing changes."""
        saved.keep(actor=self.actor, conversation=conversation, seq=seq)

    @operation("saved.let_go", scope="personal:write")
    def delete(self, *, conversation: int, seq: int) -> None:
        """Keep it no longer; also after you have left the conversation."""
        saved.let_go(actor=self.actor, conversation=conversation, seq=seq)
