"""Reminders: a message that its reader wants to be shown again at a time, on all devices, and by push when away."""

from datetime import timedelta

from django.utils import timezone

from accounts.actor import Actor
from chat import policy, timeline
from chat.later import Reminder
from chat.models import Entry, Membership
from chat.rendering import milliseconds
from chat.services import telling
from chat.services.messages import publish
from chat.services.scheduled import due_time
from chat.timeline import Emitted
from protocol.errors import BadRequest, Conflict

MAX_REMINDERS = 500
NOTE_CHARS = 200
LONGEST = timedelta(days=366)
Told = tuple[Emitted, ...]


def remind(*, actor: Actor, conversation: int, seq: int, at: int, note: str = "") -> Reminder:
    """Show the message at ``seq`` again at ``at`` (ms); an earlier reminder of it is moved.

    Raises Forbidden, NotFound, BadRequest, Conflict.
    """
    when = due_time(at, LONGEST)
    if len(note) > NOTE_CHARS:
        raise BadRequest(f"A note may have {NOTE_CHARS} characters.", code="too_large", details={"path": "note"})

    def work() -> tuple[Reminder, Told]:
        seat = _seat(actor, conversation)
        message = Entry.objects.filter(conversation_id=conversation, seq=seq).first()
        there = seat.conversation if seat else None
        if refused := policy.may_save(actor=actor, conversation=there, membership=seat, message=message):
            raise refused
        own = telling.begin(actor.user)
        where = {"user_id": actor.user, "conversation_id": conversation, "message": seq}
        row = Reminder.objects.filter(**where).first()
        if row is None and Reminder.objects.filter(user_id=actor.user).count() >= MAX_REMINDERS:
            raise Conflict(f"At most {MAX_REMINDERS}.", code="limit_reached", details={"limit": MAX_REMINDERS})
        row = row or Reminder(**where)
        row.at, row.note, row.due = when, note, False
        row.save()
        return row, _tell(own, row, "waiting")

    row, emitted = timeline.run(work)
    publish(emitted)
    return row


def dismiss(*, actor: Actor, conversation: int, seq: int) -> None:
    """Done with, also after one has left the conversation; there is none: nothing. Raises Forbidden."""

    def work() -> Told:
        mine = Reminder.objects.filter(user_id=actor.user, conversation_id=conversation, message=seq)
        if not mine.exists():
            seat = _seat(actor, conversation)
            there = seat.conversation if seat else None
            if refused := policy.may_read(actor=actor, conversation=there, membership=seat):
                raise refused
            return ()
        own = telling.begin(actor.user)
        row = mine.first()
        if row is None:
            return ()
        emitted = _tell(own, row, "done")
        row.delete()
        return emitted

    publish(timeline.run(work))


def find_due(limit: int = 200) -> list[int]:
    """Reminders whose time has come."""
    due = Reminder.objects.filter(due=False, at__lte=timezone.now())
    return list(due.order_by("at").values_list("pk", flat=True)[:limit])


def tell_due(reminder: int) -> bool:
    """Tell the person's devices, once; whether it was its turn."""

    def work() -> tuple[bool, Told]:
        row = Reminder.objects.filter(pk=reminder).first()
        if row is None:
            return False, ()
        own = telling.begin(row.user_id)
        # The claim: another worker, or a change of mind, may have come first.
        if not Reminder.objects.filter(pk=reminder, due=False, at__lte=timezone.now()).update(due=True):
            return False, ()
        row.refresh_from_db()
        return True, _tell(own, row, "due")

    told, emitted = timeline.run(work)
    publish(emitted)
    return told


def _seat(actor: Actor, conversation: int) -> Membership | None:
    seats = Membership.objects.select_related("conversation")
    return seats.filter(conversation_id=conversation, user_id=actor.user).first()


def _tell(own: int, row: Reminder, state: str) -> Told:
    telling.empty(own, row.seq, keep=("target", "message", "state"))
    told = telling.tell(
        row.user_id,
        own,
        "reminder.changed",
        target=row.conversation_id,
        message=row.message,
        state=state,
        when=milliseconds(row.at),
        note="" if state == "done" else row.note,
    )
    if state != "done":
        Reminder.objects.filter(pk=row.pk).update(seq=told.seq)
    return told.emitted
