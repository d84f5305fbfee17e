"""How a group is governed: who may do what, how people join and speak, archive. Each verb decides under its lock.

Told to clients by ``conversation.updated``, after which who shows these things asks for them again.
"""

from dataclasses import asdict, dataclass
from typing import Any

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import conf, policy, timeline
from chat.models import Conversation, Membership
from chat.rendering import milliseconds, moment_of
from chat.services import conversations
from chat.services.members import LAST_TIME
from chat.services.messages import publish
from chat.timeline import Emitted
from chat.timeline.reading import now_in_milliseconds
from groups import policy as own_policy
from groups.models import GroupProfile
from protocol.errors import BadRequest

#: Seconds of slow mode at most: with more, who speaks is chosen by the posting rule.
MAX_SLOW = 24 * 3600


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be different; None stays. ``quiet_until`` (ms) mutes everybody until then, 0 lets them speak again."""

    join_policy: str | None = None
    history_for_newcomers: bool | None = None
    slow_seconds: int | None = None
    size_limit: int | None = None
    quiet_until: int | None = None
    permissions: dict[str, str] | None = None


def change(*, actor: Actor, conversation: int, wish: Wish) -> None:
    """Change the rules of a group. All of ``wish`` or nothing. Raises a ParleyError."""
    asked = {name: value for name, value in asdict(wish).items() if value is not None}
    _check(asked)
    acts = {"roles" if name == "permissions" else "rules" for name in asked} or {"rules"}

    def work() -> list[Emitted]:
        found = lock_for(actor, conversation, *sorted(acts))
        profile = GroupProfile.objects.filter(conversation=found).first() or GroupProfile(conversation=found)
        before, after = _told(found, profile, asked), {}
        for name, value in asked.items():
            if name == "join_policy":
                profile.join_policy = value
            elif name == "permissions":
                given = found.rules.get("permissions", {}) | value
                found.rules = found.rules | {"permissions": {act: role for act, role in given.items() if role}}
            elif name == "quiet_until":
                found.quiet_until = moment_of(value) if value else None
            else:
                setattr(found, name, value)
        after = _told(found, profile, asked)
        if before == after:
            return []
        found.save(update_fields=["history_for_newcomers", "slow_seconds", "size_limit", "quiet_until", "rules"])
        if "join_policy" in asked:
            profile.save()
        record(actor, "group.rules_changed", target_of(found), Change(before, after))
        return conversations.tell_updated(actor, found)

    publish(timeline.run(work))


def archive(*, actor: Actor, conversation: int, on: bool = True) -> None:
    """Let a group be read only, for everybody, until it is opened again. Raises a ParleyError."""

    def work() -> list[Emitted]:
        found = lock_for(actor, conversation, "archive")
        if (found.archived_at is not None) is on:
            return []
        found.archived_at = now_in_milliseconds() if on else None
        found.save(update_fields=["archived_at"])
        record(actor, "group.archived", target_of(found), Change({"archived": not on}, {"archived": on}))
        return conversations.tell_updated(actor, found)

    publish(timeline.run(work))


def lock_for(actor: Actor, conversation: int, *acts: str) -> Conversation:
    """The group, locked, once its rules let the actor do all of ``acts``. Raises a ParleyError."""
    found = timeline.lock([conversation]).get(conversation)
    seat = Membership.objects.filter(conversation_id=conversation, user_id=actor.user).first()
    for act in acts:
        if refused := policy.may_manage(actor=actor, conversation=found, membership=seat, act=act):
            raise refused
    assert found is not None  # may_manage refuses a conversation that is not there
    return found


def target_of(conversation: Conversation) -> Target:
    """The group as the audit log names it."""
    return Target("conversation", conversation.pk, conversation.title, conversation=conversation.pk)


def _told(found: Conversation, profile: GroupProfile, asked: dict[str, Any]) -> dict[str, Any]:
    told = {
        "join_policy": profile.join_policy,
        "history_for_newcomers": found.history_for_newcomers,
        "slow_seconds": found.slow_seconds,
        "size_limit": found.size_limit,
        "quiet_until": milliseconds(found.quiet_until),
        "permissions": found.rules.get("permissions", {}),
    }
    return {name: told[name] for name in asked}


def _check(asked: dict[str, Any]) -> None:
    limits = {"slow_seconds": MAX_SLOW, "size_limit": conf.MAX_MEMBERS, "quiet_until": LAST_TIME - 1}
    for name, most in limits.items():
        if not 0 <= asked.get(name, 0) <= most:
            raise BadRequest(f"{name} is between 0 and {most}.", details={"path": name})
    if asked.get("join_policy", "open") not in GroupProfile.JoinPolicy.values:
        known = GroupProfile.JoinPolicy.values
        raise BadRequest("There is no such way to join.", details={"path": "join_policy", "known": known})
    own_policy.check_permissions({act: role for act, role in asked.get("permissions", {}).items() if role})
