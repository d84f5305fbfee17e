"""What a person is writing and has not sent: one row per conversation and thread, told to the person's own devices.

Sending does not clear it; the client that sends puts "". Each put is an entry of the personal timeline, and the entry
before it is emptied: the timeline grows by some 150 bytes a put and holds each unsent text once.
"""

from dataclasses import dataclass

from accounts.actor import Actor
from chat import policy, timeline
from chat.models import Entry, Membership, UnsentDraft
from chat.rendering import MESSAGE
from chat.services import telling
from chat.services.messages import publish
from chat.timeline import Emitted
from chat.timeline.reading import now_in_milliseconds
from protocol import limits
from protocol.errors import BadRequest, Conflict, NotFound

#: Drafts of one person at once: far above what anybody writes, and a bound for a client gone wild.
MAX_DRAFTS = 1_000


@dataclass(frozen=True, slots=True)
class Unsent:
    """What is written where; ``text`` "": nothing any more."""

    text: str
    thread_root: int = 0
    reply_to: int = 0


def put(*, actor: Actor, conversation: int, unsent: Unsent) -> int:
    """Keep what the actor is writing; the seq that told it (0: nothing changed). Raises a ParleyError."""
    if len(unsent.text) > limits.MAX_TEXT_CHARS:
        raise BadRequest(
            f"A draft may have {limits.MAX_TEXT_CHARS} characters.",
            code="too_large",
            details={"path": "text", "limit": limits.MAX_TEXT_CHARS},
        )

    def work() -> tuple[int, tuple[Emitted, ...]]:
        seat = Membership.objects.select_related("conversation").filter(
            conversation_id=conversation, user_id=actor.user
        )
        _decide(actor, seat.first(), unsent)
        own = telling.begin(actor.user)
        where = {"user_id": actor.user, "conversation_id": conversation, "thread_root": unsent.thread_root}
        row = UnsentDraft.objects.filter(**where).first()
        if row is None and (not unsent.text or _too_many(actor.user)):
            return 0, ()
        if row is not None and (row.text, row.reply_to) == (unsent.text, unsent.reply_to):
            return 0, ()
        told = telling.tell(
            actor.user,
            own,
            "draft.changed",
            target=conversation,
            thread_root=unsent.thread_root,
            text=unsent.text,
            reply_to=unsent.reply_to if unsent.text else 0,
        )
        _store(row or UnsentDraft(**where), unsent, own, told.seq)
        return told.seq, told.emitted

    seq, emitted = timeline.run(work)
    publish(emitted)
    return seq


def _decide(actor: Actor, seat: Membership | None, unsent: Unsent) -> None:
    conversation = seat.conversation if seat else None
    if refused := policy.may_read(actor=actor, conversation=conversation, membership=seat):
        raise refused
    named = {"thread_root": unsent.thread_root, "reply_to": unsent.reply_to}
    wanted = {seq for seq in named.values() if seq}
    if seat is None or not unsent.text or not wanted:
        return
    there = set(
        Entry.objects.filter(
            conversation_id=seat.conversation_id, seq__in=wanted, type=MESSAGE, seq__gte=seat.history_from
        ).values_list("seq", flat=True)
    )
    for path, seq in named.items():
        if seq and seq not in there:
            raise NotFound("There is no such message.", details={"path": path})


def _too_many(user: int) -> bool:
    if UnsentDraft.objects.filter(user_id=user).count() >= MAX_DRAFTS:
        raise Conflict(f"{MAX_DRAFTS} drafts are enough.", details={"rule": "max_drafts"})
    return False


def _store(row: UnsentDraft, unsent: Unsent, own: int, seq: int) -> None:
    if row.pk:
        telling.empty(own, row.seq, keep=("target", "thread_root"))
    if not unsent.text:
        row.delete()
        return
    row.text, row.reply_to, row.seq, row.at = unsent.text, unsent.reply_to, seq, now_in_milliseconds()
    row.save()
