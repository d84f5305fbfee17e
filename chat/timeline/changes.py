"""Entries that change a message: edit, recall, reaction. Each is an entry and, in the same breath, the row's new state.

The row's old values are replaced, never changed in place: events made earlier in the batch share them.
"""

from typing import Any

from audit.services.recording import Change, Target, record
from chat import conf, kinds, policy, screening
from chat.models import Conversation, Entry
from chat.rendering import FACTS_OF_A_TOMBSTONE, milliseconds
from chat.timeline.drafts import Draft, Outcome, emitted_by
from chat.timeline.losing import Lost
from chat.timeline.placing import conversation_of, members_among, mention, outcome_of, place
from chat.timeline.reading import files_of
from chat.timeline.scene import Scene
from protocol import limits
from protocol.errors import BadRequest, Conflict
from protocol.events import MessageEdited, MessageRecalled, ReactionAdded, ReactionRemoved

Found = tuple[Conversation, policy.Seat | None, Entry | None]


def edit(draft: Draft, scene: Scene) -> Outcome:
    """A new body; the old one stays with the entry, for the edit history."""
    conversation, seat, message = find(draft, scene)
    if refused := policy.may_edit(
        actor=draft.actor, conversation=conversation, membership=seat, message=message, now=scene.now
    ):
        raise refused
    assert message is not None  # may_edit refuses a message that is not there
    if not kinds.get(message.kind).editable:
        raise BadRequest("A message of this kind cannot be changed.", details={"path": "body", "rule": "kind"})
    if refused := policy.may_set_handler(actor=draft.actor, body=message.body):
        raise refused
    if draft.mentions_all and not message.mentions_all:
        refused = policy.may_mention_all(actor=draft.actor, conversation=conversation, membership=seat)
        if refused:
            raise refused
    body = _same_files(message, kinds.get(message.kind).validate(draft.body))
    if draft.speaker:
        body = screening.screen(message.kind, body, conversation)
    mentions = members_among(draft, scene)
    previous: dict[str, Any] = {}
    if not message.body.get("handler"):  # a poll is drawn anew with every vote; nobody asks what it looked like before
        previous = {"body": message.body, "mentions": message.mentions, "mentions_all": message.mentions_all}
    entry = place(
        draft,
        scene,
        conversation,
        body={"body": body, "previous": previous},
        mentions=mentions,
        mentions_all=draft.mentions_all,
        target=message.seq,
        visible=False,
    )
    added = [user for user in mentions if user not in message.mentions]
    message.body, message.mentions, message.mentions_all = body, mentions, draft.mentions_all
    message.edited_at = entry.at
    change(message, entry, scene)
    event = MessageEdited(
        conversation=conversation.pk,
        seq=entry.seq,
        at=milliseconds(entry.at),
        sender=draft.speaker,
        client_key=draft.client_key,
        target=message.seq,
        body=body,
        mentions=mentions,
        mentions_all=draft.mentions_all,
    )
    emitted = (emitted_by(conversation, event), *mention(added, message, scene))
    return outcome_of(entry, emitted)


def recall(draft: Draft, scene: Scene) -> Outcome:
    """Empty for everybody; the row stays as a tombstone, its edits lose their bodies when the batch is written."""
    conversation, seat, message = find(draft, scene)
    if refused := policy.may_recall(
        actor=draft.actor, conversation=conversation, membership=seat, message=message, now=scene.now
    ):
        raise refused
    assert message is not None  # may_recall refuses a message that is not there
    number, root = message.number or 0, scene.messages.get((conversation.pk, message.thread_root))
    body = {"number": number, "thread_root": message.thread_root} if root else {"number": number}
    entry = place(draft, scene, conversation, body=body, target=message.seq, visible=False)
    place_of = (conversation.pk, message.seq)
    scene.recalled[place_of] = (number, files_of(message.kind, message.body))
    who, kind = message.sender_id or 0, message.kind
    scene.lost.append(Lost(*place_of, who, kind, message.body, message.at, draft.speaker, entry.at))
    message.body, message.mentions, message.mentions_all, message.reactions = {}, [], False, {}
    message.facts = {name: message.facts[name] for name in FACTS_OF_A_TOMBSTONE if name in message.facts}
    message.recalled_at, message.pinned_at = entry.at, None
    change(message, entry, scene)
    if root is not None:
        root.facts = {**root.facts, "thread_count": max(0, root.facts.get("thread_count", 0) - 1)}
        change(root, entry, scene)
    # The server recalls for somebody (a purge, a rule), whose act is recorded where it was asked for.
    if message.sender_id != draft.speaker and not draft.actor.is_system:
        _removed_by_another(draft, conversation, message)
    event = MessageRecalled(
        conversation=conversation.pk,
        seq=entry.seq,
        at=milliseconds(entry.at),
        sender=draft.speaker,
        client_key=draft.client_key,
        target=message.seq,
        number=number,
        thread_root=root.seq if root else 0,
    )
    return outcome_of(entry, (emitted_by(conversation, event),))


def react(draft: Draft, scene: Scene) -> Outcome:
    """A reaction put or taken back. Already so: nothing is written and the answer is the message's own position."""
    conversation, seat, message = find(draft, scene)
    if refused := policy.may_react(
        actor=draft.actor, conversation=conversation, membership=seat, message=message, now=scene.now
    ):
        raise refused
    assert message is not None  # may_react refuses a message that is not there
    emoji, on = str(draft.fields["emoji"]), draft.type == "reaction.added"
    users = message.reactions.get(emoji, [])
    if (draft.speaker in users) is on:
        at = milliseconds(message.at)
        return Outcome(conversation=conversation.pk, seq=message.seq, at=at, client_key=draft.client_key)
    if on:
        _has_space(message, emoji)
    left = [*users, draft.speaker] if on else [each for each in users if each != draft.speaker]
    others = {name: who for name, who in message.reactions.items() if name != emoji or left}
    message.reactions = {**others, emoji: left} if left else others
    entry = place(draft, scene, conversation, body={"emoji": emoji}, target=message.seq, visible=False)
    change(message, entry, scene)
    shape = ReactionAdded if on else ReactionRemoved
    event = shape(
        conversation=conversation.pk,
        seq=entry.seq,
        at=milliseconds(entry.at),
        sender=draft.speaker,
        client_key=draft.client_key,
        target=message.seq,
        emoji=emoji,
    )
    return outcome_of(entry, (emitted_by(conversation, event),))


def find(draft: Draft, scene: Scene) -> Found:
    """The conversation, the speaker's seat and the message that a draft is about, as far as they are there."""
    conversation = conversation_of(draft, scene)
    seat = scene.seats.get((draft.conversation, draft.speaker))
    return conversation, seat, scene.messages.get((draft.conversation, draft.target))


def change(message: Entry, entry: Entry, scene: Scene) -> None:
    """The row of ``message`` is written again; ``entry`` is the last that changed it."""
    message.version = entry.seq
    scene.changed[(message.conversation_id, message.seq)] = message


def _same_files(message: Entry, body: dict[str, object]) -> dict[str, object]:
    """An edit may change words, not files: a new file is a new message. What the rows said of the files stays."""
    if files_of(message.kind, body) != files_of(message.kind, message.body):
        raise BadRequest("An edit cannot change the file.", details={"path": "body.file"})
    if not files_of(message.kind, body):
        return body
    own = {"name", "media_type", "size", "width", "height", "thumbnail"}
    return {**body, **{name: value for name, value in message.body.items() if name in own}}


def _has_space(message: Entry, emoji: str) -> None:
    if emoji not in message.reactions and len(message.reactions) >= limits.MAX_DISTINCT_REACTIONS:
        raise Conflict("There are too many different reactions.", details={"rule": "distinct_reactions"})
    if len(message.reactions.get(emoji, [])) >= conf.REACTIONS_PER_EMOJI:
        raise Conflict("There are too many of this reaction.", details={"rule": "reactions_per_emoji"})


def _removed_by_another(draft: Draft, conversation: Conversation, message: Entry) -> None:
    target = Target("message", message.seq, conversation.title, conversation=conversation.pk)
    record(draft.actor, "message.removed", target, Change(before={"sender": message.sender_id, "kind": message.kind}))
