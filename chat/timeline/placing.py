"""One draft against the rows of its batch: refuse it, find that it is a retry, or give it its place.

No query here. A refusal changes nothing, so that the rest of the batch does not notice it. What changes a message's
row in the same breath (edit, recall, reaction) is in ``changes``.
"""

from typing import Any

from accounts.actor import SYSTEM
from chat import kinds, policy, screening
from chat.models import Conversation, Entry
from chat.rendering import MENTIONED, body_of, message_of, milliseconds, moment_of
from chat.timeline.drafts import Draft, Emitted, Outcome, emitted_by
from chat.timeline.reading import files_of
from chat.timeline.scene import Known, Scene
from protocol.errors import BadRequest, Forbidden, NotFound
from protocol.events import EVENTS, Scope

#: Repliers that the first message of a thread names.
THREAD_PEOPLE = 5
#: Entries that a history page does not show: they change a message, or are a person's own facts.
UNSEEN = frozenset({"message.edited", "message.recalled", "reaction.added", "reaction.removed", "member.changed"})


def find_earlier(draft: Draft, scene: Scene) -> Outcome | None:
    """The outcome that the same key had before. Raises BadRequest key_reused when it was for something else."""
    known = scene.known.get((draft.conversation, draft.speaker, draft.client_key)) if draft.client_key else None
    if known is None:
        return None
    if known.digest != draft.digest:
        raise BadRequest("This client_key was used before for something else.", code="key_reused")
    return Outcome(
        conversation=draft.conversation,
        seq=known.seq,
        number=known.number,
        at=milliseconds(known.at),
        client_key=draft.client_key,
        duplicate=True,
    )


def conversation_of(draft: Draft, scene: Scene) -> Conversation:
    """The locked conversation, or the answer that outsiders get."""
    if draft.conversation not in scene.conversations:
        raise policy.outsider()
    if (draft.at or draft.sender) and not draft.actor.is_system:
        raise Forbidden("Only the server speaks for others or at other times.", details={"rule": "system_only"})
    return scene.conversations[draft.conversation]


def say(draft: Draft, scene: Scene) -> Outcome:
    """A message: number, row, mentions and uses of files."""
    conversation = conversation_of(draft, scene)
    seat = scene.seats.get((draft.conversation, draft.speaker))
    if refused := policy.may_post(
        actor=draft.actor, conversation=conversation, membership=seat, now=scene.now, kind=draft.kind
    ):
        raise refused
    if draft.mentions_all and (
        refused := policy.may_mention_all(actor=draft.actor, conversation=conversation, membership=seat)
    ):
        raise refused
    for seq, path in ((draft.reply_to, "reply_to"), (draft.thread_root, "thread_root")):
        quoted = scene.messages.get((draft.conversation, seq))
        if seq and (quoted is None or (seat and not policy.may_see(membership=seat, seq=seq))):
            raise NotFound("There is no such message.", details={"path": path})
        if seq and path == "thread_root" and quoted is not None and quoted.thread_root:
            raise BadRequest("That message is itself in a thread.", details={"path": path})
    if draft.urgent and (refused := policy.may_be_urgent(actor=draft.actor, conversation=conversation)):
        raise refused
    body, files = filled(draft.kind, draft, scene)
    if draft.speaker:
        body = screening.screen(draft.kind, body, conversation)
    entry = place(
        draft,
        scene,
        conversation,
        kind=draft.kind,
        body=body,
        reply_to=draft.reply_to,
        thread_root=draft.thread_root,
        mentions=members_among(draft, scene),
        mentions_all=draft.mentions_all,
        number=conversation.last_number + 1,
        facts=_facts(draft),
    )
    conversation.last_number += 1
    conversation.last_message_seq = entry.seq
    scene.messages[(entry.conversation_id, entry.seq)] = entry
    if entry.thread_root:
        join_thread(scene.messages[(entry.conversation_id, entry.thread_root)], entry, scene)
    if seat is not None:
        scene.read[(entry.conversation_id, draft.speaker)] = conversation.last_number
        if conversation.slow_seconds:
            scene.spoke.add((entry.conversation_id, draft.speaker))
            scene.seats[(entry.conversation_id, draft.speaker)] = seat._replace(spoke_at=scene.now)
    scene.uses.extend((file, entry.conversation_id, entry.seq) for file in files)
    emitted = (emitted_by(conversation, message_of(entry)), *mention(entry.mentions, entry, scene))
    return outcome_of(entry, emitted)


def join_thread(root: Entry, reply: Entry, scene: Scene) -> None:
    """What the first message of a thread shows of its replies, in its row; readers fold the reply itself."""
    sender, people = reply.sender_id or 0, root.facts.get("thread_people", [])
    if sender not in people and len(people) < THREAD_PEOPLE:
        people = [*people, sender]
    root.facts = {
        **root.facts,
        "thread_count": root.facts.get("thread_count", 0) + 1,
        "thread_last_at": max(root.facts.get("thread_last_at", 0), milliseconds(reply.at)),
        "thread_people": people,
    }
    root.version = reply.seq
    scene.changed[(root.conversation_id, root.seq)] = root


def _facts(draft: Draft) -> dict[str, Any]:
    facts: dict[str, Any] = {"urgent": True} if draft.urgent else {}
    if draft.forwarded_from:
        facts["forwarded_from"] = draft.forwarded_from
    return facts


def note(draft: Draft, scene: Scene) -> Outcome:
    """An entry that the server makes (members, settings, a person's own facts): the calling service has decided."""
    conversation = conversation_of(draft, scene)
    shape = EVENTS[draft.type]
    seen = draft.type not in UNSEEN and shape.scope is Scope.CONVERSATION
    at = moment_of(draft.at) if draft.at else scene.now
    event: Any = shape(
        conversation=conversation.pk,
        seq=conversation.last_seq + 1,
        at=milliseconds(at),
        sender=draft.speaker,
        client_key=draft.client_key,
        **draft.fields,
    )
    entry = place(draft, scene, conversation, body=body_of(event), visible=seen)
    return outcome_of(entry, (emitted_by(conversation, event),))


def place(draft: Draft, scene: Scene, conversation: Conversation, **fields: Any) -> Entry:
    """The next position of the timeline."""
    conversation.last_seq += 1
    conversation.last_at = moment_of(draft.at) if draft.at else scene.now
    scene.moved.add(conversation.pk)
    entry = Entry(
        conversation_id=conversation.pk,
        seq=conversation.last_seq,
        type=draft.type,
        sender_id=draft.speaker or None,
        app=draft.actor.app,
        client_key=draft.client_key or None,
        request_digest=draft.digest if draft.client_key else b"",
        version=conversation.last_seq,
        at=conversation.last_at,
        **fields,
    )
    scene.entries.append(entry)
    if draft.client_key:
        scene.known[(entry.conversation_id, draft.speaker, draft.client_key)] = Known(
            entry.seq, entry.number or 0, entry.at, bytes(entry.request_digest)
        )
    return entry


def outcome_of(entry: Entry, emitted: tuple[Emitted, ...]) -> Outcome:
    """The outcome of an entry that got its place."""
    return Outcome(
        conversation=entry.conversation_id,
        seq=entry.seq,
        number=entry.number or 0,
        at=milliseconds(entry.at),
        client_key=entry.client_key or "",
        emitted=emitted,
    )


def members_among(draft: Draft, scene: Scene) -> list[int]:
    """The mentioned who are members, each once, in the given order, without the speaker."""
    once = dict.fromkeys(draft.mentions)
    return [each for each in once if (draft.conversation, each) in scene.mentionable and each != draft.speaker]


def mention(users: list[int], message: Entry, scene: Scene) -> list[Emitted]:
    """Tell ``users`` in their personal timelines, in full whatever their attention."""
    shown = message_of(message)
    emitted: list[Emitted] = []
    for user in users:
        personal = scene.conversations.get(scene.personals.get(user, 0))
        if personal is None:
            continue
        draft = Draft(
            actor=SYSTEM,
            conversation=personal.pk,
            type=MENTIONED,
            sender=shown.sender,
            at=shown.at,
            fields={"message": shown},
        )
        emitted.extend(note(draft, scene).emitted)
        scene.mentions[(user, shown.conversation, shown.number)] = shown.seq
    return emitted


def filled(kind: str, draft: Draft, scene: Scene) -> tuple[dict[str, Any], list[Any]]:
    """The body with what the rows of its files say, and the files. Raises NotFound for one that may not be sent."""
    files = files_of(kind, draft.body)
    for file in files:
        if (draft.speaker, file) not in scene.files:
            raise NotFound("There is no such file.", details={"path": "body.file"})
    facts = {file: scene.files[(draft.speaker, file)] for file in files}
    return (kinds.get(kind).fill(draft.body, facts) if facts else draft.body), files
