"""A group's own roles: what they grant and deny, and who bears one. A change of a role is one row, whoever bears it."""

from typing import Any

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat import policy, timeline
from chat.models import Conversation, Membership
from chat.services import conversations, subscriptions
from chat.services.members import tell_changed
from chat.services.messages import publish
from chat.timeline import Emitted
from groups.policy import MAX_ROLES, check_grants
from groups.services.governance import lock_for, target_of
from groups.services.spaces import access
from protocol.errors import BadRequest, Conflict, NotFound

MAX_NAME = 40


def put(
    *,
    actor: Actor,
    conversation: int,
    role: int = 0,
    name: str,
    allow: list[str] | None = None,
    deny: list[str] | None = None,
) -> int:
    """Make a role, or write an existing one anew. Its id; ids are never used again. Raises a ParleyError."""
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= MAX_NAME or not tidy.isprintable():
        raise BadRequest(f"A role's name has 1 to {MAX_NAME} characters.", details={"path": "name"})
    allowed, denied = sorted(set(allow or ())), sorted(set(deny or ()))
    check_grants(allowed, denied)

    def work() -> tuple[int, list[Emitted]]:
        found = lock_for(actor, conversation, "roles")
        roles: dict[str, Any] = dict(found.rules.get("roles", {}))
        if role and str(role) not in roles:
            raise NotFound("There is no such role.", details={"path": "role"})
        if not role and len(roles) >= MAX_ROLES:
            raise Conflict(f"A group has {MAX_ROLES} roles at most.", details={"rule": "max_roles"})
        if any(each["name"].casefold() == tidy.casefold() for pk, each in roles.items() if pk != str(role)):
            raise Conflict("Another role has that name.", details={"rule": "role_name"})
        last = int(found.rules.get("last_role", 0)) + (0 if role else 1)
        pk = role or last
        before, after = roles.get(str(pk), {}), {"name": tidy, "allow": allowed, "deny": denied}
        if before == after:
            return pk, []
        return pk, _save(actor, found, roles | {str(pk): after}, last, Change(before, after | {"role": pk}))

    pk, emitted = timeline.run(work)
    publish(emitted)
    return pk


def remove(*, actor: Actor, conversation: int, role: int) -> None:
    """Take a role away from the group; who bore it is as other members are. Raises a ParleyError."""

    def work() -> list[Emitted]:
        found = lock_for(actor, conversation, "roles")
        roles: dict[str, Any] = dict(found.rules.get("roles", {}))
        gone = roles.pop(str(role), None)
        if gone is None:
            raise NotFound("There is no such role.", details={"path": "role"})
        emitted = _save(actor, found, roles, int(found.rules["last_role"]), Change(gone | {"role": role}))
        return emitted + access.forget_role(found, role)

    publish(timeline.run(work))


def give(*, actor: Actor, conversation: int, user: int, role: int) -> None:
    """Let ``user`` bear one of the group's own roles; 0: none. Raises a ParleyError."""

    def work() -> list[Emitted]:
        found = lock_for(actor, conversation, "set_role")
        seats = {
            each.user_id: each
            for each in Membership.objects.filter(conversation_id=conversation, user_id__in=[actor.user, user])
        }
        other = seats.get(user)
        refused = policy.may_act_upon(
            actor=actor, conversation=found, membership=seats.get(actor.user), other=other, act="set_role"
        )
        if refused or other is None:
            raise refused or NotFound("That person is not a member.")
        if role and str(role) not in found.rules.get("roles", {}):
            raise NotFound("There is no such role.", details={"path": "role"})
        before, other.custom_role = other.custom_role, role
        if before == role:
            return []
        other.save(update_fields=["custom_role"])
        told = Change({"user": user, "custom_role": before}, {"user": user, "custom_role": role})
        record(actor, "member.custom_role_changed", target_of(found), told)
        return tell_changed(actor, [other]) + subscriptions.settle(found, users=[user])

    publish(timeline.run(work))


def _save(actor: Actor, found: Conversation, roles: dict[str, Any], last: int, told: Change) -> list[Emitted]:
    found.rules = found.rules | {"roles": roles, "last_role": last}
    found.save(update_fields=["rules"])
    record(actor, "group.roles_changed", target_of(found), told)
    return conversations.tell_updated(actor, found)
