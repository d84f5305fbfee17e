"""Messages: send, edit, recall, react. A draft is checked without a query; ``commit`` stores and publishes a batch.

The socket door makes drafts as frames come in and commits what waits together; everybody else calls the verbs.
"""

import re
import time
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from django.db import transaction

from accounts.actor import Actor
from chat import kinds, policy, relay, timeline, tracing
from chat.timeline import Draft, Emitted, Outcome
from protocol import bodies, limits
from protocol.errors import BadRequest

log = structlog.get_logger(__name__)
_CLIENT_KEY = re.compile(rf"[!-~]{{{limits.MIN_CLIENT_KEY},{limits.MAX_CLIENT_KEY}}}")


def draft_send(
    *,
    actor: Actor,
    conversation: int,
    client_key: str,
    kind: str = "text",
    body: dict[str, Any],
    reply_to: int = 0,
    thread_root: int = 0,
    mentions: Iterable[int] = (),
    mentions_all: bool = False,
    urgent: bool = False,
    at: int = 0,
    sender: int = 0,
) -> Draft:
    """A message to be committed. Raises BadRequest or Forbidden; ``at`` and ``sender`` are for the system alone."""
    found = kinds.get(kind)
    bodies.check(body)
    if found.server_only and not actor.is_system:
        raise policy.refuse("Only the server sends this kind of message.", "server_only_kind")
    if refused := policy.may_set_handler(actor=actor, body=body):
        raise refused
    return Draft(
        actor=actor,
        conversation=conversation,
        type="message.created",
        client_key=checked_key(client_key),
        kind=kind,
        body=found.validate(body),
        reply_to=reply_to,
        thread_root=thread_root,
        mentions=_mentions(mentions),
        mentions_all=mentions_all,
        urgent=urgent,
        at=at,
        sender=sender,
    )


def draft_edit(
    *,
    actor: Actor,
    conversation: int,
    client_key: str,
    target: int,
    body: dict[str, Any],
    mentions: Iterable[int] = (),
    mentions_all: bool = False,
) -> Draft:
    """A new body for message ``target``; its kind, known at commit, validates the body there."""
    bodies.check(body)
    if refused := policy.may_set_handler(actor=actor, body=body):
        raise refused
    return Draft(
        actor=actor,
        conversation=conversation,
        type="message.edited",
        client_key=checked_key(client_key),
        body=body,
        target=target,
        mentions=_mentions(mentions),
        mentions_all=mentions_all,
    )


def draft_recall(*, actor: Actor, conversation: int, client_key: str, target: int) -> Draft:
    """Withdraw message ``target`` for everybody."""
    return Draft(
        actor=actor,
        conversation=conversation,
        type="message.recalled",
        client_key=checked_key(client_key),
        target=target,
    )


def draft_reaction(*, actor: Actor, conversation: int, client_key: str, target: int, emoji: str, on: bool) -> Draft:
    """Put ``emoji`` under message ``target``, or take it back."""
    return Draft(
        actor=actor,
        conversation=conversation,
        type="reaction.added" if on else "reaction.removed",
        client_key=checked_key(client_key),
        target=target,
        fields={"emoji": _emoji(emoji)},
    )


def commit(drafts: Sequence[Draft]) -> list[Outcome]:
    """Store a batch, then publish its events once it is committed. Raises Unavailable when nothing could be stored."""
    with tracing.bound(tracing.join(draft.request for draft in drafts)):
        began = time.perf_counter()
        outcomes = timeline.append(drafts)
        publish([each for outcome in outcomes for each in outcome.emitted])
        log.info("committed", drafts=len(drafts), ms=round((time.perf_counter() - began) * 1000, 1))
    return outcomes


def publish(emitted: Sequence[Emitted]) -> None:
    """Tell what was written, once it is committed: at once, or when the transaction around this call commits."""
    if emitted:
        transaction.on_commit(lambda: relay.publish(emitted))


def send(
    *,
    actor: Actor,
    conversation: int,
    client_key: str,
    kind: str = "text",
    body: dict[str, Any],
    reply_to: int = 0,
    thread_root: int = 0,
    mentions: Iterable[int] = (),
    mentions_all: bool = False,
    urgent: bool = False,
) -> Outcome:
    """Say something. Raises a ParleyError."""
    draft = draft_send(
        actor=actor,
        conversation=conversation,
        client_key=client_key,
        kind=kind,
        body=body,
        reply_to=reply_to,
        thread_root=thread_root,
        mentions=mentions,
        mentions_all=mentions_all,
        urgent=urgent,
    )
    return commit_one(draft)


def edit(
    *,
    actor: Actor,
    conversation: int,
    client_key: str,
    target: int,
    body: dict[str, Any],
    mentions: Iterable[int] = (),
    mentions_all: bool = False,
) -> Outcome:
    """Replace the body of one's own message. Raises a ParleyError."""
    draft = draft_edit(
        actor=actor,
        conversation=conversation,
        client_key=client_key,
        target=target,
        body=body,
        mentions=mentions,
        mentions_all=mentions_all,
    )
    return commit_one(draft)


def recall(*, actor: Actor, conversation: int, client_key: str, target: int) -> Outcome:
    """Withdraw a message for everybody. Raises a ParleyError."""
    return commit_one(draft_recall(actor=actor, conversation=conversation, client_key=client_key, target=target))


def react(*, actor: Actor, conversation: int, client_key: str, target: int, emoji: str, on: bool = True) -> Outcome:
    """Put a reaction or take it back. Raises a ParleyError."""
    draft = draft_reaction(
        actor=actor, conversation=conversation, client_key=client_key, target=target, emoji=emoji, on=on
    )
    return commit_one(draft)


def commit_one(draft: Draft) -> Outcome:
    """One draft stored and published. Raises a ParleyError."""
    outcome = commit([draft])[0]
    if outcome.error is not None:
        raise outcome.error
    return outcome


def checked_key(client_key: str) -> str:
    """The key itself. Raises BadRequest when it is none."""
    if not _CLIENT_KEY.fullmatch(client_key):
        raise BadRequest(
            f"A client_key has {limits.MIN_CLIENT_KEY} to {limits.MAX_CLIENT_KEY} printable ASCII characters.",
            details={"path": "client_key"},
        )
    return client_key


def _mentions(mentions: Iterable[int]) -> tuple[int, ...]:
    named = tuple(dict.fromkeys(mentions))
    if len(named) > limits.MAX_MENTIONS:
        raise BadRequest(
            f"A message mentions {limits.MAX_MENTIONS} people at most.", code="too_large", details={"path": "mentions"}
        )
    return named


def _emoji(emoji: str) -> str:
    told = 1 <= len(emoji) <= limits.MAX_EMOJI_CHARS and not any(
        each.isspace() or unicodedata.category(each) in ("Cc", "Cs") for each in emoji
    )
    if not told:
        raise BadRequest("That is not an emoji.", details={"path": "emoji"})
    return emoji
