"""Messages that a person keeps for later: a row each, told to the person's own devices."""

from accounts.actor import Actor
from chat import policy, timeline
from chat.models import Entry, Membership, SavedMessage
from chat.services import telling
from chat.services.messages import publish
from chat.timeline import Emitted
from chat.timeline.reading import now_in_milliseconds

Told = tuple[Emitted, ...]


def keep(*, actor: Actor, conversation: int, seq: int) -> None:
    """Keep the message at ``seq``; kept already: nothing. Raises Forbidden, NotFound, Conflict when it was recalled."""

    def work() -> Told:
        seat = _seat(actor, conversation)
        message = Entry.objects.filter(conversation_id=conversation, seq=seq).first()
        if refused := policy.may_save(
            actor=actor, conversation=seat.conversation if seat else None, membership=seat, message=message
        ):
            raise refused
        own = telling.begin(actor.user)
        _, new = SavedMessage.objects.get_or_create(
            user_id=actor.user, conversation_id=conversation, seq=seq, defaults={"at": now_in_milliseconds()}
        )
        return _tell(actor.user, own, conversation, seq, saved=True) if new else ()

    publish(timeline.run(work))


def let_go(*, actor: Actor, conversation: int, seq: int) -> None:
    """Keep it no longer, also after one has left the conversation; not kept: nothing. Raises Forbidden."""

    def work() -> Told:
        row = SavedMessage.objects.filter(user_id=actor.user, conversation_id=conversation, seq=seq)
        if not row.exists():
            seat = _seat(actor, conversation)
            there = seat.conversation if seat else None
            if refused := policy.may_read(actor=actor, conversation=there, membership=seat):
                raise refused
            return ()
        own = telling.begin(actor.user)
        gone, _ = row.delete()
        return _tell(actor.user, own, conversation, seq, saved=False) if gone else ()

    publish(timeline.run(work))


def _seat(actor: Actor, conversation: int) -> Membership | None:
    seats = Membership.objects.select_related("conversation")
    return seats.filter(conversation_id=conversation, user_id=actor.user).first()


def _tell(user: int, own: int, conversation: int, seq: int, *, saved: bool) -> Told:
    return telling.tell(user, own, "saved.changed", target=conversation, message=seq, saved=saved).emitted
