"""What every rule begins with: a seat in the conversation, the token's scopes, and how a refusal names its rule."""

from accounts.actor import Actor
from chat import permissions
from chat.models import Conversation, Membership
from protocol.errors import Forbidden, ParleyError

Verdict = ParleyError | None
Seat = permissions.Seat


def has_scope(actor: Actor, scope: str) -> Verdict:
    """Whether the actor acts in person, or through an app whose token allows ``scope`` ("": any token will do)."""
    if scope and actor.scopes is not None and scope not in actor.scopes:
        return Forbidden(f"The token lacks the scope {scope}.", details={"rule": "scope", "scope": scope})
    return None


def outsider() -> Forbidden:
    """The one answer for everybody outside, also when there is no such conversation."""
    return Forbidden("You are not in that conversation, or it does not exist.", code="not_a_member")


def refuse(message: str, rule: str) -> Forbidden:
    """A refusal that names its rule."""
    return Forbidden(message, details={"rule": rule})


def may_read(*, actor: Actor, conversation: Conversation | None, membership: Seat | None) -> Verdict:
    """Members only."""
    if actor.is_system and conversation is not None:
        return None
    return outsider() if conversation is None or membership is None else None


def may_see(*, membership: Seat, seq: int) -> bool:
    """Whether the member may see the entry at ``seq``: from ``history_from`` on."""
    return seq >= membership.history_from


def ruled(ruling: permissions.Ruling) -> Verdict:
    """The refusal that a ruling means; None when it allows."""
    if ruling.allowed:
        return None
    if ruling.rule == "default" and ruling.needs == Membership.Role.OWNER:
        return refuse("Only the owner may do that.", "owner_only")
    if ruling.rule == "default":
        return refuse("Only the owner and admins may do that.", "managers_only")
    return refuse("This group does not let you do that.", ruling.rule)
