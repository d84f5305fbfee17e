"""POST /sync: everything that changed while the client was away, in one round trip."""

from chat import selectors
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import SyncBody
from protocol.replies import InboxPage


class SyncView(Door):
    """The socket's inbox.sync."""

    @operation("sync.inbox", scope="messages:read", body=SyncBody, answer=InboxPage)
    def post(self, *, body: SyncBody) -> InboxPage:
        """Rows of your inbox that changed since ``positions``, the entries they gained, and what is gone.

        Writes nothing; it is a POST because positions may be many.
        """
        found = selectors.list_inbox(self.actor.user, body.positions, body.cursor)
        return InboxPage(id=0, states=found.states, deltas=found.deltas, gone=found.gone, next=found.next)
