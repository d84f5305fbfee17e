"""reactions.* and pins.*: what is put under a message."""

import uuid
from typing import Any

from chat import selectors
from chat.models import Entry
from chat.services import messages, pins
from openplatform.dialects import emoji, slack_shapes
from openplatform.services import slack_reading as reading
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json, message_at, seat_of
from openplatform.slack.problems import SlackError


@method("reactions.add", scope="reactions:write", like="reactions.add", missing="message_not_found")
def add(call: Call) -> Json:
    """Put an emoji under a message."""
    message, face = _aimed(call)
    if call.actor.user in message.reactions.get(face, []):
        raise SlackError("already_reacted")
    _react(call, message, face, on=True)
    return {}


@method("reactions.remove", scope="reactions:write", like="reactions.remove", missing="message_not_found")
def remove(call: Call) -> Json:
    """Take it back."""
    message, face = _aimed(call)
    if call.actor.user not in message.reactions.get(face, []):
        raise SlackError("no_reaction")
    _react(call, message, face, on=False)
    return {}


@method("reactions.get", scope="messages:read", like="messages.list", missing="message_not_found")
def get(call: Call) -> Json:
    """A message with what is under it."""
    message = _message(call)
    place = slack_shapes.place_id(message.conversation_id, message.conversation.kind)
    return {"type": "message", "channel": place, "message": reading.message(message, call.host)}


@method("pins.add", scope="pins:write", like="pins.add", missing="message_not_found")
def pin(call: Call) -> Json:
    """Pin a message for everybody."""
    return _pin(call, on=True)


@method("pins.remove", scope="pins:write", like="pins.remove", missing="message_not_found")
def unpin(call: Call) -> Json:
    """Take the pin away."""
    return _pin(call, on=False)


@method("pins.list", scope="messages:read", like="pins.list")
def pinned(call: Call) -> Json:
    """The pinned messages, the newest pin first."""
    seat = seat_of(call)
    place = slack_shapes.place_id(seat.conversation_id, seat.conversation.kind)
    found = selectors.list_pins(call.actor.user, seat.conversation_id, limit=100).messages
    shown = reading.messages(found, call.host)
    return {"items": [{"type": "message", "channel": place, "created": 0, "message": each} for each in shown]}


def _aimed(call: Call) -> tuple[Entry, str]:
    face = emoji.emoji_of(call.args.needed("name", "no_reaction"))
    if not face:
        raise SlackError("invalid_name")
    return _message(call), face


def _message(call: Call) -> Entry:
    seat = seat_of(call)
    return message_at(call.actor.user, seat.conversation, call.args.needed("timestamp", "no_item_specified"))


def _react(call: Call, message: Entry, face: str, *, on: bool) -> None:
    messages.react(
        actor=call.actor,
        conversation=message.conversation_id,
        client_key=uuid.uuid4().hex,
        target=message.seq,
        emoji=face,
        on=on,
    )


def _pin(call: Call, *, on: bool) -> dict[str, Any]:
    message = _message(call)
    if (message.pinned_at is not None) == on:
        raise SlackError("already_pinned" if on else "no_pin")
    pins.pin(
        actor=call.actor,
        conversation=message.conversation_id,
        client_key=uuid.uuid4().hex,
        target=message.seq,
        on=on,
    )
    return {}
