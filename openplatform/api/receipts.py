"""POST …/read: how far the actor has read."""

from chat.services import receipts
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import ReadUpTo


class ReadView(Door):
    """The actor's read position in one conversation."""

    @operation("conversations.read", scope="receipts:write", body=ReadUpTo)
    def post(self, *, conversation: int, body: ReadUpTo) -> None:
        """You have read up to a message number. Positions only grow, so the same again changes nothing."""
        receipts.mark_read(actor=self.actor, conversation=conversation, read_number=body.read_number)
