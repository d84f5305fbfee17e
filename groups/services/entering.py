"""Coming into a group by oneself: an open group, a request that is answered, a link. Bans, limits and archive hold for all."""

import hashlib
import secrets

from django.db.models import F, Q

from accounts.actor import Actor
from audit.services.recording import Change, record
from chat import policy, timeline
from chat.models import Conversation, Membership
from chat.rendering import moment_of
from chat.services import joining
from chat.services.members import LAST_TIME
from chat.services.messages import publish
from chat.timeline import Draft, Emitted, personal
from chat.timeline.reading import now_in_milliseconds
from groups.models import GroupProfile, InviteLink, JoinRequest
from groups.services.governance import lock_for, target_of
from protocol.errors import BadRequest, Conflict, NotFound

MEMBER, PENDING = "member", "pending"
#: Links that a group has open at a time.
MAX_LINKS = 50
MAX_USES = 1_000_000


def join(*, actor: Actor, conversation: int, text: str = "") -> str:
    """Come in, or ask to: "member" or "pending". A group by invitation alone answers as if it were not there.

    Raises a ParleyError.
    """
    if len(text) > 500 or "\x00" in text:
        raise BadRequest("A request has 500 characters at most.", details={"path": "text"})

    def work() -> tuple[str, list[Emitted]]:
        found, member = _lock(actor.user, conversation)
        if found is not None and member:
            return MEMBER, []
        profile = GroupProfile.objects.filter(conversation_id=conversation).first()
        if found is None or profile is None or profile.join_policy == GroupProfile.JoinPolicy.INVITED:
            raise policy.outsider()
        if profile.join_policy == GroupProfile.JoinPolicy.OPEN:
            return MEMBER, _enter(found, actor.user, actor)
        _refuse_archived(found)
        joining.refuse_banned(conversation, [actor.user])
        JoinRequest.objects.get_or_create(
            conversation=found,
            user_id=actor.user,
            state=JoinRequest.State.PENDING,
            defaults={"text": text, "at": now_in_milliseconds()},
        )
        return PENDING, []

    state, emitted = timeline.run(work)
    publish(emitted)
    return state


def answer(*, actor: Actor, conversation: int, request: int, approve: bool) -> None:
    """Let somebody who asked in, or not. An answered request is never answered again. Raises a ParleyError."""

    def work() -> list[Emitted]:
        asked = JoinRequest.objects.filter(pk=request, conversation_id=conversation).first()
        found, member = _lock(asked.user_id if asked else 0, conversation)
        lock_for(actor, conversation, "approve")
        if asked and asked.user_id == actor.user and "approve" in actor.operates:
            raise policy.refuse("An operator does not act upon himself.", "oneself")
        state = JoinRequest.State.APPROVED if approve else JoinRequest.State.REFUSED
        waiting = JoinRequest.objects.filter(pk=request, conversation_id=conversation, state=JoinRequest.State.PENDING)
        moved = waiting.update(state=state, decided_by=actor.user, decided_at=now_in_milliseconds())
        if found is None or asked is None or not moved:
            raise NotFound("There is no such request waiting.")
        told = Change({"user": asked.user_id, "state": "pending"}, {"user": asked.user_id, "state": str(state)})
        record(actor, "group.request_answered", target_of(found), told)
        return _enter(found, asked.user_id, actor) if approve and not member else []

    publish(timeline.run(work))


def make_link(*, actor: Actor, conversation: int, expires_at: int = 0, max_uses: int = 0) -> tuple[InviteLink, str]:
    """A link into the group and its secret, told this once. ``expires_at`` ms; 0: no end. Raises a ParleyError."""
    now = now_in_milliseconds()
    if expires_at and not now.timestamp() * 1000 < expires_at < LAST_TIME:
        raise BadRequest("A link ends in the future.", details={"path": "expires_at"})
    if not 0 <= max_uses <= MAX_USES:
        raise BadRequest(f"max_uses is between 0 and {MAX_USES}.", details={"path": "max_uses"})
    token = f"plj_{secrets.token_urlsafe(24)}"

    def work() -> InviteLink:
        found = lock_for(actor, conversation, "links")
        ended = Q(revoked_at__isnull=False) | Q(expires_at__lte=now)
        if InviteLink.objects.filter(conversation=found).exclude(ended).count() >= MAX_LINKS:
            raise Conflict(f"A group has {MAX_LINKS} open links at most.", details={"rule": "max_links"})
        link = InviteLink.objects.create(
            conversation=found,
            digest=_digest(token),
            hint=token[:8],
            by=actor.user,
            at=now,
            expires_at=moment_of(expires_at) if expires_at else None,
            max_uses=max_uses,
        )
        told = {"link": link.pk, "expires_at": expires_at, "max_uses": max_uses}
        record(actor, "group.link_made", target_of(found), Change(after=told))
        return link

    return timeline.run(work), token


def revoke_link(*, actor: Actor, conversation: int, link: int) -> None:
    """Let nobody in by that link any more. Raises a ParleyError."""

    def work() -> None:
        found = lock_for(actor, conversation, "links")
        there = InviteLink.objects.filter(pk=link, conversation=found, revoked_at=None)
        if not there.update(revoked_at=now_in_milliseconds()):
            raise NotFound("There is no such link.")
        record(actor, "group.link_revoked", target_of(found), Change(before={"link": link}))

    timeline.run(work)


def use_link(*, actor: Actor, token: str) -> int:
    """Come in by a link; the group's id. A link that is unknown, over, used up or revoked is answered alike.

    Who is in already uses nothing up. Raises a ParleyError.
    """

    def work() -> tuple[int, list[Emitted]]:
        link = InviteLink.objects.filter(digest=_digest(token)).first()
        if link is None:
            raise NotFound("This link is not valid.")
        found, member = _lock(actor.user, link.conversation_id)
        now = now_in_milliseconds()
        valid = InviteLink.objects.filter(pk=link.pk, revoked_at=None).filter(
            Q(expires_at=None) | Q(expires_at__gt=now), Q(max_uses=0) | Q(uses__lt=F("max_uses"))
        )
        if found is None or not (valid.exists() if member else valid.update(uses=F("uses") + 1)):
            raise NotFound("This link is not valid.")
        return found.pk, [] if member else _enter(found, actor.user, actor)

    group, emitted = timeline.run(work)
    publish(emitted)
    return group


def _lock(user: int, conversation: int) -> tuple[Conversation | None, bool]:
    """The group, locked with the personal timeline of who comes, and whether he is in already."""
    personals = personal.ensure([user]) if user else {}
    found = timeline.lock([conversation, *personals.values()]).get(conversation)
    if found is None or found.kind != Conversation.Kind.GROUP:
        return None, False
    return found, Membership.objects.filter(conversation=found, user_id=user).exists()


def _enter(found: Conversation, user: int, by: Actor) -> list[Emitted]:
    _refuse_archived(found)
    JoinRequest.objects.filter(conversation=found, user_id=user, state=JoinRequest.State.PENDING).update(
        state=JoinRequest.State.APPROVED, decided_by=by.user, decided_at=now_in_milliseconds()
    )
    return joining.join(found.pk, [user], by=Draft(actor=by, conversation=found.pk, type="member.added"))


def _refuse_archived(found: Conversation) -> None:
    if found.archived_at:
        raise Conflict("The group is archived.", details={"rule": "archived"})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
