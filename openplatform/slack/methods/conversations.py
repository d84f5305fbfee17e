"""conversations.* that read: which there are, one of them, who is in it."""

import base64

from chat import selectors
from chat.models import Conversation, Membership
from openplatform.dialects import ids
from openplatform.dialects.slack_shapes import PEOPLE, user_id
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json, channels, seat_of
from openplatform.slack.problems import SlackError

TYPES = frozenset({"public_channel", "private_channel", "mpim", "im"})


@method("conversations.list", scope="conversations:read", like="conversations.list")
def listed(call: Call) -> Json:
    """The caller's conversations: nobody is told of others. Without ``types``: all groups."""
    return _page(call, call.actor.user)


@method("users.conversations", scope="conversations:read", like="conversations.list", missing="user_not_found")
def of_user(call: Call) -> Json:
    """The same; of another person nothing is told."""
    if (given := call.args.text("user")) and ids.parse(given, PEOPLE) != call.actor.user:
        raise SlackError("user_not_found")
    return _page(call, call.actor.user)


@method("conversations.info", scope="conversations:read", like="conversations.get")
def info(call: Call) -> Json:
    """One conversation."""
    return {"channel": channels([seat_of(call)])[0]}


@method("conversations.members", scope="conversations:read", like="members.list")
def members(call: Call) -> Json:
    """Who is in it, by number."""
    seat = seat_of(call)
    limit = call.args.number("limit", 100, 1000)
    found = selectors.list_members(
        call.actor.user, seat.conversation_id, cursor=decoded(call.args.text("cursor")), limit=limit
    )
    return {
        "members": [user_id(each.user) for each in found.members],
        "response_metadata": {"next_cursor": encoded(found.next)},
    }


def encoded(cursor: str) -> str:
    """A cursor that nobody takes for a number."""
    return base64.urlsafe_b64encode(f"next:{cursor}".encode()).decode() if cursor else ""


def decoded(given: str) -> str:
    """What ``encoded`` was given, a whole number. Raises SlackError invalid_cursor."""
    if not given:
        return ""
    try:
        word, _, cursor = base64.urlsafe_b64decode(given.encode()).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if word != "next" or not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise SlackError("invalid_cursor")
    return cursor


def _page(call: Call, user: int) -> Json:
    types = frozenset(call.args.names("types"))
    if unknown := types - TYPES:
        raise SlackError("invalid_types", response_metadata={"messages": [f"[ERROR] no type {min(unknown)[:40]}"]})
    limit = call.args.number("limit", 100, 1000)
    seats = Membership.objects.select_related("conversation").filter(user_id=user)
    seats = seats.exclude(conversation__kind=Conversation.Kind.PERSONAL)
    kinds = [Conversation.Kind.GROUP] if not types or types & {"public_channel", "private_channel"} else []
    kinds += [Conversation.Kind.DIRECT] if "im" in types else []
    seats = seats.filter(conversation__kind__in=kinds, conversation_id__gt=int(decoded(call.args.text("cursor")) or 0))
    if call.args.flag("exclude_archived"):
        seats = seats.filter(conversation__archived_at=None)
    found = list(seats.order_by("conversation_id")[: limit + 1])
    shown = channels(found[:limit])
    if len(types & {"public_channel", "private_channel"}) == 1:
        private = "private_channel" in types
        shown = [each for each in shown if each["is_im"] or each["is_private"] == private]
    more = encoded(str(found[limit - 1].conversation_id)) if len(found) > limit else ""
    return {"channels": shown, "response_metadata": {"next_cursor": more}}
