"""search.messages: messages by their words, among those that the caller may see."""

from chat import search
from chat.models import Conversation
from openplatform.dialects import ids, slack_shapes
from openplatform.services import slack_reading as reading
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json

#: What clients send as the cursor of the first page.
FIRST = "*"
#: Matches of one page.
MAX = 50


@method("search.messages", scope="search:read", like="search.messages", cost=5.0)
def messages(call: Call) -> Json:
    """The newest first. ``cursor`` goes on where a page ended; how many there are in all nobody counts."""
    query, cursor = call.args.needed("query", "no_query"), call.args.text("cursor")
    found = search.find(
        call.actor.user,
        query,
        limit=call.args.number("count", 20, MAX),
        cursor="" if cursor == FIRST else cursor,
    )
    hits = [each.message for each in found.hits]
    places = Conversation.objects.in_bulk({each.conversation for each in hits})
    known = reading.known_of(hits, call.host)
    matches = []
    for each, said in zip(hits, reading.messages(hits, call.host), strict=True):
        place = places[each.conversation]
        where = slack_shapes.place_id(place.pk, place.kind)
        link = f"{call.host}/#/c/{each.conversation}/{each.seq}"
        name = slack_shapes.channel_name(place.title)
        matches.append(
            {
                **said,
                "iid": ids.spell("M", each.seq),
                "channel": {"id": where, "name": name, "is_private": True, "is_im": place.kind == place.Kind.DIRECT},
                "username": known.name(each.sender),
                "permalink": link,
            }
        )
    paging = {"count": len(matches), "total": len(matches), "page": 1, "pages": 1}
    told = {"matches": matches, "total": len(matches), "paging": paging, "pagination": {"total_count": len(matches)}}
    return {"query": query, "messages": told, "response_metadata": {"next_cursor": found.next}}
