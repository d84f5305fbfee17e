"""Marks on a message: pinned, confirmed, what its links lead to. Each is an entry and the row's new state.

What changes its words is in ``changes``.
"""

from typing import Any

import msgspec

from chat import conf, policy
from chat.models import Conversation, Entry
from chat.rendering import milliseconds
from chat.timeline.changes import change, find
from chat.timeline.drafts import Draft, Outcome, emitted_by
from chat.timeline.placing import outcome_of, place
from chat.timeline.scene import Scene
from protocol.errors import Conflict
from protocol.events import MessageConfirmed, MessagePinned, MessagePreviewed, MessageUnpinned


def pin(draft: Draft, scene: Scene) -> Outcome:
    """Pinned for everybody, or no more. Already so: nothing is written."""
    conversation, seat, message = find(draft, scene)
    if refused := policy.may_pin(
        actor=draft.actor, conversation=conversation, membership=seat, message=message, now=scene.now
    ):
        raise refused
    assert message is not None  # may_pin refuses a message that is not there
    on = draft.type == "message.pinned"
    if (message.pinned_at is not None) is on:
        return _already(draft, message)
    entry = _mark(draft, scene, conversation, message)
    message.pinned_at = entry.at if on else None
    shape = MessagePinned if on else MessageUnpinned
    return outcome_of(entry, (emitted_by(conversation, shape(**_common(draft, entry))),))


def confirm(draft: Draft, scene: Scene) -> Outcome:
    """An urgent message confirmed by one of its readers. Once is enough: again, nothing is written."""
    conversation, seat, message = find(draft, scene)
    if refused := policy.may_confirm(actor=draft.actor, conversation=conversation, membership=seat, message=message):
        raise refused
    assert message is not None  # may_confirm refuses a message that is not there
    confirmed: list[int] = message.facts.get("confirmed", [])
    if draft.speaker in confirmed:
        return _already(draft, message)
    if len(confirmed) >= conf.CONFIRMATIONS:
        raise Conflict("Too many people have confirmed it.", details={"rule": "confirmations"})
    entry = _mark(draft, scene, conversation, message)
    message.facts = {**message.facts, "confirmed": [*confirmed, draft.speaker]}
    return outcome_of(entry, (emitted_by(conversation, MessageConfirmed(**_common(draft, entry))),))


def preview(draft: Draft, scene: Scene) -> Outcome:
    """What the message's links lead to, found by the server; its author may take it away."""
    conversation, seat, message = find(draft, scene)
    previews = list(draft.fields["previews"])
    if refused := policy.may_preview(
        actor=draft.actor, conversation=conversation, membership=seat, message=message, previews=len(previews)
    ):
        raise refused
    assert message is not None  # may_preview refuses a message that is not there
    stored = msgspec.to_builtins(previews)
    if message.facts.get("previews", []) == stored:
        return _already(draft, message)
    entry = _mark(draft, scene, conversation, message, body={"previews": stored})
    others = {name: value for name, value in message.facts.items() if name != "previews"}
    message.facts = {**others, "previews": stored} if stored else others
    event = MessagePreviewed(**_common(draft, entry), previews=previews)
    return outcome_of(entry, (emitted_by(conversation, event),))


def _mark(draft: Draft, scene: Scene, conversation: Conversation, message: Entry, **body: Any) -> Entry:
    entry = place(draft, scene, conversation, target=message.seq, visible=False, **body)
    change(message, entry, scene)
    return entry


def _already(draft: Draft, message: Entry) -> Outcome:
    at = milliseconds(message.at)
    return Outcome(conversation=message.conversation_id, seq=message.seq, at=at, client_key=draft.client_key)


def _common(draft: Draft, entry: Entry) -> dict[str, Any]:
    return {
        "conversation": entry.conversation_id,
        "seq": entry.seq,
        "at": milliseconds(entry.at),
        "sender": draft.speaker,
        "client_key": draft.client_key,
        "target": entry.target,
    }
