"""conversations.* that change something: open, make, join, bring in, take out, leave, name, describe, read."""

from accounts import selectors as people
from chat.models import Entry
from chat.selectors import get_seat
from chat.services import conversations, receipts
from groups.services import entering
from openplatform.dialects import ids
from openplatform.dialects.slack_shapes import PLACES
from openplatform.slack.door import Call, method
from openplatform.slack.places import Json, channels, message_at, seat_of, users_of
from openplatform.slack.problems import SlackError


@method("conversations.open", scope="conversations:write", like="conversations.direct", missing="user_not_found")
def open_(call: Call) -> Json:
    """The direct conversation with one person; with several a group that is named after them."""
    if call.args.text("channel"):
        return {"channel": channels([seat_of(call)])[0], "no_op": True}
    users = users_of(call)
    if len(users) == 1:
        return _told(call, conversations.open_direct(actor=call.actor, user=users[0]).pk)
    named = ", ".join(each.name for each in people.get_people(users))[:200]
    made = conversations.create_group(actor=call.actor, title=named, members=users)
    return _told(call, made.pk)


@method("conversations.create", scope="conversations:write", like="conversations.create")
def create(call: Call) -> Json:
    """A group of the caller's; who comes in is brought in, so ``is_private`` changes nothing."""
    made = conversations.create_group(
        actor=call.actor, title=call.args.needed("name", "invalid_name_required"), members=[]
    )
    return _told(call, made.pk)


@method("conversations.join", scope="members:write", like="members.add")
def join(call: Call) -> Json:
    """Come into an open group; one by invitation answers as if it were not there."""
    number = ids.parse(call.args.needed("channel", "channel_not_found"), PLACES)
    if entering.join(actor=call.actor, conversation=number) != entering.MEMBER:
        raise SlackError("method_not_supported_for_channel_type")
    return _told(call, number)


@method("conversations.invite", scope="members:write", like="members.add", missing="user_not_found")
def invite(call: Call) -> Json:
    """Bring people in."""
    seat = seat_of(call)
    conversations.add_members(actor=call.actor, conversation=seat.conversation_id, users=users_of(call))
    return _told(call, seat.conversation_id)


@method("conversations.kick", scope="members:write", like="members.remove", missing="not_in_channel")
def kick(call: Call) -> Json:
    """Take somebody out."""
    seat = seat_of(call)
    conversations.remove_members(actor=call.actor, conversation=seat.conversation_id, users=users_of(call, "user"))
    return {}


@method("conversations.leave", scope="members:write", like="members.leave")
def leave(call: Call) -> Json:
    """Leave a group."""
    conversations.leave(actor=call.actor, conversation=seat_of(call).conversation_id)
    return {}


@method("conversations.rename", scope="conversations:write", like="conversations.update")
def rename(call: Call) -> Json:
    """Another title."""
    seat, name = seat_of(call), call.args.needed("name", "invalid_name_required")
    conversations.update(actor=call.actor, conversation=seat.conversation_id, title=name)
    return _told(call, seat.conversation_id)


@method("conversations.setTopic", scope="conversations:write", like="conversations.update")
def set_topic(call: Call) -> Json:
    """Another description: topic and purpose are one here."""
    return _describe(call, "topic")


@method("conversations.setPurpose", scope="conversations:write", like="conversations.update")
def set_purpose(call: Call) -> Json:
    """The same."""
    return _describe(call, "purpose")


@method("conversations.mark", scope="receipts:write", like="conversations.read", missing="message_not_found")
def mark(call: Call) -> Json:
    """Read up to a message."""
    seat = seat_of(call)
    message: Entry = message_at(call.actor.user, seat.conversation, call.args.needed("ts", "invalid_timestamp"))
    receipts.mark_read(actor=call.actor, conversation=seat.conversation_id, read_number=message.number or 0)
    return {}


@method("conversations.close", scope="conversations:write", like="conversations.get")
def close(call: Call) -> Json:
    """Direct conversations stay where they are."""
    seat_of(call)
    return {"no_op": True, "already_closed": True}


def _describe(call: Call, what: str) -> Json:
    seat, words = seat_of(call), call.args.text(what)
    conversations.update(actor=call.actor, conversation=seat.conversation_id, description=words)
    return {what: words, **_told(call, seat.conversation_id)}


def _told(call: Call, number: int) -> Json:
    return {"channel": channels([get_seat(call.actor.user, number)])[0]}
