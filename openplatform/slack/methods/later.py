"""chat.scheduleMessage and its kin: what a bot says at a time. Text alone; people's messages for later are theirs in person."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts import selectors as people
from accounts.models import User
from chat import selectors
from chat.later import ScheduledMessage
from chat.models import Membership
from chat.selectors import get_seat
from chat.services import scheduled
from openplatform.dialects import slack_shapes
from openplatform.slack.door import Call, method
from openplatform.slack.methods.chat import read
from openplatform.slack.places import Json, message_at, place_to_speak, seat_of
from openplatform.slack.problems import SlackError


@method("chat.scheduleMessage", scope="messages:write", like="messages.send", missing="channel_not_found")
def schedule(call: Call) -> Json:
    """Say something at ``post_at`` (seconds), with the rights of that moment; an app that is suspended then says nothing."""
    said = read(call)
    words = said.body.get("text") or said.body.get("fallback") or said.body.get("title", "")
    place = place_to_speak(call)
    seat = get_seat(call.actor.user, place)
    if people.get_user(call.actor.user).kind != User.Kind.BOT:
        raise SlackError("not_allowed_token_type")
    at, root = _moment(call), 0
    if thread := call.args.text("thread_ts"):
        first = message_at(call.actor.user, seat.conversation, thread, word="thread_not_found")
        root = first.thread_root or first.seq
    written = scheduled.Written(
        text=words,
        at=int(at.timestamp() * 1000),
        thread_root=root,
        mentions=tuple(said.mentions),
        mentions_all=said.mentions_all,
    )
    row = scheduled.schedule(actor=call.actor, conversation=place, written=written)
    told = {"type": "delayed_message", "text": words, "user": slack_shapes.user_id(call.actor.user)}
    where = slack_shapes.place_id(place, seat.conversation.kind)
    return {"channel": where, "scheduled_message_id": _name(row), "post_at": int(at.timestamp()), "message": told}


@method("chat.deleteScheduledMessage", scope="messages:write", missing="invalid_scheduled_message_id")
def delete(call: Call) -> Json:
    """Do not say it."""
    seat = seat_of(call)
    wanted = call.args.needed("scheduled_message_id", "invalid_scheduled_message_id")
    mine = {_name(each): each for each in _waiting(call) if each.conversation_id == seat.conversation_id}
    if wanted not in mine:
        raise SlackError("invalid_scheduled_message_id")
    scheduled.cancel(actor=call.actor, scheduled=mine[wanted].pk)
    return {}


@method("chat.scheduledMessages.list", scope="messages:write", missing="channel_not_found")
def listed(call: Call) -> Json:
    """What the bot has for later, the next first; there are a hundred at most, so all of them."""
    rows = _waiting(call)
    if call.args.text("channel"):
        place = seat_of(call).conversation_id
        rows = [each for each in rows if each.conversation_id == place]
    places = Membership.objects.filter(
        user_id=call.actor.user, conversation__in={each.conversation_id for each in rows}
    )
    kinds = dict(places.values_list("conversation_id", "conversation__kind"))
    shown: list[dict[str, Any]] = [
        {
            "id": _name(each),
            "channel_id": slack_shapes.place_id(each.conversation_id, kinds[each.conversation_id]),
            "post_at": int(each.at.timestamp()),
            "date_created": int(each.at.timestamp()),
            "text": each.text,
        }
        for each in rows
        if each.conversation_id in kinds
    ]
    return {"scheduled_messages": shown, "response_metadata": {"next_cursor": ""}}


def _moment(call: Call) -> datetime:
    given = call.args.needed("post_at", "invalid_time")
    if not (given.isascii() and given.isdigit() and len(given) < 12):
        raise SlackError("invalid_time")
    at, now = datetime.fromtimestamp(int(given), UTC), datetime.now(UTC)
    if at <= now:
        raise SlackError("time_in_past")
    if at > now + scheduled.LONGEST - timedelta(minutes=1):
        raise SlackError("time_too_far")
    return at


def _waiting(call: Call) -> list[ScheduledMessage]:
    rows, _ = selectors.list_scheduled(call.actor.user)
    return [each for each in rows if each.state == ScheduledMessage.State.WAITING]


def _name(row: ScheduledMessage) -> str:
    return f"Q{row.pk:010d}"
