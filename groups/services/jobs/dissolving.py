"""A group dissolved: archived at once, then everybody is taken out, who started it and the owner last.

What was said stays in the database, where nobody is left to read it, until retention removes it.
"""

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat.models import Membership
from chat.services import conversations, joining
from chat.services.messages import publish
from chat.timeline import Draft
from chat.timeline.reading import now_in_milliseconds
from groups.models import InviteLink, Job, JoinRequest
from groups.services.governance import lock_for, target_of
from groups.services.jobs.chunks import Chunk

ROWS = 500


def work(job: Job, actor: Actor) -> Chunk:
    """First the doors are closed; then members, in the order of their ids."""
    group = lock_for(actor, job.conversation, "dissolve")
    if not job.params.get("closed"):
        job.params = {**job.params, "closed": True}
        group.archived_at = group.archived_at or now_in_milliseconds()
        group.save(update_fields=["archived_at"])
        InviteLink.objects.filter(conversation=group, revoked_at__isnull=True).update(revoked_at=now_in_milliseconds())
        waiting = JoinRequest.objects.filter(conversation=group, state=JoinRequest.State.PENDING)
        waiting.update(state=JoinRequest.State.REFUSED, decided_by=actor.user, decided_at=now_in_milliseconds())
        record(actor, "group.dissolved", target_of(group), Change({"members": group.member_count}, {"job": job.pk}))
        publish(conversations.tell_updated(actor, group))
        return Chunk(0)
    seats = Membership.objects.filter(conversation=group)
    others = seats.exclude(role=Membership.Role.OWNER).exclude(user_id=actor.user)
    users = list(others.order_by("user_id").values_list("user_id", flat=True)[:ROWS])
    over = len(users) < ROWS
    if over:
        users = sorted(seats.values_list("user_id", flat=True))
    if users:
        by = Draft(actor=actor, conversation=group.pk, type="member.removed")
        publish(joining.part(group, users, by=by))
        record(actor, "member.removed", target_of(group), Change(before={"users": users}))
    return Chunk(users[-1] if users else job.cursor, len(users), over=over)
