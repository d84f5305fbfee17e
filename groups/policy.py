"""The permission explainer: may this member do that, and which rule decided. Pure; the rules are those that decide.

Nothing is told twice: an explanation is the verdict of ``chat.policy`` and the ruling of ``chat.permissions``, so it
cannot say anything else than what happens. docs/groups.md
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from chat import permissions, policy
from chat.models import Conversation, Membership
from protocol.errors import BadRequest

#: Acts that are speaking: muting, archiving and slow mode count too.
SPEAKING = frozenset({"post", "mention_all"})
#: Acts upon somebody: with a target, ranks count too.
UPON = frozenset({"remove", "mute", "ban"})
MAX_ROLES = 20


@dataclass(frozen=True, slots=True)
class Explanation:
    """One act: may it be done, which ``rule`` decided, the lowest role that may, the group's own role that decided.

    ``until`` (ms): until when a rule that ends by itself forbids it.
    """

    act: str
    allowed: bool
    rule: str
    needs: str
    role: str = ""
    until: int = 0


def explain(*, conversation: Conversation, membership: Membership | None, act: str, now: datetime) -> Explanation:
    """What ``membership`` gets for ``act``, and why."""
    if membership is None:
        return Explanation(act, False, "not_a_member", "member")
    actor = Actor(user=membership.user_id)
    ruling = permissions.decide(conversation, membership, act)
    seats = {"actor": actor, "conversation": conversation, "membership": membership}
    if act in SPEAKING:
        refused = policy.may_post(**seats, now=now)  # type: ignore[arg-type]  # a mapping of three types
        if refused is None and act == "mention_all":
            refused = policy.may_mention_all(**seats)  # type: ignore[arg-type]
    elif act == "pin" and conversation.archived_at is None:
        refused = policy.may_pin_any(**seats)  # type: ignore[arg-type]
    else:
        refused = policy.may_manage(**seats, act=act)  # type: ignore[arg-type]
    if refused is None:
        return Explanation(act, True, ruling.rule if ruling.allowed else "small_group", ruling.needs, ruling.role)
    rule, until = str(refused.details.get("rule", refused.code)), int(refused.details.get("until", 0))
    return Explanation(act, False, _name(rule, ruling), ruling.needs, ruling.role, until)


def check_permissions(wanted: dict[str, str]) -> None:
    """Raise BadRequest for what no group may say: an unknown act or role, or one below the act's floor."""
    for act, role in wanted.items():
        known = permissions.ACTS.get(act)
        if known is None:
            raise BadRequest("There is no such act.", details={"path": f"permissions.{act[:32]}"})
        if role not in permissions.RANKS or permissions.RANKS[role] < permissions.RANKS[known.floor]:
            details = {"path": f"permissions.{act}", "floor": known.floor}
            raise BadRequest("This act cannot be given to that role.", details=details)


def check_grants(allow: list[str], deny: list[str]) -> None:
    """Raise BadRequest for acts that a role of the group's own cannot grant or deny."""
    for path, acts in (("allow", allow), ("deny", deny)):
        if unknown := [act for act in acts if act not in permissions.GRANTABLE]:
            details = {"path": path, "unknown": unknown[:10], "known": sorted(permissions.GRANTABLE)}
            raise BadRequest("A group's own role cannot hold that act.", details=details)
    if both := sorted(set(allow) & set(deny)):
        raise BadRequest("An act is allowed or denied, not both.", details={"path": "deny", "acts": both})


def _name(rule: str, ruling: permissions.Ruling) -> str:
    """The default table refuses under the names that clients know; here it is called what it is."""
    return ruling.rule if rule in {"managers_only", "owner_only"} else rule
