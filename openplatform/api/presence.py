"""GET /presence: who is online."""

from chat import presence
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import PresenceQuery
from protocol.replies import PresencePage


class PresenceView(Door):
    """Status of some people."""

    @operation("presence.get", scope="presence:read", query=PresenceQuery, answer=PresencePage)
    def get(self, *, query: PresenceQuery) -> PresencePage:
        """Who of ``users`` is online or away; who is left out is offline. Live changes come over the socket."""
        return PresencePage(id=0, statuses=presence.get_statuses(query.users))
