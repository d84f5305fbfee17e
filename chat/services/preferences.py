"""How a member treats a conversation: what to be told of it, silence, on top, marked as unread. Told to one's own devices.

Kept in the membership, so an inbox costs no query more. Reading further clears the unread mark: ``receipts`` does.
"""

from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from chat import policy, timeline
from chat.models import Membership
from chat.rendering import milliseconds, moment_of
from chat.services import telling
from chat.services.messages import publish
from chat.timeline import Emitted
from chat.timeline.reading import now_in_milliseconds
from protocol.errors import BadRequest

#: The year 10000, in ms: the first time that no database can hold.
LAST_TIME = 253_402_300_800_000
_FIELDS = ("notify", "silent_until", "starred_at", "unread_from")


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be different; None: as it is. ``silent_until`` in ms; ``unread_from``: a message number, 0: read."""

    notify: str | None = None
    silent_until: int | None = None
    starred: bool | None = None
    unread_from: int | None = None


def change(*, actor: Actor, conversation: int, wish: Wish) -> Membership:
    """The actor's membership with the preferences as they are then. Raises Forbidden not_a_member, BadRequest."""

    def work() -> tuple[Membership, tuple[Emitted, ...]]:
        if not Membership.objects.filter(conversation_id=conversation, user_id=actor.user).exists():
            raise policy.outsider()
        own = telling.begin(actor.user)
        seat = _lock(actor, conversation)
        before = [getattr(seat, name) for name in _FIELDS]
        now = now_in_milliseconds()
        _apply(seat, wish, now)
        if before == [getattr(seat, name) for name in _FIELDS]:
            return seat, ()
        seat.preferred_at = now
        seat.save(update_fields=[*_FIELDS, "preferred_at"])
        told = telling.tell(
            actor.user,
            own,
            "preference.changed",
            target=conversation,
            notify=str(seat.notify),
            silent_until=milliseconds(seat.silent_until),
            starred_at=milliseconds(seat.starred_at),
            unread_from=seat.unread_from,
        )
        return seat, told.emitted

    seat, emitted = timeline.run(work)
    publish(emitted)
    return seat


def _lock(actor: Actor, conversation: int) -> Membership:
    seats = Membership.objects.select_for_update(of=("self",), no_key=True).select_related("conversation")
    seat = seats.filter(conversation_id=conversation, user_id=actor.user).first()
    if seat is None or policy.may_read(actor=actor, conversation=seat.conversation, membership=seat):
        raise policy.outsider()
    return seat


def _apply(seat: Membership, wish: Wish, now: datetime) -> None:
    if wish.notify is not None:
        if wish.notify not in Membership.Notify.values:
            raise BadRequest("There is no such level.", details={"path": "notify", "known": Membership.Notify.values})
        seat.notify = wish.notify
    if wish.silent_until is not None:
        if not 0 <= wish.silent_until < LAST_TIME:
            raise BadRequest("That is no time.", details={"path": "silent_until"})
        seat.silent_until = moment_of(wish.silent_until) if wish.silent_until else None
    if wish.starred is not None and wish.starred is not (seat.starred_at is not None):
        seat.starred_at = now if wish.starred else None
    if wish.unread_from is not None:
        if not 0 <= wish.unread_from <= seat.conversation.last_number:
            raise BadRequest("There is no message of that number.", details={"path": "unread_from"})
        seat.unread_from = wish.unread_from
