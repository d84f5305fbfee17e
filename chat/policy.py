"""May this actor do this, given these rows: None, or the error that says why not. Pure functions, no query.

The system (``actor.is_system``) may do everything here. A missing membership is answered alike whether or not the
conversation exists. Each refusal names its rule in ``details.rule``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from accounts.actor import Actor
from chat import conf
from chat.models import Conversation, Entry, Membership
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, ParleyError

Verdict = ParleyError | None


class Seat(Protocol):
    """What the rules want to know of a membership: the model's row is one, the write path reads a lighter one."""

    @property
    def user_id(self) -> int:
        """Whose."""

    @property
    def role(self) -> str:
        """Owner, admin or member."""

    @property
    def muted_until(self) -> datetime | None:
        """Until when the member may not post."""

    @property
    def history_from(self) -> int:
        """The first seq that the member may see."""


#: Role -> rank; a member may only act upon lower ranks.
RANKS = {Membership.Role.MEMBER.value: 0, Membership.Role.ADMIN.value: 1, Membership.Role.OWNER.value: 2}


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


def may_keep_own(*, actor: Actor) -> Verdict:
    """Have settings, a status, a picture: people and bots, about themselves; the system has none."""
    return refuse("The server keeps nothing for itself.", "somebody") if actor.is_system else None


def may_save(
    *, actor: Actor, conversation: Conversation | None, membership: Seat | None, message: Entry | None
) -> Verdict:
    """Keep a message for later: who may see it."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    return _is_there(membership, message)


def _may_speak(*, actor: Actor, conversation: Conversation | None, membership: Seat | None, now: datetime) -> Verdict:
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if actor.is_system or conversation is None or membership is None:
        return None
    if conversation.kind == Conversation.Kind.PERSONAL and conversation.unique_key != f"p{actor.user}":
        return outsider()
    if conversation.kind == Conversation.Kind.DIRECT and str(actor.user) not in (conversation.unique_key or "").split(
        "-"
    ):
        return outsider()
    if membership.muted_until and membership.muted_until > now:
        until = int(membership.muted_until.timestamp() * 1000)
        return Forbidden("You are muted here.", code="muted", details={"rule": "muted", "until": until})
    return None


def may_post(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    now: datetime,
    kind: str = "text",
) -> Verdict:
    """Post a message: a member, not muted, allowed by the posting rule; the kind ``system`` is the server's own."""
    if refused := _may_speak(actor=actor, conversation=conversation, membership=membership, now=now):
        return refused
    if actor.is_system or conversation is None or membership is None:
        return None
    if kind == "system":
        return refuse("Only the server writes system messages.", "system_kind")
    closed = conversation.post_policy == Conversation.PostPolicy.NOBODY or (
        conversation.post_policy == Conversation.PostPolicy.ADMINS and RANKS[membership.role] == 0
    )
    if closed:
        rule = f"post_policy_{conversation.post_policy}"
        return Forbidden("Only some members may post here.", code="read_only", details={"rule": rule})
    return None


def may_react(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    message: Entry | None,
    now: datetime,
) -> Verdict:
    """Put or take back a reaction: a member who is not muted, under a message that is there."""
    if refused := _may_speak(actor=actor, conversation=conversation, membership=membership, now=now):
        return refused
    return _is_there(membership, message)


def may_edit(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    message: Entry | None,
    now: datetime,
) -> Verdict:
    """Edit one's own message, within the edit window, while one may post."""
    if refused := may_post(actor=actor, conversation=conversation, membership=membership, now=now):
        return refused
    if (refused := _is_there(membership, message)) or message is None or actor.is_system:
        return refused
    if message.sender_id != actor.user:
        return refuse("Only one's own messages can be edited.", "own_message")
    return _in_window(message, now, conf.EDIT_WINDOW)


def may_recall(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    message: Entry | None,
    now: datetime,
) -> Verdict:
    """Recall one's own message within the recall window; owner and admins of a group recall any, at any time."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if (refused := _is_there(membership, message)) or message is None or actor.is_system:
        return refused
    if conversation is not None and membership is not None:
        if conversation.kind == Conversation.Kind.GROUP and RANKS[membership.role] > 0:
            return None
        if conversation.kind == Conversation.Kind.PERSONAL:
            return None
    if message.sender_id != actor.user:
        return refuse("Only one's own messages can be recalled.", "own_message")
    return _in_window(message, now, conf.RECALL_WINDOW)


def may_be_urgent(*, actor: Actor, conversation: Conversation) -> Verdict:
    """Ask everybody to confirm: where so few are that each is meant, and there is somebody else."""
    crowd = conversation.member_count > conf.URGENT_UP_TO and not actor.is_system
    if crowd or conversation.kind == Conversation.Kind.PERSONAL:
        text = f"Urgent messages are for direct conversations and groups of up to {conf.URGENT_UP_TO}."
        return Forbidden(text, details={"rule": "urgent_up_to", "limit": conf.URGENT_UP_TO})
    return None


def may_confirm(
    *, actor: Actor, conversation: Conversation | None, membership: Seat | None, message: Entry | None
) -> Verdict:
    """Confirm an urgent message of somebody else; also who is muted."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if (refused := _is_there(membership, message)) or message is None:
        return refused
    if not message.facts.get("urgent"):
        return Conflict("Only urgent messages are confirmed.", details={"rule": "not_urgent"})
    own = message.sender_id == actor.user and not actor.is_system
    return refuse("One's own message needs no confirmation.", "own_message") if own else None


def may_pin(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    message: Entry | None,
    now: datetime,
) -> Verdict:
    """Pin or unpin: in a direct conversation and a small group where all may post, every member; else its managers."""
    if refused := _may_speak(actor=actor, conversation=conversation, membership=membership, now=now):
        return refused
    if (refused := _is_there(membership, message)) or conversation is None or membership is None or actor.is_system:
        return refused
    everybody = conversation.kind != Conversation.Kind.GROUP or (
        conversation.member_count <= conf.PINS_FREE_UP_TO and conversation.post_policy == Conversation.PostPolicy.ALL
    )
    if everybody or RANKS[membership.role] > 0:
        return None
    return refuse("Only the owner and admins pin messages here.", "managers_only")


def may_preview(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    message: Entry | None,
    previews: int,
) -> Verdict:
    """Say what the links of a message lead to: the server. Take that away: its author too."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if (refused := _is_there(membership, message)) or message is None or actor.is_system:
        return refused
    if previews or message.sender_id != actor.user:
        return refuse("Only the author takes the previews of a message away.", "own_message")
    return None


def may_set_handler(*, actor: Actor, body: Mapping[str, object]) -> Verdict:
    """Say or change what the server itself answers for (a poll): the server alone, or votes could be made up."""
    if body.get("handler") and not actor.is_system:
        return Forbidden("Only the server makes that card.", details={"rule": "server_card", "path": "body.handler"})
    return None


def may_manage(*, actor: Actor, conversation: Conversation | None, membership: Seat | None) -> Verdict:
    """Change a group and its members: owner and admins."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if conversation is None or conversation.kind != Conversation.Kind.GROUP:
        return refuse("Only groups have members and settings to change.", "groups_only")
    if not actor.is_system and (membership is None or RANKS[membership.role] == 0):
        return refuse("Only the owner and admins may do that.", "managers_only")
    return None


def may_act_upon(
    *, actor: Actor, conversation: Conversation | None, membership: Seat | None, other: Seat | None
) -> Verdict:
    """Remove or mute ``other``: a manager, upon a lower rank."""
    if refused := may_manage(actor=actor, conversation=conversation, membership=membership):
        return refused
    if other is None:
        return NotFound("That person is not a member.")
    if actor.is_system or (membership is not None and RANKS[membership.role] > RANKS[other.role]):
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
    """Give ``other`` a role: the owner, to somebody else."""
    if role not in RANKS:
        return BadRequest("There is no such role.", details={"path": "role"})
    if refused := may_manage(actor=actor, conversation=conversation, membership=membership):
        return refused
    if other is None:
        return NotFound("That person is not a member.")
    if actor.is_system:
        return None
    if membership is None or membership.role != Membership.Role.OWNER:
        return refuse("Only the owner gives roles.", "owner_only")
    return (
        refuse("The owner gives the ownership away by making somebody else owner.", "own_role")
        if (other.user_id == actor.user)
        else None
    )


def may_leave(*, actor: Actor, conversation: Conversation | None, membership: Seat | None) -> Verdict:
    """Leave a group. The owner first makes somebody else owner, unless nobody else is there."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if conversation is None or conversation.kind != Conversation.Kind.GROUP:
        return refuse("Only groups can be left.", "groups_only")
    if membership and membership.role == Membership.Role.OWNER and conversation.member_count > 1:
        return Conflict("Make somebody else owner first.", details={"rule": "owner_stays"})
    return None


def _is_there(membership: Seat | None, message: Entry | None) -> Verdict:
    if (
        message is None
        or message.number is None
        or (membership and not may_see(membership=membership, seq=message.seq))
    ):
        return NotFound("There is no such message.", details={"path": "target"})
    if message.recalled_at:
        return Conflict("The message was recalled.", details={"rule": "recalled"})
    return None


def _in_window(message: Entry, now: datetime, seconds: int) -> Verdict:
    if now - message.at <= timedelta(seconds=seconds):
        return None
    return Forbidden(
        "The time in which this message could be changed is over.",
        code="window_over",
        details={"rule": "window", "seconds": seconds},
    )
