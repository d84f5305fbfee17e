"""One role for all members, or for many: admin, member, or a role of the group's own.

Who is not below the one who started it is left as he is, and said in the report.
"""

from collections import defaultdict

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat import conf, policy
from chat.models import Conversation, Membership
from chat.services import conversations
from chat.services.members import tell_changed
from chat.services.messages import publish
from groups.models import Job
from groups.services.governance import lock_for, target_of
from groups.services.jobs.chunks import Chunk, refuse, seat_of
from protocol.errors import NotFound

ROWS = 1_000


def work(job: Job, actor: Actor) -> Chunk:
    """Members after the cursor, in the order of their ids."""
    group = lock_for(actor, job.conversation, "set_role")
    own, users = int(job.params.get("custom_role", -1)), job.params.get("users", [])
    if own > 0 and str(own) not in group.rules.get("roles", {}):
        raise NotFound("There is no such role.", details={"path": "custom_role"})
    seats = Membership.objects.filter(conversation=group)
    if users:
        wanted = [each for each in users if each > job.cursor][:ROWS]
        found = list(seats.filter(user_id__in=wanted))
        last, looked, full = (wanted[-1] if wanted else job.cursor), len(wanted), len(wanted) == ROWS
    else:
        wanted = []
        found = list(seats.filter(user_id__gt=job.cursor).order_by("user_id")[:ROWS])
        last, looked, full = (found[-1].user_id if found else job.cursor), len(found), len(found) == ROWS
    bad = [(user, "not_a_member", "") for user in sorted(set(wanted) - {each.user_id for each in found})]
    changed = _change(job, actor, group, found, bad)
    refused = refuse(job, bad)
    if not full and group.member_count > conf.LARGE_CONVERSATION and (job.done > job.refused or changed):
        publish(conversations.tell_updated(actor, group))
    return Chunk(last, looked, refused, over=not full)


def _change(
    job: Job, actor: Actor, group: Conversation, seats: list[Membership], bad: list[tuple[int, str, str]]
) -> int:
    """Write the role to those who may be given it; how many."""
    mine, own, role = seat_of(actor, group), job.params.get("custom_role", -1), job.params.get("role", "")
    changed: list[Membership] = []
    former: dict[str, list[int]] = defaultdict(list)
    for seat in seats:
        if own >= 0:
            refused = policy.may_act_upon(actor=actor, conversation=group, membership=mine, other=seat, act="set_role")
        else:
            refused = policy.may_set_role(actor=actor, conversation=group, membership=mine, other=seat, role=role)
        if refused:
            bad.append((seat.user_id, str(refused.details.get("rule", "lower_rank")), ""))
            continue
        before = seat.custom_role if own >= 0 else seat.role
        if before != (own if own >= 0 else role):
            former[str(before)].append(seat.user_id)
            seat.role, seat.custom_role = (seat.role, own) if own >= 0 else (role, seat.custom_role)
            changed.append(seat)
    if not changed:
        return 0
    field = {"custom_role": own} if own >= 0 else {"role": role}
    Membership.objects.filter(pk__in=[each.pk for each in changed]).update(**field)
    record(actor, "member.roles_changed", target_of(group), Change({"users": former}, {"job": job.pk, **field}))
    if group.member_count <= conf.LARGE_CONVERSATION:
        publish(tell_changed(actor, changed))
    return len(changed)
