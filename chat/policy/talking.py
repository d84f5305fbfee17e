"""Messages and what people do with them: post, edit, recall, react, confirm, pin, keep."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from accounts.actor import Actor
from chat import conf, permissions
from chat.models import Conversation, Entry
from chat.policy.seats import Seat, Verdict, may_read, may_see, outsider, refuse, ruled
from protocol.errors import Conflict, Forbidden, NotFound


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
    return ruled(permissions.decide(conversation, membership, "mention_all"))


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
    """Recall one's own message within the recall window; owner, admins and operators of a group recall any, at any time."""
    group = conversation is not None and conversation.kind == Conversation.Kind.GROUP
    operates = group and "remove_message" in actor.operates
    if not operates and (refused := may_read(actor=actor, conversation=conversation, membership=membership)):
        return refused
    refused = _is_there(None if operates else membership, message)
    if refused or message is None or actor.is_system or operates:
        return refused
    if conversation is not None and membership is not None:
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
    return ruled(permissions.decide(conversation, membership, "pin"))


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
