"""Stored entries ↔ events. The one place that knows how an event's own fields lie in an entry's row.

Entries of personal timelines that tell of a message (``mention.received``, ``inbox.joined``) hold a reference to it and
no copy, so that a recalled message, or one its reader may no longer see, is empty there too: ``events_of`` looks it up.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from chat.models import Entry, Membership
from chat.sight import find_reachable
from protocol.events import (
    EVENTS,
    ConversationState,
    Event,
    InboxJoined,
    LinkPreview,
    MentionReceived,
    MessageCreated,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

MESSAGE = "message.created"
EDITED = "message.edited"
RECALLED = "message.recalled"
JOINED = "inbox.joined"
MENTIONED = "mention.received"
PREVIEWED = "message.previewed"

#: Fields of a message that lie in ``Entry.facts``, when they are not as by default. The first three outlive a recall.
FACTS = (
    *("thread_count", "thread_last_at", "thread_people"),
    *("urgent", "confirmed", "forwarded_from", "previews"),
)
FACTS_OF_A_TOMBSTONE = FACTS[:3]

Place = tuple[int, int]


def milliseconds(moment: datetime | None) -> int:
    """Milliseconds since 1970 UTC; 0 for None."""
    return (moment - _EPOCH) // _MILLISECOND if moment else 0


def moment_of(at: int) -> datetime:
    """The time ``at`` milliseconds after 1970 UTC."""
    return _EPOCH + at * _MILLISECOND


def message_of(entry: Entry, *, hidden: bool = False) -> MessageCreated:
    """A message's row as its event in its present state; ``hidden``: without what was said."""
    recalled = hidden or entry.recalled_at is not None
    known = {} if hidden or not entry.facts else _known(entry.facts)
    return MessageCreated(
        conversation=entry.conversation_id,
        seq=entry.seq,
        at=milliseconds(entry.at),
        sender=entry.sender_id or 0,
        client_key=entry.client_key or "",
        number=entry.number or 0,
        kind=entry.kind,
        body={} if recalled else entry.body,
        reply_to=entry.reply_to,
        thread_root=entry.thread_root,
        mentions=[] if recalled else entry.mentions,
        mentions_all=entry.mentions_all and not recalled,
        app=entry.app,
        edited_at=milliseconds(entry.edited_at),
        recalled_at=milliseconds(entry.recalled_at),
        reactions={} if recalled else entry.reactions,
        version=entry.version,
        pinned_at=0 if recalled else milliseconds(entry.pinned_at),
        **known,
    )


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    """What is stored as ``facts``, typed."""
    if "previews" in facts:
        return {**facts, "previews": msgspec.convert(facts["previews"], list[LinkPreview])}
    return facts


def event_of(entry: Entry, message: MessageCreated | None = None) -> Event:
    """An entry as its event. ``message``: the one that the entry refers to, if it refers to one."""
    if entry.type == MESSAGE:
        return message_of(entry)
    shape = EVENTS[entry.type]
    fields = {name: entry.body[name] for name in shape.__struct_fields__ if name in entry.body}
    if entry.target:
        fields["target"] = entry.target
    if entry.type == EDITED:
        fields |= {"body": entry.body.get("body", {}), "mentions": entry.mentions, "mentions_all": entry.mentions_all}
    elif entry.type == PREVIEWED:
        fields["previews"] = msgspec.convert(entry.body.get("previews", []), list[LinkPreview])
    elif entry.type == JOINED:
        state = msgspec.convert(entry.body["state"], ConversationState)
        fields["state"] = msgspec.structs.replace(state, last=message)
    elif entry.type == MENTIONED:
        fields["message"] = message or _nothing(reference_of(entry))
    return shape(
        conversation=entry.conversation_id,
        seq=entry.seq,
        at=milliseconds(entry.at),
        sender=entry.sender_id or 0,
        client_key=entry.client_key or "",
        **fields,
    )


def body_of(event: Event) -> dict[str, Any]:
    """What of a server-made entry's own fields is stored; ``event_of`` is its inverse."""
    if isinstance(event, InboxJoined):
        state = msgspec.structs.replace(event.state, last=None)
        body: dict[str, Any] = {"state": msgspec.to_builtins(state)}
        if event.state.last is not None:
            body["of"] = [event.state.conversation, event.state.last.seq]
        return body
    if isinstance(event, MentionReceived):
        return {"of": [event.message.conversation, event.message.seq]}
    own = [name for name in event.__struct_fields__ if name not in _COMMON]
    return {name: msgspec.to_builtins(getattr(event, name)) for name in own}


_COMMON = frozenset({"conversation", "seq", "at", "sender", "client_key"})


def reference_of(entry: Entry) -> Place | None:
    """Conversation and seq of the message that an entry refers to."""
    of = entry.body.get("of") if entry.type in (JOINED, MENTIONED) else None
    return (int(of[0]), int(of[1])) if of else None


def events_of(entries: Sequence[Entry], *, user: int = 0) -> list[Event]:
    """Entries as events for ``user`` (0: the server itself), two queries at most however many there are."""
    places = {place for entry in entries if (place := reference_of(entry))}
    messages = find_messages(places, user=user) if places else {}
    return [event_of(entry, messages.get(reference_of(entry) or (0, 0))) for entry in entries]


def find_messages(places: Iterable[Place], *, user: int = 0) -> Mapping[Place, MessageCreated]:
    """Messages at ``places`` as ``user`` may see them now: emptied where he is no longer a member, and may not be one."""
    rows = Entry.objects.filter(pk__in=list(places), number__isnull=False)
    if not user:
        return {(row.conversation_id, row.seq): message_of(row) for row in rows}
    seats = Membership.objects.filter(user_id=user, conversation_id__in={place[0] for place in places})
    from_seq = dict(seats.values_list("conversation_id", "history_from"))
    if elsewhere := {place[0] for place in places} - from_seq.keys():
        from_seq |= dict.fromkeys((pk for pk, _ in find_reachable({(each, user) for each in elsewhere}, elsewhere)), 0)
    return {
        (row.conversation_id, row.seq): message_of(row, hidden=row.seq < from_seq.get(row.conversation_id, row.seq + 1))
        for row in rows
    }


def _nothing(place: Place | None) -> MessageCreated:
    conversation, seq = place or (0, 0)
    return MessageCreated(conversation=conversation, seq=seq, at=0, number=0, kind="text", body={})
