"""Members of a group: who comes, who goes, roles and mutes. Each verb decides under the lock of the conversation."""

from collections.abc import Iterable

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import policy, timeline
from chat.models import Conversation, Membership
from chat.rendering import milliseconds, moment_of
from chat.services import joining, subscriptions
from chat.services.messages import publish
from chat.timeline import Draft, Emitted, personal
from protocol.errors import BadRequest

Seats = dict[int, Membership]
#: The year 10000, in ms: the first time that no database can hold.
LAST_TIME = 253_402_300_800_000


def add_members(*, actor: Actor, conversation: int, users: Iterable[int], at: int = 0, sender: int = 0) -> list[int]:
    """Put people into a group; those who are in already stay as they are. The ids of those who came.

    Thousands go chunk by chunk, each its own transaction, so that nobody waits for all. ``at`` and ``sender`` are for
    the system alone. Raises a ParleyError.
    """
    by = Draft(actor=actor, conversation=conversation, type="member.added", at=at, sender=sender)
    _decide(actor, conversation, at or sender, "invite")
    came: list[int] = []
    for chunk in joining.chunks(joining.existing(users)):

        def work(chunk: list[int] = chunk) -> tuple[list[int], list[Emitted]]:
            personals = personal.ensure(chunk)
            found, seats = _lock(conversation, [actor.user, *chunk], personals.values())
            if refused := policy.may_manage(
                actor=actor, conversation=found, membership=seats.get(actor.user), act="invite"
            ):
                raise refused
            new = [user for user in chunk if user not in seats]
            emitted = joining.join(conversation, new, by=by) if new else []
            if found and new and not sender:
                record(actor, "member.added", _target(found), Change(after={"users": new}))
            return new, emitted

        new, emitted = timeline.run(work)
        publish(emitted)
        came += new
    return came


def remove_members(*, actor: Actor, conversation: int, users: Iterable[int]) -> list[int]:
    """Take people out of a group; from then on they can read nothing of it. The ids of those who went."""
    by = Draft(actor=actor, conversation=conversation, type="member.removed")
    _decide(actor, conversation, 0, "remove")
    went: list[int] = []
    for chunk in joining.chunks(sorted(set(users))):

        def work(chunk: list[int] = chunk) -> tuple[list[int], list[Emitted]]:
            here = Membership.objects.filter(conversation_id=conversation, user_id__in=chunk)
            personals = personal.ensure(list(here.values_list("user_id", flat=True)))
            found, seats = _lock(conversation, [actor.user, *chunk], personals.values())
            gone = [user for user in chunk if user in seats and user in personals]
            for user in gone:
                refused = policy.may_act_upon(
                    actor=actor, conversation=found, membership=seats.get(actor.user), other=seats[user]
                )
                if refused:
                    raise refused
            emitted = joining.part(found, gone, by=by) if gone and found else []
            if found and gone:
                record(actor, "member.removed", _target(found), Change(before={"users": gone}))
            return gone, emitted

        gone, emitted = timeline.run(work)
        publish(emitted)
        went += gone
    return went


def leave(*, actor: Actor, conversation: int) -> None:
    """Go by oneself. Raises a ParleyError."""

    def work() -> list[Emitted]:
        personals = personal.find([actor.user])
        found, seats = _lock(conversation, [actor.user], personals.values())
        seat = seats.get(actor.user)
        if refused := policy.may_leave(actor=actor, conversation=found, membership=seat):
            raise refused
        by = Draft(actor=actor, conversation=conversation, type="member.removed")
        return joining.part(found, [actor.user], by=by) if found else []

    publish(timeline.run(work))


def set_role(*, actor: Actor, conversation: int, user: int, role: str) -> None:
    """Make ``user`` owner, admin or member. A new owner turns the former one into an admin. Raises a ParleyError."""

    def work() -> list[Emitted]:
        found, seats = _lock(conversation, [actor.user, user], ())
        other = seats.get(user)
        if refused := policy.may_set_role(
            actor=actor, conversation=found, membership=seats.get(actor.user), other=other, role=role
        ):
            raise refused
        if found is not None and other is not None and other.role != role:
            changed = []
            if role == Membership.Role.OWNER:
                former = Membership.objects.filter(conversation_id=conversation, role=Membership.Role.OWNER)
                changed = [_with_role(seat, Membership.Role.ADMIN) for seat in former]
            before = other.role
            changed.append(_with_role(other, role))
            emitted = tell_changed(actor, changed)
            emitted += subscriptions.settle(found, users=[each.user_id for each in changed])
            told = Change({"user": user, "role": before}, {"user": user, "role": role})
            record(actor, "member.role_changed", _target(found), told)
            return emitted
        return []

    publish(timeline.run(work))


def mute_member(*, actor: Actor, conversation: int, user: int, until: int) -> None:
    """``user`` may not post until ``until`` (ms; 0: may post again). Raises a ParleyError."""
    if not 0 <= until < LAST_TIME:
        raise BadRequest("That is no time.", details={"path": "until"})

    def work() -> list[Emitted]:
        found, seats = _lock(conversation, [actor.user, user], ())
        other = seats.get(user)
        if refused := policy.may_act_upon(
            actor=actor, conversation=found, membership=seats.get(actor.user), other=other, act="mute"
        ):
            raise refused
        before = milliseconds(other.muted_until) if other else 0
        if found is None or other is None or before == until:
            return []
        other.muted_until = moment_of(until) if until else None
        other.save(update_fields=["muted_until"])
        emitted = tell_changed(actor, [other]) + subscriptions.settle(found, users=[user])
        told = Change({"user": user, "muted_until": before}, {"user": user, "muted_until": until})
        record(actor, "member.muted", _target(found), told)
        return emitted

    publish(timeline.run(work))


def _decide(actor: Actor, conversation: int, system_only: int, act: str) -> None:
    """The first answer, before anything about ``users`` is said; the chunk decides again under its lock."""
    if system_only and not actor.is_system:
        raise policy.refuse("Only the server acts for others or at other times.", "system_only")
    found = Conversation.objects.filter(pk=conversation).first()
    seat = Membership.objects.filter(conversation_id=conversation, user_id=actor.user).first()
    if refused := policy.may_manage(actor=actor, conversation=found, membership=seat, act=act):
        raise refused


def _lock(conversation: int, users: Iterable[int], personals: Iterable[int]) -> tuple[Conversation | None, Seats]:
    found = timeline.lock([conversation, *personals]).get(conversation)
    seats = Membership.objects.filter(conversation_id=conversation, user_id__in=list(users))
    return found, {seat.user_id: seat for seat in seats}


def _target(conversation: Conversation) -> Target:
    return Target("conversation", conversation.pk, conversation.title, conversation=conversation.pk)


def _with_role(seat: Membership, role: str) -> Membership:
    seat.role = role
    seat.save(update_fields=["role"])
    return seat


def tell_changed(actor: Actor, seats: Iterable[Membership]) -> list[Emitted]:
    """``member.changed`` for each, as it is now. Inside the transaction that changed them."""
    drafts = [
        Draft(
            actor=actor,
            conversation=seat.conversation_id,
            type="member.changed",
            fields={"user": seat.user_id, "role": seat.role, "muted_until": milliseconds(seat.muted_until)},
        )
        for seat in seats
    ]
    return joining.emitted(timeline.append(drafts))
