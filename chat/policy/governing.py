"""Groups and their members: who changes a group, acts upon a member, gives a role, leaves; and what an operator may."""

from accounts.actor import Actor
from chat import permissions
from chat.models import Conversation, Membership
from chat.policy import channels
from chat.policy.seats import Seat, Verdict, may_read, outsider, refuse, ruled
from protocol.errors import BadRequest, Conflict, NotFound

#: What may still be done to an archived group: to end it, or to take out what it holds.
_IN_THE_ARCHIVE = frozenset({"archive", "dissolve", "export", "purge"})


def may_manage(
    *, actor: Actor, conversation: Conversation | None, membership: Seat | None, act: str = "edit"
) -> Verdict:
    """Do ``act`` (a name of ``permissions.ACTS``) in a group: who its rules let; nothing changes in an archived one."""
    operates = act in actor.operates
    if not operates and (refused := may_read(actor=actor, conversation=conversation, membership=membership)):
        return refused
    if conversation is None or conversation.kind != Conversation.Kind.GROUP:
        return refuse("Only groups have members and settings to change.", "groups_only")
    if actor.is_system:
        return None
    if channels.is_channel(conversation) and act not in channels.ACTS and (act in channels.ENTERING or not operates):
        return refuse("The space decides that, for all its channels.", "space_decides")
    refused = None
    if not operates:
        refused = ruled(permissions.decide(conversation, membership, act)) if membership else outsider()
    if refused is None and conversation.archived_at and act not in _IN_THE_ARCHIVE:
        return Conflict("The group is archived; open it again first.", details={"rule": "archived"})
    return refused


def may_act_upon(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    other: Seat | None,
    act: str = "remove",
) -> Verdict:
    """Remove, mute or ban ``other``: who the group lets, upon a lower rank."""
    if refused := may_manage(actor=actor, conversation=conversation, membership=membership, act=act):
        return refused
    if other is None:
        return NotFound("That person is not a member.")
    if act in actor.operates:
        return _operated(permissions.stops_operator(actor.user, other, unseats=act in {"remove", "ban"}))
    if actor.is_system or conversation is None or membership is None:
        return None
    if permissions.rank_of(conversation, membership) > permissions.rank_of(conversation, other):
        return None
    return refuse("Only members of a lower rank.", "lower_rank")


def may_set_role(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    other: Seat | None,
    role: str,
) -> Verdict:
    """Give ``other`` a role below one's own; the owner gives the ownership too."""
    if role not in permissions.RANKS:
        return BadRequest("There is no such role.", details={"path": "role"})
    if refused := may_manage(actor=actor, conversation=conversation, membership=membership, act="set_role"):
        return refused
    if other is None:
        return NotFound("That person is not a member.")
    if "set_role" in actor.operates:
        return _operated(permissions.stops_operator(actor.user, other, unseats=role != Membership.Role.OWNER))
    if actor.is_system or conversation is None or membership is None:
        return None
    return _may_promote(conversation, membership, other, role)


def _operated(rule: str) -> Verdict:
    texts = {"oneself": "An operator does not act upon himself.", "owner_stays": "Make somebody else owner first."}
    return refuse(texts[rule], rule) if rule else None


def _may_promote(conversation: Conversation, membership: Seat, other: Seat, role: str) -> Verdict:
    if other.user_id == membership.user_id:
        return refuse("The owner gives the ownership away by making somebody else owner.", "own_role")
    if membership.role == Membership.Role.OWNER:
        return None
    mine = permissions.rank_of(conversation, membership)
    if mine > permissions.rank_of(conversation, other) and mine > permissions.RANKS[role]:
        return None
    return refuse("Only roles and members below one's own.", "lower_rank")


def may_leave(*, actor: Actor, conversation: Conversation | None, membership: Seat | None) -> Verdict:
    """Leave a group. The owner first makes somebody else owner, unless nobody else is there."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if conversation is None or conversation.kind != Conversation.Kind.GROUP:
        return refuse("Only groups can be left.", "groups_only")
    if membership and membership.role == Membership.Role.OWNER and conversation.member_count > 1:
        return Conflict("Make somebody else owner first.", details={"rule": "owner_stays"})
    return None
