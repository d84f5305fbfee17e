"""GET /search: messages by their words."""

from datetime import UTC, datetime

from chat import search
from chat.search import SearchPage
from openplatform.api.door import Door
from openplatform.api.operation import operation
from openplatform.api.shapes import SearchQuery


class SearchView(Door):
    """Search in everything the actor may see."""

    cost = 5.0  # a query may read a thousand rows where a page of history reads fifty

    @operation("search.messages", scope="search:read", query=SearchQuery, answer=SearchPage)
    def get(self, *, query: SearchQuery) -> SearchPage:
        """Messages that hold all words, newest first, with the places that matched. Chinese needs no spaces."""
        return search.find(
            self.actor.user,
            query.q,
            conversation=query.conversation,
            sender=query.sender,
            before=_moment(query.before),
            after=_moment(query.after),
            has=query.has,
            limit=query.limit,
            cursor=query.cursor,
        )


def _moment(ms: int) -> datetime | None:
    return datetime.fromtimestamp(ms / 1000, UTC) if ms else None
