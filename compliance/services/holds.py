"""Legal holds: placed upon a person or a conversation, released with a reason. Retention and erasure yield to them."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from audit.services.recording import Change, Target, record
from chat.models import Conversation
from compliance import policy, selectors
from compliance.models import LegalHold, Retained
from compliance.services import withheld
from groups.services import keeping
from protocol.errors import BadRequest, Conflict, NotFound


def place(*, actor: Actor, reason: str, user: int = 0, conversation: int = 0) -> LegalHold:
    """Let nothing of a person, or of a conversation, go. Raises a ParleyError."""
    policy.require(actor)
    reason = policy.reason_of(reason)
    if bool(user) is bool(conversation):
        raise BadRequest("A hold is upon a person or upon a conversation.", details={"path": "user"})
    there = User.objects.filter(pk=user) if user else Conversation.objects.filter(pk=conversation)
    if not there.exists():
        raise NotFound("There is no such person or conversation.")
    try:
        with transaction.atomic():
            made = LegalHold.objects.create(
                user_id=user or None,
                conversation_id=conversation or None,
                reason=reason,
                by=actor.user,
                at=timezone.now(),
            )
            told = Change(after={"user": user, "conversation": conversation})
            record(actor, "hold.placed", _target(made), told, reason)
    except IntegrityError:
        raise Conflict("There is such a hold already.", details={"rule": "hold_once"}) from None
    return made


def release(*, actor: Actor, hold: int, reason: str) -> None:
    """Let go what the hold kept: retention takes it with its next sweep. Raises a ParleyError."""
    policy.require(actor)
    reason = policy.reason_of(reason)
    with transaction.atomic():
        row = LegalHold.objects.select_for_update().filter(pk=hold, released_at=None).first()
        if row is None:
            raise NotFound("There is no such hold.")
        row.released_by, row.released_at = actor.user, timezone.now()
        row.save(update_fields=["released_by", "released_at"])
        # What was passed over is looked at again, from the beginning.
        Retained.objects.update(seq=0)
        withheld.let_go(row.pk)
        record(actor, "hold.released", _target(row), Change({"placed_by": row.by}), reason)


def stand_in_the_way() -> None:
    """Jobs that empty a group's history yield to holds too."""
    keeping.register(_kept_of)


def _kept_of(conversation: int) -> keeping.Kept:
    # What is said among others by a person in the conversation is held with it, as retention has it.
    if hold := selectors.find_hold(conversation=conversation):
        return keeping.Kept(everything=True, hold=hold.pk)
    people = selectors.list_held_people()
    return keeping.Kept(people=frozenset(people), hold=selectors.get_hold_of(people))


def _target(hold: LegalHold) -> Target:
    return Target("hold", hold.pk, str(hold), conversation=hold.conversation_id or 0)
