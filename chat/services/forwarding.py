"""Forwarding: messages that somebody may see, said again elsewhere. The server copies, so nobody puts words into a mouth."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec

from accounts.actor import Actor
from accounts.selectors import get_people
from chat import conf, kinds, policy, selectors, timeline
from chat.kinds.forward import NESTED, depth_of
from chat.models import Entry, Membership
from chat.rendering import MESSAGE, milliseconds
from chat.services.messages import checked_key, draft_send, publish
from chat.timeline import Draft, Outcome
from protocol.errors import BadRequest, Conflict, NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Messages (seqs) of ``source``, each as one of its own, or ``merged`` into one; ``comment`` is said after them."""

    source: int
    messages: tuple[int, ...]
    merged: bool = False
    comment: str = ""


def forward(*, actor: Actor, conversation: int, client_key: str, wanted: Wanted) -> list[Outcome]:
    """All of it or nothing. Raises a ParleyError; ``details.path`` names the message that cannot be forwarded."""
    checked_key(client_key)
    if not 1 <= len(wanted.messages) <= conf.FORWARD_MESSAGES or len(set(wanted.messages)) < len(wanted.messages):
        limit = conf.FORWARD_MESSAGES
        raise BadRequest(f"Name 1 to {limit} messages, each once.", details={"path": "messages", "limit": limit})

    def work() -> list[Outcome]:
        outcomes = timeline.append(_drafts(actor, conversation, client_key, wanted))
        for outcome in outcomes:
            if outcome.error is not None:
                raise outcome.error
        return outcomes

    outcomes = timeline.run(work)
    publish([each for outcome in outcomes for each in outcome.emitted])
    return outcomes


def _drafts(actor: Actor, conversation: int, client_key: str, wanted: Wanted) -> list[Draft]:
    bodies: Sequence[tuple[str, dict[str, Any], int]]
    if Entry.objects.filter(conversation_id=conversation, sender_id=actor.user, client_key=client_key).exists():
        # A retry: what was copied then counts, whatever became of it since.
        bodies = [("text", {}, 0)] * (1 if wanted.merged else len(wanted.messages))
    else:
        entries = _find(actor, wanted)
        bodies = [_merged(actor, wanted.source, entries)] if wanted.merged else [_single(each) for each in entries]
    drafts = [
        Draft(
            actor=actor,
            conversation=conversation,
            type=MESSAGE,
            client_key=_key(client_key, place),
            kind=kind,
            body=body,
            forwarded_from=author,
            asked=("forward", wanted.source, wanted.messages, wanted.merged, wanted.comment, place),
        )
        for place, (kind, body, author) in enumerate(bodies)
    ]
    if wanted.comment:
        key = _key(client_key, len(drafts))
        said = draft_send(actor=actor, conversation=conversation, client_key=key, body={"text": wanted.comment})
        drafts.append(said)
    return drafts


def _find(actor: Actor, wanted: Wanted) -> list[Entry]:
    """The messages, in the order of their timeline. Two queries."""
    seat = selectors.get_seat(actor.user, wanted.source)
    found = Entry.objects.filter(conversation_id=wanted.source, seq__in=wanted.messages, type=MESSAGE)
    by_seq = {each.seq: each for each in found}
    for place, seq in enumerate(wanted.messages):
        _check(seat, by_seq.get(seq), f"messages[{place}]")
    return [by_seq[seq] for seq in sorted(by_seq)]


def _check(seat: Membership, message: Entry | None, path: str) -> None:
    if message is None or not policy.may_see(membership=seat, seq=message.seq):
        raise NotFound("There is no such message.", details={"path": path})
    if message.recalled_at is not None:
        raise Conflict("The message was recalled.", details={"path": path, "rule": "recalled"})
    if message.kind not in kinds.all_kinds() or not kinds.get(message.kind).forwarded:
        raise BadRequest("What the server itself says is not forwarded.", details={"path": path})


def _single(message: Entry) -> tuple[str, dict[str, Any], int]:
    author = message.facts.get("forwarded_from") or message.sender_id or 0
    return message.kind, kinds.get(message.kind).copy(message.body), author


def _merged(actor: Actor, source: int, messages: Sequence[Entry]) -> tuple[str, dict[str, Any], int]:
    people = get_people({each.sender_id for each in messages if each.sender_id})
    names = {each.id: each.name for each in people}
    title = selectors.get_state(actor.user, source).title or ", ".join(list(names.values())[:3])
    items = [
        {
            "sender": each.sender_id or 0,
            "name": names.get(each.sender_id or 0, ""),
            "at": milliseconds(each.at),
            "kind": each.kind,
            "body": kinds.get(each.kind).copy(each.body),
        }
        for each in messages
    ]
    body = {"title": title, "items": items}
    if depth_of("forward", body) > NESTED:
        raise BadRequest(f"Forwards go {NESTED} deep.", details={"path": "messages", "limit": NESTED})
    if (size := len(msgspec.json.encode(body))) > conf.FORWARD_BYTES:
        raise BadRequest(
            f"Merged messages may have {conf.FORWARD_BYTES} bytes together; these have {size}.",
            code="too_large",
            details={"path": "messages", "limit": conf.FORWARD_BYTES},
        )
    return "forward", body, 0


def _key(client_key: str, place: int) -> str:
    """The first message bears the key itself, so that its sender knows it again; the others one made of it."""
    return blake2b(f"{client_key}:{place}".encode(), digest_size=16).hexdigest() if place else client_key
