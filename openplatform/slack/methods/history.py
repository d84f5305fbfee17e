"""conversations.history and .replies: what was said, as far as the caller sees it."""

from typing import cast

from chat import selectors
from chat.models import Conversation
from openplatform.services import slack_reading as reading
from openplatform.slack.door import Call, method
from openplatform.slack.methods.conversations import decoded, encoded
from openplatform.slack.places import Json, message_at, seat_of, seq_before
from openplatform.slack.problems import SlackError
from protocol.conversation_events import MessageCreated
from protocol.facts import Durable

#: Pages that are looked through for messages among notices and replies; then the caller goes on with the cursor.
PAGES = 5


@method("conversations.history", scope="messages:read", like="messages.list")
def history(call: Call) -> Json:
    """Messages, the newest first, without replies in threads."""
    seat = seat_of(call)
    limit = call.args.number("limit", 100, 200)
    low, high = _between(call, seat.conversation)
    before = int(decoded(call.args.text("cursor")) or 0) or high + 1
    found: list[Durable] = []
    more = True
    for _ in range(PAGES):
        page = selectors.list_history(call.actor.user, seat.conversation_id, before=before, limit=limit)
        for each in reversed(cast(list[Durable], page.events)):
            if each.seq <= low or len(found) == limit:
                more = len(found) == limit and each.seq > low
                break
            before = each.seq
            if isinstance(each, MessageCreated) and not each.thread_root:
                found.append(each)
        else:
            more = page.has_older and before - 1 > low
            if more and len(found) < limit:
                continue
        break
    return {
        "messages": reading.messages(found, call.host),
        "has_more": more,
        "pin_count": 0,
        "response_metadata": {"next_cursor": encoded(str(before)) if more else ""},
    }


@method("conversations.replies", scope="messages:read", like="messages.list", missing="thread_not_found")
def replies(call: Call) -> Json:
    """A thread: its first message, then the replies, oldest first. Of a reply's ts: its thread."""
    seat = seat_of(call)
    message = message_at(
        call.actor.user, seat.conversation, call.args.needed("ts", "thread_not_found"), word="thread_not_found"
    )
    root = message.thread_root or message.seq
    limit = call.args.number("limit", 100, 200)
    low, high = _between(call, seat.conversation)
    after = max(int(decoded(call.args.text("cursor")) or 0), root - 1)
    if not call.args.text("cursor") and low >= root:
        after = low
    page = selectors.list_history(call.actor.user, seat.conversation_id, after=after, limit=limit, thread_root=root)
    there = cast(list[Durable], page.events)
    found = [each for each in there if each.seq <= high]
    more = page.has_newer and len(found) == len(there)
    return {
        "messages": reading.messages(found, call.host),
        "has_more": more,
        "response_metadata": {"next_cursor": encoded(str(there[-1].seq)) if more else ""},
    }


def _between(call: Call, place: Conversation) -> tuple[int, int]:
    """(The last seq before what is wanted, the last that is wanted) of ``oldest``, ``latest`` and ``inclusive``."""
    inclusive = call.args.flag("inclusive")
    oldest, latest = call.args.text("oldest"), call.args.text("latest")
    low = seq_before(place, oldest) if oldest and oldest != "0" else 0
    high = seq_before(place, latest) if latest and latest != "now" else place.last_seq
    if inclusive and latest and high < place.last_seq and latest != "now":
        high += _is_there(call, place, latest)
    if not inclusive and low < place.last_seq and oldest and oldest != "0":
        low += _is_there(call, place, oldest)
    return low, high


def _is_there(call: Call, place: Conversation, ts: str) -> int:
    """1 when the entry right after those before ``ts`` is the one with that ts."""
    try:
        message_at(call.actor.user, place, ts)
    except SlackError:
        return 0
    return 1
