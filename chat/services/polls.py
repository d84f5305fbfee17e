"""Polls: a card with a button for each answer; one vote a person, drawn anew as bars after each.

The vote, the count and the edit of the card are one transaction under the conversation's lock, so that the card always
shows what is stored. Who voted for what is kept to count it once, and shown to nobody.
"""

from hashlib import blake2b
from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from chat import kinds, policy, timeline
from chat.models import Entry, Membership
from chat.participation import Poll, Vote
from chat.rendering import EDITED, MESSAGE
from chat.services.messages import checked_key, publish
from chat.timeline import Draft, Outcome
from protocol.errors import BadRequest, Conflict, NotFound

#: The cards' ``handler``; the action that ends the voting; the one that votes has its option's place behind the dot.
HANDLER, CLOSE, OPTION = "poll", "close", "option"
#: Answers to choose from: more do not fit under one question on a phone.
MOST_OPTIONS = 10
QUESTION_CHARS, OPTION_CHARS = 200, 80
#: Signs in a bar.
BAR = 12


def create(*, actor: Actor, conversation: int, client_key: str, question: str, options: list[str]) -> Outcome:
    """Ask. Raises a ParleyError."""
    checked_key(client_key)
    question, options = question.strip(), [each.strip() for each in options]
    _check(question, options)

    def work() -> Outcome:
        poll = Poll(conversation_id=conversation, author_id=actor.user, question=question, options=options)
        [outcome] = timeline.append(
            [
                Draft(
                    actor=actor,
                    conversation=conversation,
                    type=MESSAGE,
                    client_key=client_key,
                    kind="card",
                    body=_draw(poll, {}),
                    asked=("poll", question, options),
                )
            ]
        )
        if outcome.error is not None:
            raise outcome.error
        if not outcome.duplicate:
            poll.seq = outcome.seq
            poll.save()
        return outcome

    outcome = timeline.run(work)
    publish(outcome.emitted)
    return outcome


def vote(*, actor: Actor, conversation: int, seq: int, option: int, client_key: str) -> None:
    """Choose ``option``; the same again takes the vote back. Raises Forbidden not_a_member, NotFound, Conflict."""

    def work() -> Outcome | None:
        poll, key = _begin(actor, conversation, seq), _key(actor, client_key)
        if _is_known(conversation, key):
            return None
        _open(poll)
        if not 0 <= option < len(poll.options):
            raise BadRequest("There is no such option.", details={"path": "value"})
        held = Vote.objects.filter(poll=poll, user_id=actor.user).first()
        if held is not None and held.option == option:
            held.delete()
        else:
            Vote.objects.update_or_create(poll=poll, user_id=actor.user, defaults={"option": option})
        return _redraw(poll, key)

    _publish(timeline.run(work))


def close(*, actor: Actor, conversation: int, seq: int, client_key: str) -> None:
    """End the voting: who asked. Raises Forbidden, NotFound, Conflict."""

    def work() -> Outcome | None:
        poll, key = _begin(actor, conversation, seq), _key(actor, client_key)
        if _is_known(conversation, key):
            return None
        _open(poll)
        if poll.author_id != actor.user:
            raise policy.refuse("Only who asked ends the voting.", "own_poll")
        poll.closed_at = timezone.now()
        poll.save(update_fields=["closed_at"])
        return _redraw(poll, key)

    _publish(timeline.run(work))


def forget(conversation: int, seqs: list[int]) -> None:
    """Recalled: neither the question nor the votes stay."""
    Poll.objects.filter(conversation_id=conversation, seq__in=seqs).delete()


def _begin(actor: Actor, conversation: int, seq: int) -> Poll:
    """The poll, under the lock of its conversation."""
    timeline.lock([conversation])
    if not Membership.objects.filter(conversation_id=conversation, user_id=actor.user).exists():
        raise policy.outsider()
    poll = Poll.objects.filter(conversation_id=conversation, seq=seq).first()
    if poll is None:
        raise NotFound("There is no such poll.", details={"path": "seq"})
    return poll


def _open(poll: Poll) -> None:
    if poll.closed_at is not None:
        raise Conflict("The voting is over.", details={"rule": "poll_closed"})


def _redraw(poll: Poll, key: str) -> Outcome:
    counted = Vote.objects.filter(poll=poll).values_list("option").annotate(Count("pk"))
    draft = Draft(
        actor=SYSTEM,
        conversation=poll.conversation_id,
        type=EDITED,
        client_key=key,
        target=poll.seq,
        body=_draw(poll, dict(counted)),
    )
    [outcome] = timeline.append([draft])
    if outcome.error is not None:
        raise outcome.error
    return outcome


def _draw(poll: Poll, counts: dict[int, int]) -> dict[str, Any]:
    """The card as it stands: a bar for each answer, then what can be pressed."""
    total = sum(counts.values())
    fields = []
    for place, option in enumerate(poll.options):
        count = counts.get(place, 0)
        full = round(BAR * count / total) if total else 0
        share = round(100 * count / total) if total else 0
        fields.append({"label": option, "text": f"{'█' * full}{'░' * (BAR - full)} {share}% · {count}"})
    votes = "1 vote" if total == 1 else f"{total} votes"
    blocks: list[dict[str, Any]] = [{"type": "fields", "fields": fields}]
    if poll.closed_at is None:
        buttons: list[dict[str, Any]] = [
            {"type": "button", "text": option, "action": f"{OPTION}.{place}", "value": str(place)}
            for place, option in enumerate(poll.options)
        ]
        sure = {"text": "End the voting? 结束投票？"}
        end = {"type": "button", "text": "End 结束", "action": CLOSE, "style": "danger", "confirm": sure}
        blocks += [{"type": "actions", "elements": [*buttons, end]}, {"type": "note", "text": f"{votes} · {total} 票"}]
    else:
        blocks.append({"type": "note", "text": f"Closed 已结束 · {votes} · {total} 票"})
    body = {"title": poll.question, "fallback": f"📊 {poll.question}", "blocks": blocks, "handler": HANDLER}
    return kinds.get("card").validate(body)


def _check(question: str, options: list[str]) -> None:
    if not 1 <= len(question) <= QUESTION_CHARS:
        raise BadRequest(f"The question has 1 to {QUESTION_CHARS} characters.", details={"path": "question"})
    if not 2 <= len(options) <= MOST_OPTIONS:
        raise BadRequest(f"A poll has 2 to {MOST_OPTIONS} answers.", details={"path": "options"})
    for place, option in enumerate(options):
        if not 1 <= len(option) <= OPTION_CHARS:
            raise BadRequest(f"An answer has 1 to {OPTION_CHARS} characters.", details={"path": f"options[{place}]"})
        if option in options[:place]:
            raise BadRequest("Two answers are the same.", details={"path": f"options[{place}]"})


def _key(actor: Actor, client_key: str) -> str:
    """The key of the edit that a press made; the edit is the server's, so the presser is part of it."""
    return blake2b(f"{actor.user}:{checked_key(client_key)}".encode(), digest_size=16).hexdigest()


def _is_known(conversation: int, key: str) -> bool:
    return Entry.objects.filter(conversation_id=conversation, sender=None, client_key=key).exists()


def _publish(outcome: Outcome | None) -> None:
    if outcome is not None:
        publish(outcome.emitted)
