"""What was said at the demo company, written through the services on behalf of those who said it, in order of time.

The system speaks for people and in the past (``Draft.sender``, ``Draft.at``); everything else is the ordinary write path.
Each step has its own client key, so a run that was stopped goes on where it was.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from accounts.actor import SYSTEM, Actor
from chat import timeline
from chat.models import Conversation, Entry, Membership
from chat.services import conversations, files, listening, messages, receipts
from chat.timeline import Draft
from imsite.demo import attachments
from imsite.demo.scripts import Place, Step

#: Drafts in one transaction, as in the socket door's writer.
BATCH = 64
DONE_KEY = "demo-company-complete"


@dataclass(slots=True)
class Told:
    """A conversation on its way: the seqs of what was said, and the steps that an earlier run has told already."""

    conversation: int
    known: dict[str, int]
    said: list[int] = field(default_factory=list)
    steps: int = 0


def is_complete(owner: int) -> bool:
    """Whether an earlier run came to its end."""
    return Entry.objects.filter(conversation__unique_key=f"p{owner}", sender=owner, client_key=DONE_KEY).exists()


def complete(owner: int) -> None:
    """Note, in ``owner``'s personal conversation, that the company is all there."""
    messages.send(
        actor=Actor(user=owner),
        conversation=conversations.personal_of(owner).pk,
        client_key=DONE_KEY,
        body={"text": "The demo company is ready. 演示公司已就绪。"},
    )


def open_place(place: Place, ids: Mapping[str, int]) -> Told:
    """The conversation of a script, made if there is none."""
    owner = ids[place.owner]
    at = _milliseconds(place.created) if place.created else 0
    if place.kind == "direct":
        made = conversations.open_direct(actor=SYSTEM, sender=owner, user=ids[place.members[0]], at=at)
    elif place.kind == "notes":
        made = conversations.personal_of(owner)
    else:
        made = conversations.create_group(
            actor=SYSTEM,
            sender=owner,
            title=place.title,
            description=place.description,
            members=ids.values() if place.everybody else [ids[each] for each in place.members],
            post_policy="admins" if place.everybody else "all",
            client_key=f"demo-group-{place.key}",
            at=at,
        )
    told = Entry.objects.filter(conversation=made, client_key__startswith="demo:").values_list("client_key", "seq")
    return Told(made.pk, {key or "": seq for key, seq in told})


def tell(steps: Iterable[Step], places: Mapping[str, Told], ids: Mapping[str, int]) -> int:
    """Write the steps; how many entries that took."""
    waiting: list[tuple[Told, Draft]] = []
    written = 0

    def flush() -> None:
        nonlocal written
        outcomes = timeline.append([draft for _, draft in waiting])
        for (told, draft), outcome in zip(waiting, outcomes, strict=True):
            if outcome.error is not None:
                raise outcome.error
            if draft.type == "message.created":
                told.said.append(outcome.seq)
        written += len(waiting)
        waiting.clear()

    for step in steps:
        told = places[step.place]
        told.steps += 1
        key = f"demo:{step.place}:{told.steps:04d}"
        if (step.verb != "say" or step.back or key in told.known) and waiting:
            flush()  # it concerns a message whose seq must be known first
        if key in told.known:
            if step.verb == "say":
                told.said.append(told.known[key])
            continue
        waiting.append((told, _draft(step, told, key, ids)))
        if len(waiting) == BATCH:
            flush()
    if waiting:
        flush()
    return written


def appoint(place: Place, told: Told, ids: Mapping[str, int]) -> None:
    """Whoever spoke where only admins may is one. Last, because a change of role bears the present time."""
    for who in sorted({step.who for step in place.steps if step.verb == "say"} - {place.owner}):
        seats = Membership.objects.filter(conversation=told.conversation, user=ids[who])
        if not seats.filter(role=Membership.Role.ADMIN).exists():
            conversations.set_role(actor=SYSTEM, conversation=told.conversation, user=ids[who], role="admin")


def read_positions(
    scripts: Iterable[Place], places: Mapping[str, Told], ids: Mapping[str, int], named: set[str]
) -> None:
    """Everybody of ``named`` has read everything but the last few that the script leaves to him."""
    heads = dict(Conversation.objects.values_list("pk", "last_number"))
    marks = []
    for script in scripts:
        conversation = places[script.key].conversation
        for username in named if script.everybody else {script.owner, *script.members} & named:
            number = heads[conversation] - script.unread.get(username, 0)
            marks.append(receipts.Mark(actor=Actor(user=ids[username]), conversation=conversation, read_number=number))
    for start in range(0, len(marks), BATCH):
        for refused in receipts.mark(marks[start : start + BATCH]):
            if refused is not None:
                raise refused


def index(places: Iterable[Told]) -> None:
    """Run the listeners over what was said, so that search finds it at once."""
    for told in places:
        listening.pump(told.conversation)


def _draft(step: Step, told: Told, key: str, ids: Mapping[str, int]) -> Draft:
    if step.verb == "say":
        return _message(step, told, key, ids)
    target = told.said[-1]
    common: dict[str, Any] = {"actor": SYSTEM, "conversation": told.conversation, "client_key": key, "target": target}
    speaker = ids.get(step.who, 0)
    if step.verb == "react":
        draft = messages.draft_reaction(**common, emoji=step.text, on=True)
    else:
        # Its author: nobody else edits or withdraws here.
        speaker = Entry.objects.values_list("sender_id", flat=True).get(pk=(told.conversation, target)) or 0
        if step.verb == "edit":
            draft = messages.draft_edit(**common, body={"text": step.text}, **_mentions(step, ids))
        else:
            draft = messages.draft_recall(**common)
    return replace(draft, at=_milliseconds(step.at), sender=speaker)


def _message(step: Step, told: Told, key: str, ids: Mapping[str, int]) -> Draft:
    kind, _, name = step.extra.partition(" ")
    speaker = ids[step.who]
    body: dict[str, Any] = {"text": step.text}
    if kind == "card":
        body = {"title": name, "text": step.text, "fallback": name}
    elif kind:
        data = attachments.content(name)
        stored = files.store(actor=Actor(user=speaker), name=name, stream=BytesIO(data), size=len(data))
        body = {"file": str(stored.pk), "caption": step.text}
    return messages.draft_send(
        actor=SYSTEM,
        conversation=told.conversation,
        client_key=key,
        kind=kind or "text",
        body=body,
        reply_to=told.said[-step.back] if step.back else 0,
        at=_milliseconds(step.at),
        sender=speaker,
        **_mentions(step, ids),
    )


def _mentions(step: Step, ids: Mapping[str, int]) -> dict[str, Any]:
    return {"mentions": [ids[name] for name in step.mentions], "mentions_all": step.mentions_all}


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
