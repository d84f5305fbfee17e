"""Bans: who must stay out of a group. Taking out and shutting out is one act; ``chat`` refuses the banned where people join."""

from accounts.actor import Actor
from accounts.models import User
from audit.services.recording import Change, record
from chat import policy, timeline
from chat.models import Membership
from chat.participation import Ban
from chat.rendering import moment_of
from chat.services import joining
from chat.services.members import LAST_TIME
from chat.services.messages import publish
from chat.timeline import Draft, Emitted, personal
from chat.timeline.reading import now_in_milliseconds
from groups.services.governance import lock_for, target_of
from protocol.errors import BadRequest, NotFound


def ban(*, actor: Actor, conversation: int, user: int, reason: str = "", until: int = 0) -> None:
    """Take ``user`` out, when in, and keep out until ``until`` (ms; 0: for good). Raises a ParleyError."""
    if not 0 <= until < LAST_TIME:
        raise BadRequest("That is no time.", details={"path": "until"})
    if len(reason) > 500 or "\x00" in reason:
        raise BadRequest("A reason has 500 characters at most.", details={"path": "reason"})

    def work() -> list[Emitted]:
        personals = personal.find([user])
        timeline.lock([conversation, *personals.values()])
        found = lock_for(actor, conversation, "ban")
        if not User.objects.filter(pk=user).exists():
            raise NotFound("There is no such person.")
        if user == actor.user:
            raise BadRequest("That is yourself.", details={"path": "user"})
        here = Membership.objects.filter(conversation_id=conversation, user_id__in=[actor.user, user])
        seats = {each.user_id: each for each in here}
        if other := seats.get(user):
            refused = policy.may_act_upon(
                actor=actor, conversation=found, membership=seats.get(actor.user), other=other, act="ban"
            )
            if refused:
                raise refused
        fields = {"by": actor.user, "reason": reason, "at": now_in_milliseconds()}
        fields["until"] = moment_of(until) if until else None
        Ban.objects.update_or_create(conversation_id=conversation, user_id=user, defaults=fields)
        told = Change(after={"user": user, "until": until, "was_member": other is not None})
        record(actor, "member.banned", target_of(found), told, reason)
        by = Draft(actor=actor, conversation=conversation, type="member.removed")
        return joining.part(found, [user], by=by) if other else []

    publish(timeline.run(work))


def lift(*, actor: Actor, conversation: int, user: int) -> None:
    """Let ``user`` come again. Raises a ParleyError."""

    def work() -> None:
        found = lock_for(actor, conversation, "ban")
        if user == actor.user and "ban" in actor.operates:
            raise policy.refuse("An operator does not act upon himself.", "oneself")
        gone, _ = Ban.objects.filter(conversation_id=conversation, user_id=user).delete()
        if not gone:
            raise NotFound("That person is not banned here.")
        record(actor, "member.unbanned", target_of(found), Change(before={"user": user}))

    timeline.run(work)
