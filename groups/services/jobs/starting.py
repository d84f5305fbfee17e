"""A job written down, and called off. The request that starts one does no more than this."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import timeline
from chat.models import Conversation, Membership
from groups import conf
from groups.models import Job, JobPart
from groups.services.governance import lock_for, target_of
from groups.services.jobs import importing, lines
from groups.services.jobs.chunks import told_of
from protocol.errors import BadRequest, Conflict, NotFound

#: Kind -> the act that it takes in the group.
ACTS: Mapping[str, str] = {
    Job.Kind.IMPORT: "invite",
    Job.Kind.EXPORT: "export",
    Job.Kind.ROLES: "set_role",
    Job.Kind.DISSOLVE: "dissolve",
    Job.Kind.PURGE: "purge",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What shall be done. ``file``: people, for an import. ``role`` or ``custom_role`` (-1: none is meant; 0: take it away)
    for ``users``, or for everybody when there are none. ``before`` (ms): what is older goes, for a purge.
    """

    kind: str
    file: bytes = b""
    role: str = ""
    custom_role: int = -1
    users: list[int] = field(default_factory=list)
    before: int = 0


def start(*, actor: Actor, conversation: int, order: Order, permission: str = "") -> Job:
    """Write a job down; workers take it up within seconds. ``permission``: the operator's, asked again later.

    Raises a ParleyError: also Conflict while another job of that kind is under way in the group.
    """
    if order.kind not in ACTS:
        raise BadRequest("There is no such job.", details={"path": "kind", "known": sorted(ACTS)})
    params, file, total = _prepare(order)

    def work() -> Job:
        group = lock_for(actor, conversation, ACTS[order.kind])
        _check(group, order)
        if Job.objects.filter(conversation=conversation, kind=order.kind, finished_at__isnull=True).exists():
            raise Conflict("A job of that kind is under way in this group.", details={"rule": "under_way"})
        now = timezone.now()
        job = Job.objects.create(
            kind=order.kind,
            conversation=conversation,
            title=group.title,
            by=actor.user,
            actor=told_of(actor, permission),
            params=params,
            total=total or (group.last_number if order.kind == Job.Kind.PURGE else group.member_count),
            ticket_until=now,
            created_at=now,
        )
        if file:  # as it came: cutting it into pieces is the job's first chunk, for no request waits for that
            JobPart.objects.create(job=job, of=JobPart.Of.GIVEN, position=importing.WHOLE, data=file)
        told = {"job": job.pk, "kind": job.kind, "total": job.total}
        record(actor, "job.started", target_of(group), Change(after=told))
        return job

    return timeline.run(work)


def cancel(*, actor: Actor, job: int, operator: bool = False) -> Job:
    """Let no further chunk be done; what was done stays. By who started it, or an ``operator``. Raises a ParleyError."""

    def work() -> Job:
        found = Job.objects.select_for_update().filter(pk=job).first()
        if found is None or not (operator or found.by == actor.user):
            raise NotFound("There is no such job.")
        if found.finished_at is not None:
            raise Conflict("The job is over.", details={"rule": "over"})
        found.state, found.finished_at = Job.State.CANCELLED, timezone.now()
        found.save(update_fields=["state", "finished_at"])
        target = Target("conversation", found.conversation, found.title, conversation=found.conversation)
        record(actor, "job.cancelled", target, Change(after={"job": found.pk, "kind": found.kind, "done": found.done}))
        return found

    return timeline.run(work)


def _prepare(order: Order) -> tuple[dict[str, Any], bytes, int]:
    """What needs no database."""
    if order.kind == Job.Kind.IMPORT:
        if len(order.file) > conf.IMPORT_MAX_BYTES:
            most = conf.IMPORT_MAX_BYTES
            raise BadRequest(f"A file may have {most} bytes.", code="too_large", details={"limit": most})
        layout, total = lines.look(order.file)
        return {"layout": asdict(layout)}, order.file, total
    if order.kind == Job.Kind.ROLES:
        if (order.custom_role < 0) is not bool(order.role):
            raise BadRequest("Say either role or custom_role.", details={"path": "role"})
        if order.role and order.role not in {Membership.Role.ADMIN, Membership.Role.MEMBER}:
            raise BadRequest("There is no such role.", details={"path": "role", "known": ["admin", "member"]})
        users = sorted({each for each in order.users if each > 0})
        if len(users) > conf.JOB_USERS:
            raise BadRequest(f"{conf.JOB_USERS} people at most.", details={"path": "users", "limit": conf.JOB_USERS})
        told: dict[str, Any] = {"users": users} if users else {}
        return told | ({"role": order.role} if order.role else {"custom_role": order.custom_role}), b"", len(users)
    if order.kind == Job.Kind.PURGE:
        if not 0 < order.before <= timezone.now().timestamp() * 1000:
            raise BadRequest("Say before when, in the past.", details={"path": "before"})
        return {"before": order.before}, b"", 0
    return {}, b"", 0


def _check(group: Conversation, order: Order) -> None:
    if order.custom_role > 0 and str(order.custom_role) not in group.rules.get("roles", {}):
        raise NotFound("There is no such role.", details={"path": "custom_role"})
