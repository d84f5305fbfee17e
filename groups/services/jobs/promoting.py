"""One role for all members, or for many: admin, member, or a role of the group's own.

Who is not below the one who started it is left as he is, and said in the report.
"""

from collections import defaultdict

from django.db.models import Q

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat import conf, policy
from chat.models import Conversation, Membership
from chat.services import conversations, subscriptions
from chat.services.members import tell_changed
from chat.services.messages import publish
from groups.models import Job
from groups.services.governance import lock_for, target_of
from groups.services.jobs.chunks import Chunk, refuse, seat_of
from protocol.errors import NotFound

#: Members in one chunk: a tenth of a second, for which a message in that group waits.
ROWS = 5_000
#: What the rules ask of a member: role, own role, and whether it is the one who acts.
Sort = tuple[str, int, bool]


def work(job: Job, actor: Actor) -> Chunk:
    """Members after the cursor, in the order of their ids: two statements, however many they are."""
    group = lock_for(actor, job.conversation, "set_role")
    own, users = int(job.params.get("custom_role", -1)), job.params.get("users", [])
    if own > 0 and str(own) not in group.rules.get("roles", {}):
        raise NotFound("There is no such role.", details={"path": "custom_role"})
    seats = Membership.objects.filter(conversation=group)
    wanted = [each for each in users if each > job.cursor][:ROWS]
    seats = seats.filter(user_id__in=wanted) if users else seats.filter(user_id__gt=job.cursor)
    people = list(seats.order_by("user_id").values_list("user_id", "role", "custom_role")[:ROWS])
    sorts: dict[Sort, list[int]] = defaultdict(list)
    for user, role, borne in people:
        sorts[(role, borne, user == actor.user)].append(user)
    looked = wanted or [user for user, _, _ in people]
    bad = [(user, "not_a_member", "") for user in sorted(set(wanted) - {user for user, _, _ in people})]
    changed = _change(job, actor, group, sorts, bad)
    refused = refuse(job, bad)
    full = len(looked) == ROWS
    if not full and group.member_count > conf.LARGE_CONVERSATION and (job.done > job.refused or changed):
        publish(conversations.tell_updated(actor, group))
    return Chunk(looked[-1] if looked else job.cursor, len(looked), refused, over=not full)


def _change(
    job: Job, actor: Actor, group: Conversation, sorts: dict[Sort, list[int]], bad: list[tuple[int, str, str]]
) -> int:
    """Write the role to those who may be given it; how many. The rules decide once for each sort of members."""
    own, role = int(job.params.get("custom_role", -1)), job.params.get("role", "")
    field: dict[str, object] = {"custom_role": own} if own >= 0 else {"role": role}
    mine = seat_of(actor, group)
    former: dict[str, list[int]] = defaultdict(list)
    chosen = Q()
    for sort, users in sorts.items():
        other = Membership(conversation=group, user_id=users[0], role=sort[0], custom_role=sort[1])
        if own >= 0:
            refused = policy.may_act_upon(actor=actor, conversation=group, membership=mine, other=other, act="set_role")
        else:
            refused = policy.may_set_role(actor=actor, conversation=group, membership=mine, other=other, role=role)
        if refused:
            bad.extend((user, str(refused.details.get("rule", "lower_rank")), "") for user in users)
        elif (before := sort[1] if own >= 0 else sort[0]) != (own if own >= 0 else role):
            former[str(before)] += users
            chosen |= Q(role=sort[0], custom_role=sort[1])
    changed = sorted(user for users in former.values() for user in users)
    if not changed:
        return 0
    seats = Membership.objects.filter(conversation=group, user_id__gte=changed[0], user_id__lte=changed[-1])
    if job.params.get("users"):
        seats = seats.filter(user_id__in=changed)
    if actor.user not in changed:
        seats = seats.exclude(user_id=actor.user)
    seats.filter(chosen).update(**field)
    publish(subscriptions.settle(group, users=changed))
    record(actor, "member.roles_changed", target_of(group), Change({"users": former}, {"job": job.pk, **field}))
    if group.member_count <= conf.LARGE_CONVERSATION:
        publish(tell_changed(actor, Membership.objects.filter(conversation=group, user_id__in=changed)))
    return len(changed)
