"""Events of ours → Slack's messages, with the people in them looked up: a constant number of queries for a page."""

from collections.abc import Iterable, Sequence
from typing import Any

from accounts import selectors as people
from chat.models import Entry
from chat.rendering import message_of, milliseconds
from openplatform.dialects import ids, slack_shapes
from openplatform.dialects.slack_shapes import Known
from protocol.conversation_events import MessageCreated
from protocol.events import Event

Json = dict[str, Any]


def known_of(events: Iterable[MessageCreated], host: str = "") -> Known:
    """Whom the messages are of and name. One query."""
    users = {user for each in events for user in (each.sender, *each.mentions) if user}
    return Known({each.id: each for each in people.get_people(users)}, host)


def messages(events: Sequence[Event], host: str = "") -> list[Json]:
    """Those among ``events`` that are messages and were not recalled, in order. Two queries."""
    said = [each for each in events if isinstance(each, MessageCreated) and not each.recalled_at]
    known = known_of(said, host)
    roots = roots_of(said)
    return [
        slack_shapes.threaded(
            slack_shapes.message(each, known), each, roots.get((each.conversation, each.thread_root), "")
        )
        for each in said
    ]


def message(entry: Entry, host: str = "") -> Json:
    """One message."""
    return messages([message_of(entry)], host)[0]


def roots_of(said: Iterable[MessageCreated]) -> dict[tuple[int, int], str]:
    """The ts of the threads that messages are replies in. One query, none when there is no reply."""
    wanted = [(each.conversation, each.thread_root) for each in said if each.thread_root]
    rows = Entry.objects.filter(pk__in=wanted).only("conversation_id", "seq", "at") if wanted else []
    return {(row.conversation_id, row.seq): ids.ts_of(row.seq, milliseconds(row.at)) for row in rows}
