"""chat.*: say, change, take back, and where a message is. Block Kit and attachments become cards (``dialects.posts``)."""

import uuid
from typing import Any

from chat.models import Entry
from chat.selectors import get_seat
from chat.selectors.readers import find_seen
from chat.services import messages
from openplatform.dialects import posts, slack_shapes
from openplatform.services import slack_asking, whispers
from openplatform.services import slack_reading as reading
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json, message_at, place_to_speak, seat_of, user_of
from openplatform.slack.problems import SlackError

#: Arguments that are JSON, in whatever way they came.
_PARTS = ("blocks", "attachments")


@method("chat.postMessage", scope="messages:write", like="messages.send", missing="channel_not_found")
def post_message(call: Call) -> Json:
    """Say something, in a thread with ``thread_ts``. The same ``client_msg_id`` again is the same message."""
    said = read(call)
    place = place_to_speak(call)
    root = 0
    if thread := call.args.text("thread_ts"):
        seat = get_seat(call.actor.user, place)
        first = message_at(call.actor.user, seat.conversation, thread, word="thread_not_found")
        root = first.thread_root or first.seq
    done = messages.send(
        actor=call.actor,
        conversation=place,
        client_key=call.args.text("client_msg_id") or uuid.uuid4().hex,
        kind=said.kind,
        body=said.body,
        thread_root=root,
        mentions=said.mentions,
        mentions_all=said.mentions_all,
    )
    return _shown(call, done.conversation, done.seq)


@method("chat.update", scope="messages:write", like="messages.edit", missing="message_not_found")
def update(call: Call) -> Json:
    """Another text or other blocks for one's own message."""
    seat, said = seat_of(call), read(call)
    message = message_at(call.actor.user, seat.conversation, call.args.needed("ts", "message_not_found"))
    messages.edit(
        actor=call.actor,
        conversation=seat.conversation_id,
        client_key=uuid.uuid4().hex,
        target=message.seq,
        body=_as(message, said),
        mentions=said.mentions,
        mentions_all=said.mentions_all,
    )
    shown = _shown(call, seat.conversation_id, message.seq)
    return {**shown, "text": shown["message"]["text"]}


@method("chat.delete", scope="messages:write", like="messages.recall", missing="message_not_found")
def delete(call: Call) -> Json:
    """Take a message back; a tombstone stays."""
    seat = seat_of(call)
    message = message_at(call.actor.user, seat.conversation, call.args.needed("ts", "message_not_found"))
    messages.recall(
        actor=call.actor, conversation=seat.conversation_id, client_key=uuid.uuid4().hex, target=message.seq
    )
    place = slack_shapes.place_id(seat.conversation_id, seat.conversation.kind)
    return {"channel": place, "ts": call.args.text("ts")}


@method("chat.postEphemeral", scope="messages:write", like="whispers.send", missing="channel_not_found")
def post_ephemeral(call: Call) -> Json:
    """Say something to one member alone."""
    said, place = read(call), place_to_speak(call)
    get_seat(call.actor.user, place)
    heard = whispers.say(actor=call.actor, conversation=place, user=user_of(call).pk, kind=said.kind, body=said.body)
    return {"message_ts": f"{int(heard.at.timestamp())}.{heard.pk % 1_000_000:06d}"}


@method("chat.getPermalink", scope="", missing="message_not_found")
def permalink(call: Call) -> Json:
    """The address at which a member sees a message."""
    seat = seat_of(call)
    message = message_at(call.actor.user, seat.conversation, call.args.needed("message_ts", "message_not_found"))
    place = slack_shapes.place_id(seat.conversation_id, seat.conversation.kind)
    return {"channel": place, "permalink": f"{call.host}/#/c/{seat.conversation_id}/{message.seq}"}


@method("chat.meMessage", scope="messages:write", like="messages.send", missing="channel_not_found")
def me_message(call: Call) -> Json:
    """The same as a slanted line."""
    call.args.given["text"] = f"_{call.args.needed('text', 'no_text')}_"
    return post_message(call)


def read(call: Call) -> posts.Post:
    """What is to be said. Raises SlackError no_text, invalid_blocks, too_many_attachments."""
    payload: dict[str, Any] = {name: call.args.json(name) for name in _PARTS}
    payload["text"] = call.args.text("text")
    if words := call.args.text("markdown_text"):
        payload["blocks"] = [*(payload["blocks"] or []), {"type": "markdown", "text": words}]
    try:
        return slack_asking.said_of(payload, call.actor.name)
    except posts.Unreadable as why:
        raise SlackError(str(why)) from None


def _as(message: Entry, said: posts.Post) -> dict[str, Any]:
    """What is said, as a body of the kind that the message has: a kind never changes."""
    if message.kind == said.kind:
        return said.body
    words = said.body.get("text") or said.body.get("fallback") or said.body.get("title", "")
    if message.kind == "card":
        return {"title": message.body.get("title", ""), "text": words[: posts.TEXT_CHARS]}
    if message.kind in ("file", "image"):
        return {"file": message.body["file"], "caption": words}
    return {"text": words}


def _shown(call: Call, conversation: int, seq: int) -> Json:
    entry = find_seen(call.actor.user, conversation, seq)
    said = reading.message(entry, call.host)
    place = slack_shapes.place_id(conversation, entry.conversation.kind)
    return {"channel": place, "ts": said["ts"], "message": said}
