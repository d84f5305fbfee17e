"""What a group's members are shown. Each takes the user's id and refuses outsiders with ``not_a_member``; writes nothing."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.actor import Actor
from chat import conf, permissions, policy, selectors
from chat.models import Conversation, Membership
from chat.participation import Ban
from chat.rendering import milliseconds
from groups.models import GroupProfile, InviteLink, JoinRequest
from groups.policy import Explanation, explain
from protocol.errors import NotFound


@dataclass(frozen=True, slots=True)
class Governance:
    """How a group is governed, as its members see it; times in ms."""

    join_policy: str
    history_for_newcomers: bool
    post_policy: str
    slow_seconds: int
    size_limit: int
    quiet_until: int
    archived_at: int
    permissions: dict[str, str]
    roles: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class BanRow:
    """Somebody who must stay out; times in ms, ``until`` 0: for good."""

    user: int
    by: int
    reason: str
    at: int
    until: int


def get_governance(user: int, conversation: int) -> Governance:
    """The rules of a group. ``permissions``: for each act the lowest role that may. Raises Forbidden not_a_member."""
    found = _group(user, conversation).conversation
    return governance_of(found, GroupProfile.objects.filter(conversation=found).first())


def governance_of(found: Conversation, profile: GroupProfile | None) -> Governance:
    """The rules of a group whose rows were read; ``profile`` None: as a new group's."""
    changed = found.rules.get("permissions", {})
    return Governance(
        join_policy=(profile or GroupProfile()).join_policy,
        history_for_newcomers=found.history_for_newcomers,
        post_policy=found.post_policy,
        slow_seconds=found.slow_seconds,
        size_limit=min(found.size_limit or conf.MAX_MEMBERS, conf.MAX_MEMBERS),
        quiet_until=milliseconds(found.quiet_until),
        archived_at=milliseconds(found.archived_at),
        permissions={name: changed.get(name, act.lowest) for name, act in permissions.ACTS.items()},
        roles=found.rules.get("roles", {}),
    )


def list_explanations(user: int, conversation: int, other: int = 0) -> list[Explanation]:
    """For every act: may ``other`` (0: oneself) do it, and which rule decided. Others: for who may give roles.

    Raises a ParleyError. Three queries at most.
    """
    mine = _group(user, conversation)
    seat: Membership | None = mine
    if other and other != user:
        actor = Actor(user=user)
        refused = policy.may_manage(actor=actor, conversation=mine.conversation, membership=mine, act="rules")
        if refused and refused.details.get("rule") != "archived":
            raise refused
        seat = Membership.objects.filter(conversation_id=conversation, user_id=other).first()
    now = timezone.now()
    return [explain(conversation=mine.conversation, membership=seat, act=act, now=now) for act in permissions.ACTS]


def list_links(user: int, conversation: int, after: int = 0, limit: int = 100) -> list[InviteLink]:
    """The group's links, revoked ones too, by id after ``after``; for who may make them. Raises a ParleyError."""
    require(user, conversation, "links")
    return list(InviteLink.objects.filter(conversation_id=conversation, pk__gt=after).order_by("pk")[:limit])


def list_requests(user: int, conversation: int, after: int = 0, limit: int = 100) -> list[JoinRequest]:
    """Who waits to come in, the longest waiting first, by id after ``after``; for who may answer. Raises a ParleyError."""
    require(user, conversation, "approve")
    waiting = JoinRequest.objects.filter(conversation_id=conversation, state=JoinRequest.State.PENDING, pk__gt=after)
    return list(waiting.order_by("pk")[:limit])


def list_bans(user: int, conversation: int, after: int = 0, limit: int = 100) -> list[BanRow]:
    """Who must stay out, by user id after ``after``; for who may ban. Raises a ParleyError."""
    require(user, conversation, "ban")
    rows = Ban.objects.filter(conversation_id=conversation, user_id__gt=after).order_by("user_id")[:limit]
    return [
        BanRow(each.user_id, each.by, each.reason, milliseconds(each.at), milliseconds(each.until)) for each in rows
    ]


def require(user: int, conversation: int, act: str) -> None:
    """Raise a ParleyError unless the group lets ``user`` do ``act``."""
    seat = _group(user, conversation)
    refused = policy.may_manage(actor=Actor(user=user), conversation=seat.conversation, membership=seat, act=act)
    if refused:
        raise refused


def _group(user: int, conversation: int) -> Membership:
    seat = selectors.get_seat(user, conversation)
    if seat.conversation.kind != Conversation.Kind.GROUP:
        raise NotFound("Only groups have rules.")
    return seat
