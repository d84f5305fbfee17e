"""May this actor do this, given these rows: None, or the error that says why not. Pure functions, no query.

The system (``actor.is_system``) may do everything here. A missing membership is answered alike whether or not the
conversation exists. Each refusal names its rule in ``details.rule``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.actor import Actor
from chat import conf, permissions
from chat.models import Conversation, Entry, Membership
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, ParleyError

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
    if not _is_for(actor, conversation):
        return outsider()
    if conversation.archived_at:
        return Forbidden("The group is archived: it can be read only.", code="read_only", details={"rule": "archived"})
    if membership.muted_until and membership.muted_until > now:
        return _silent("You are muted here.", "muted", membership.muted_until)
    return None


def _is_for(actor: Actor, conversation: Conversation) -> bool:
    """Whether a personal or direct conversation is the actor's; a group is for all its members."""
    keys = (conversation.unique_key or "").split("-")
    return conversation.kind == Conversation.Kind.GROUP or str(actor.user) in keys or f"p{actor.user}" in keys


def _silent(message: str, rule: str, until: datetime) -> Forbidden:
    details = {"rule": rule, "until": int(until.timestamp() * 1000)}
    return Forbidden(message, code="read_only" if rule == "all_muted" else "muted", details=details)


def may_post(
    *,
    actor: Actor,
    conversation: Conversation | None,
    membership: Seat | None,
    now: datetime,
    kind: str = "text",
) -> Verdict:
    """Post a message: a member, not muted, allowed by the group's rules and its slow mode; ``system`` is the server's."""
    if refused := _may_write(actor=actor, conversation=conversation, membership=membership, now=now, kind=kind):
        return refused
    if actor.is_system or conversation is None or membership is None or not conversation.slow_seconds:
        return None
    if membership.spoke_at and not permissions.decide(conversation, membership, "skip_slow").allowed:
        free = membership.spoke_at + timedelta(seconds=conversation.slow_seconds)
        if free > now:
            return _silent(f"One message every {conversation.slow_seconds} s here.", "slow_mode", free)
    return None


def _may_write(
    *, actor: Actor, conversation: Conversation | None, membership: Seat | None, now: datetime, kind: str = "text"
) -> Verdict:
    """Post or edit, slow mode aside."""
    if refused := _may_speak(actor=actor, conversation=conversation, membership=membership, now=now):
        return refused
    if actor.is_system or conversation is None or membership is None:
        return None
    if kind == "system":
        return refuse("Only the server writes system messages.", "system_kind")
    if refused := _may_break_silence(conversation, membership, now):
        return refused
    ruling = permissions.decide(conversation, membership, "post")
    if ruling.allowed or _is_hushed(conversation, now):
        return None
    return Forbidden("Only some members may post here.", code="read_only", details={"rule": ruling.rule})


def _may_break_silence(conversation: Conversation, membership: Seat, now: datetime) -> Verdict:
    """Speak although only some may, or all are muted for now."""
    rule = f"post_policy_{conversation.post_policy}"
    if conversation.post_policy == Conversation.PostPolicy.NOBODY:
        return Forbidden("Nobody may post here.", code="read_only", details={"rule": rule})
    if not _is_hushed(conversation, now) or permissions.decide(conversation, membership, "announce").allowed:
        return None
    if conversation.quiet_until and conversation.quiet_until > now:
        return _silent("Everybody is muted here for now.", "all_muted", conversation.quiet_until)
    return Forbidden("Only some members may post here.", code="read_only", details={"rule": rule})


def _is_hushed(conversation: Conversation, now: datetime) -> bool:
    muted = conversation.quiet_until is not None and conversation.quiet_until > now
    return muted or conversation.post_policy == Conversation.PostPolicy.ADMINS


def may_mention_all(*, actor: Actor, conversation: Conversation, membership: Seat | None) -> Verdict:
    """Call everybody: where the group lets the member."""
    if actor.is_system or membership is None:
        return None
    return _ruled(permissions.decide(conversation, membership, "mention_all"))


def _ruled(ruling: permissions.Ruling) -> Verdict:
    """The refusal that a ruling means; None when it allows."""
    if ruling.allowed:
        return None
    if ruling.rule == "default" and ruling.needs == Membership.Role.OWNER:
        return refuse("Only the owner may do that.", "owner_only")
    if ruling.rule == "default":
        return refuse("Only the owner and admins may do that.", "managers_only")
    return refuse("This group does not let you do that.", ruling.rule)


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
    if refused := _may_write(actor=actor, conversation=conversation, membership=membership, now=now):
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
        group = conversation.kind == Conversation.Kind.GROUP
        if group and permissions.decide(conversation, membership, "remove_message").allowed:
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
    return may_pin_any(actor=actor, conversation=conversation, membership=membership)


def may_pin_any(*, actor: Actor, conversation: Conversation, membership: Seat) -> Verdict:
    """Whether the member may pin there at all, whatever the message."""
    everybody = conversation.kind != Conversation.Kind.GROUP or (
        conversation.member_count <= conf.PINS_FREE_UP_TO and conversation.post_policy == Conversation.PostPolicy.ALL
    )
    if everybody and "pin" not in conversation.rules.get("permissions", {}):
        return None
    return _ruled(permissions.decide(conversation, membership, "pin"))


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


def may_manage(
    *, actor: Actor, conversation: Conversation | None, membership: Seat | None, act: str = "edit"
) -> Verdict:
    """Do ``act`` (a name of ``permissions.ACTS``) in a group: who its rules let; nothing changes in an archived one."""
    if refused := may_read(actor=actor, conversation=conversation, membership=membership):
        return refused
    if conversation is None or conversation.kind != Conversation.Kind.GROUP:
        return refuse("Only groups have members and settings to change.", "groups_only")
    if actor.is_system:
        return None
    refused = _ruled(permissions.decide(conversation, membership, act)) if membership else outsider()
    if refused is None and conversation.archived_at and act not in {"archive", "dissolve"}:
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
    if actor.is_system or conversation is None or membership is None:
        return None
    return _may_promote(conversation, membership, other, role)


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
