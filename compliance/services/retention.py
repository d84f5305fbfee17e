"""Retention: messages older than a rule says are recalled by the server, in chunks, from where the last sweep was.

Recalled as any message is, so that everything follows: clients forget it, search, files, previews and polls too; order, seq
and numbers stay. A hold is yielded to, and that it was is recorded once.
"""

import time
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from audit.services.recording import Change, Target, record
from chat import timeline
from chat.models import Conversation, Entry
from chat.rendering import MESSAGE, RECALLED, milliseconds
from chat.services.messages import publish
from chat.timeline import Draft
from compliance import policy, selectors
from compliance.models import Retained, RetentionRule, Sweep
from protocol.errors import BadRequest, NotFound

#: Messages in one transaction: the conversation's writers wait as long.
CHUNK = 100
#: Conversations looked at between two notes of where the sweep is.
STRIDE = 100
MAX_DAYS = 36_500


def set_rule(*, actor: Actor, days: int, conversation: int = 0) -> RetentionRule:
    """Messages go after ``days`` (0: never), on the server or in one conversation. Raises a ParleyError."""
    policy.require(actor)
    if not 0 <= days <= MAX_DAYS:
        raise BadRequest(f"0 to {MAX_DAYS} days.", details={"path": "days"})
    if conversation and not Conversation.objects.filter(pk=conversation).exists():
        raise NotFound("There is no such conversation.")
    with transaction.atomic():
        rules = RetentionRule.objects.select_for_update()
        row = (rules.filter(conversation=conversation) if conversation else rules.filter(conversation=None)).first()
        before = {"days": row.days} if row else {}
        row = row or RetentionRule(conversation_id=conversation or None)
        row.days, row.by, row.at = days, actor.user, timezone.now()
        row.save()
        record(actor, "retention.rule_set", _target(row), Change(before, {"days": days}))
    return row


def remove_rule(*, actor: Actor, rule: int) -> None:
    """Raises a ParleyError."""
    policy.require(actor)
    with transaction.atomic():
        row = RetentionRule.objects.select_for_update().filter(pk=rule).first()
        if row is None:
            raise NotFound("There is no such rule.")
        target, before = _target(row), {"days": row.days}
        row.delete()
        record(actor, "retention.rule_removed", target, Change(before))


def sweep(*, seconds: float = 60.0) -> bool:
    """Go on with the sweep for so long. Whether it is through all conversations; the next one then begins anew."""
    if not RetentionRule.objects.filter(days__gt=0).exists():
        return True
    until = time.monotonic() + seconds
    place, _ = Sweep.objects.get_or_create(id=Sweep.ONLY, defaults={"at": timezone.now()})
    while time.monotonic() < until:
        swept = Conversation.objects.exclude(kind=Conversation.Kind.PERSONAL).filter(pk__gt=place.conversation)
        ids = list(swept.order_by("pk").values_list("pk", flat=True)[:STRIDE])
        for conversation in ids:
            if not sweep_conversation(conversation, until=until):
                return False
            place.conversation = conversation
        place.conversation, place.at = (ids[-1] if ids else 0), timezone.now()
        place.save()
        if not ids:
            return True
    return False


def sweep_conversation(conversation: int, *, until: float = float("inf")) -> bool:
    """Take what is too old there. Whether that is all of it."""
    days = selectors.get_days(conversation)
    if not days:
        return True
    before = timezone.now() - timedelta(days=days)
    while time.monotonic() < until:
        if not timeline.run(lambda: _take(conversation, before)):
            return True
    return False


def _take(conversation: int, before: datetime) -> int:
    """One chunk, in one transaction with how far it is. How many messages went."""
    found = timeline.lock([conversation]).get(conversation)
    if found is None:
        return 0
    state, _ = Retained.objects.get_or_create(conversation_id=conversation)
    if hold := selectors.find_hold(conversation=conversation):
        _yield_to(state, hold.pk, found)
        return 0
    old = _old(conversation, state.seq, before)
    kept = old.filter(sender__in=selectors.list_held_people())
    seqs = list(old.exclude(pk__in=kept.values("pk")).values_list("seq", flat=True)[:CHUNK])
    if not seqs:
        return 0
    drafts = [Draft(actor=SYSTEM, conversation=conversation, type=RECALLED, target=seq) for seq in seqs]
    outcomes = timeline.append(drafts)
    publish([each for outcome in outcomes for each in outcome.emitted])
    # What is held stays before this place; a release sets it back.
    state.seq, state.held_by = seqs[-1], 0
    state.save()
    told = {"messages": len(seqs), "first": seqs[0], "last": seqs[-1], "before": milliseconds(before)}
    record(SYSTEM, "retention.applied", _conversation(found), Change(after=told))
    return len(seqs)


def _old(conversation: int, after: int, before: datetime) -> QuerySet[Entry]:
    rows = Entry.objects.filter(conversation_id=conversation, seq__gt=after, type=MESSAGE, at__lt=before)
    return rows.filter(recalled_at=None).order_by("seq")


def _yield_to(state: Retained, hold: int, found: Conversation) -> None:
    if state.held_by == hold:
        return
    state.held_by = hold
    state.save()
    record(SYSTEM, "retention.withheld", _conversation(found), Change(after={"hold": hold}), "legal hold")


def _conversation(found: Conversation) -> Target:
    return Target("conversation", found.pk, str(found), conversation=found.pk)


def _target(rule: RetentionRule) -> Target:
    where = f"conversation {rule.conversation_id}" if rule.conversation_id else "the server"
    return Target("retention", rule.pk or 0, where, conversation=rule.conversation_id or 0)
