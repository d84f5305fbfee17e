"""Drafts of the actor: what is written and not sent, the same on every device."""

from chat import selectors
from chat.rendering import milliseconds
from chat.services import drafts
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.own_shapes import DraftChange, DraftList, DraftRow, DraftTold


class DraftsView(Door):
    """All drafts."""

    @operation("drafts.list", scope="personal:read", answer=DraftList)
    def get(self) -> DraftList:
        """What you are writing, the newest first."""
        rows, seq = selectors.list_drafts(self.actor.user)
        found = [
            DraftRow(
                conversation=each.conversation_id,
                thread_root=each.thread_root,
                text=each.text,
                reply_to=each.reply_to,
                at=milliseconds(each.at),
            )
            for each in rows
        ]
        return DraftList(drafts=found, seq=seq)


class DraftView(Door):
    """The draft in one conversation, or in one of its threads."""

    @operation("drafts.put", scope="personal:write", body=DraftChange, answer=DraftTold, fails=(404, 409))
    def put(self, *, conversation: int, body: DraftChange) -> DraftTold:
        """Keep what you are writing; "" clears it. Sending does not clear it by itself. At most every 2 s, please."""
        unsent = drafts.Unsent(text=body.text, thread_root=body.thread_root, reply_to=body.reply_to)
        return DraftTold(seq=drafts.put(actor=self.actor, conversation=conversation, unsent=unsent))
