"""What an app that was made for Slack is told of one event: Slack's outer events, read from the timeline now.

One of our events may be several of Slack's (a message that mentions the bot is two): they are delivered one after the
other, under ids of their own that are the same in every attempt.
"""

from typing import Any, cast

from chat.models import Conversation, Entry
from chat.rendering import event_of, message_of, milliseconds
from groups.models import GroupProfile
from openplatform.dialects import ids, slack_events
from openplatform.dialects.envelope import Envelope
from openplatform.dialects.slack_events import Place, Scene
from openplatform.models import App
from openplatform.services import slack_reading
from protocol.conversation_events import MessageCreated
from protocol.facts import Durable

Json = dict[str, Any]


def tell(envelope: Envelope, app: App, host: str = "") -> list[Json]:
    """Slack's outer events of one delivery, in order. Five queries at most."""
    event = cast(Durable, envelope.event)
    bot = app.bot_id or 0
    scene = _scene(event, bot, host)
    told = slack_events.of_event(event, scene) if scene else ()
    name = f"Ev{envelope.subscription:04d}{envelope.number:010d}"
    return [
        slack_events.envelope(each, app=app.pk, bot=bot, name=f"{name}{place or ''}", at=event.at)
        for place, each in enumerate(told)
    ]


def _scene(event: Durable, bot: int, host: str) -> Scene | None:
    there = Conversation.objects.filter(pk=event.conversation).first()
    if there is None:
        return None
    group = there.kind == Conversation.Kind.GROUP
    open_ones = GroupProfile.objects.filter(conversation=there, join_policy=GroupProfile.JoinPolicy.OPEN)
    place = Place(there.pk, there.kind, there.title, group and open_ones.exists(), milliseconds(there.created_at))
    seq = event.seq if isinstance(event, MessageCreated) else getattr(event, "target", 0)
    entry = Entry.objects.filter(conversation=there, seq=seq).first() if seq else None
    if entry is None or not isinstance(event_of(entry), MessageCreated):
        return Scene(place, bot, slack_reading.known_of([]))
    message = message_of(entry)
    said = slack_reading.messages([message], host)  # none when it was recalled
    shown = {entry.seq: said[0]} if said else {}
    return Scene(place, bot, slack_reading.known_of([message]), shown, {entry.seq: ids.ts_of(entry.seq, message.at)})
