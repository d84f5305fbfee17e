"""Erasing a person: the account stays as a number without a name, so that order and seq stay; what was theirs alone goes.

A hold upon the person is yielded to, and that it was, and why, is recorded. What others wrote of somebody is not looked for.
"""

from django.db import transaction

from accounts.actor import SYSTEM, Actor
from accounts.models import User
from accounts.services import users
from audit.services.recording import Change, Target, record
from chat import timeline
from chat.models import Avatar, Entry, SavedMessage, UnsentDraft
from chat.rendering import MESSAGE, RECALLED
from chat.services.messages import publish
from chat.timeline import Draft, personal
from compliance import policy, selectors
from identity.services import factors, joining
from protocol.errors import Conflict, NotFound

CHUNK = 100


def erase(*, actor: Actor, user: int, reason: str, words: bool = False) -> int:
    """Erase a person; with ``words``, what they said too. How many messages went. Raises a ParleyError.

    May be run again: what a crash left is done then.
    """
    policy.require(actor)
    reason = policy.reason_of(reason)
    person = User.objects.filter(pk=user).first()
    if person is None:
        raise NotFound("There is no such person.")
    target = Target("user", user, f"person {user}")
    if hold := selectors.find_hold(user=user):
        with transaction.atomic():
            record(actor, "person.erasure_withheld", target, Change(after={"hold": hold.pk}), hold.reason)
        raise Conflict("A legal hold is upon this person.", details={"rule": "legal_hold", "hold": hold.pk})
    with transaction.atomic():
        users.pseudonymise(actor=actor, user=person)
        factors.forget(user=person)
        joining.forget(user=person)
        Avatar.objects.filter(user_id=user).delete()
        UnsentDraft.objects.filter(user_id=user).delete()
        SavedMessage.objects.filter(user_id=user).delete()
        record(actor, "person.erased", target, Change(after={"words": words}), reason)
    notes = personal.find([user]).get(user, 0)
    gone, kept = 0, set()
    for conversation, seqs in _said(user, notes, words=words).items():
        if conversation != notes and selectors.find_hold(conversation=conversation):
            kept.add(conversation)
            continue
        for start in range(0, len(seqs), CHUNK):
            gone += _recall(conversation, seqs[start : start + CHUNK])
    if kept:
        with transaction.atomic():
            told = Change(after={"conversations": sorted(kept)})
            record(actor, "person.erasure_withheld", target, told, "legal holds upon conversations")
    return gone


def _said(user: int, notes: int, *, words: bool) -> dict[int, list[int]]:
    """Conversation -> seqs of what the person said and is still there: notes, and with ``words`` everything."""
    rows = Entry.objects.filter(sender_id=user, type=MESSAGE, recalled_at=None)
    if not words:
        rows = rows.filter(conversation_id=notes)
    found: dict[int, list[int]] = {}
    for conversation, seq in rows.order_by("conversation_id", "seq").values_list("conversation_id", "seq").iterator():
        found.setdefault(conversation, []).append(seq)
    return found


def _recall(conversation: int, seqs: list[int]) -> int:
    drafts = [Draft(actor=SYSTEM, conversation=conversation, type=RECALLED, target=seq) for seq in seqs]
    outcomes = timeline.append(drafts)
    publish([each for outcome in outcomes for each in outcome.emitted])
    return sum(each.error is None for each in outcomes)
