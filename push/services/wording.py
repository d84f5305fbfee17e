"""What a notification says: as much as the operator's policy and the person's own setting let it."""

from chat import kinds
from chat.models import Conversation, Entry
from push import conf, words
from push.providers import Notice
from push.selectors import Told

TITLE_CHARS, BODY_CHARS = 120, 240


def notice_of(entry: Entry, conversation: Conversation, told: Told, unread: int, ttl: int) -> Notice:
    """A message, or a reminder, as the person may see it on a locked screen."""
    if entry.type == "reminder.changed":
        return _reminder_of(entry, told, unread, ttl)
    direct = conversation.kind == Conversation.Kind.DIRECT
    who = entry.sender.name if entry.sender else "Parley"
    title, body = (who if direct else conversation.title), words.say("new_message", chinese=told.chinese)
    if conf.PREVIEWS == "nothing":
        title = "Parley"
    elif conf.PREVIEWS == "text" and told.preview:
        text = kinds.get(entry.kind).preview(entry.body)
        body = text if direct else f"{who}: {text}"
    elif told.person.user in entry.mentions:
        body = f"{who} {words.say('mentioned_you', chinese=told.chinese)}"
    elif not direct:
        body = f"{who}: {body}"
    return Notice(
        conversation=conversation.pk,
        seq=entry.seq,
        title=title[:TITLE_CHARS] or "Parley",
        body=body[:BODY_CHARS],
        unread=unread,
        ttl=ttl,
        urgent=bool(entry.facts.get("urgent")),
    )


def go_of(entry: Entry | None) -> tuple[int, int] | None:
    """What a reminder is about; of messages: None."""
    if entry is None or entry.type != "reminder.changed":
        return None
    return int(entry.body["target"]), int(entry.body["message"])


def _reminder_of(entry: Entry, told: Told, unread: int, ttl: int) -> Notice:
    note = entry.body.get("note", "") if conf.PREVIEWS == "text" and told.preview else ""
    return Notice(
        conversation=entry.conversation_id,
        seq=entry.seq,
        title=words.say("reminder", chinese=told.chinese),
        body=note or words.say("reminded", chinese=told.chinese),
        unread=unread,
        ttl=ttl,
        urgent=True,
        go=go_of(entry),
    )
