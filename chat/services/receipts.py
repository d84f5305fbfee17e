"""Receipts: how far people have read and their devices hold. A batch is one transaction; positions only grow.

The last position wins, so callers coalesce. Reading is told to the conversation (a hint, repeated by the next one) and,
durably, to the reader's own devices. In large conversations only the latter: nobody looks at 100,000 read ticks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q

from accounts.actor import SYSTEM, Actor
from chat import conf, policy, rows, timeline
from chat.models import Conversation, Membership
from chat.services import joining
from chat.services.messages import publish
from chat.timeline import Draft, Emitted, personal
from chat.timeline.reading import now_in_milliseconds
from protocol.errors import ParleyError
from protocol.events import ReceiptDelivered, ReceiptRead

Pair = tuple[int, int]
#: Marks in one transaction: longer ones would hold the reader's memberships while others send.
MARKED_AT_ONCE = 100
_POSITIONS = ("conversation_id", "read_number", "conversation__last_number")


@dataclass(frozen=True, slots=True)
class Mark:
    """The actor has read up to message ``read_number``; a device of his holds everything up to ``delivered_seq``."""

    actor: Actor
    conversation: int
    read_number: int = 0
    delivered_seq: int = 0

    @property
    def pair(self) -> Pair:
        """Whose position where."""
        return self.conversation, self.actor.user


class Seat(NamedTuple):
    """A membership with what counts of its conversation; a tuple, because model rows took half of a batch."""

    id: int
    conversation: int
    user: int
    read_number: int
    read_at: datetime | None
    delivered_seq: int
    unread_from: int
    kind: str
    members: int
    last_seq: int
    last_number: int


@dataclass(frozen=True, slots=True)
class Moved:
    """New positions of one membership; 0: that one stays. ``reread``: it was marked as unread and is no longer."""

    seat: Seat
    read_number: int
    delivered_seq: int
    reread: bool = False


def mark(marks: Sequence[Mark]) -> list[ParleyError | None]:
    """Move positions forward, beyond neither the head nor back. Answers each mark: None, or why not."""
    if not marks:
        return []
    wanted = _furthest(marks)

    def work() -> tuple[set[Pair], list[Emitted]]:
        # Personal timelines first, memberships second: the order in which ``append`` locks too.
        readers = [each.actor.user for each in wanted.values() if each.read_number]
        personals = personal.find(readers) if readers else {}
        timeline.lock(personals.values())
        seats = _lock_seats(wanted)
        moves = [move for pair, seat in seats.items() if (move := _move(seat, wanted[pair]))]
        return set(seats), _store(moves, personals)

    members, emitted = timeline.run(work)
    publish(emitted)
    return [None if each.pair in members else policy.outsider() for each in marks]


def mark_read(*, actor: Actor, conversation: int, read_number: int) -> None:
    """One read position. Raises Forbidden not_a_member."""
    [refused] = mark([Mark(actor=actor, conversation=conversation, read_number=read_number)])
    if refused is not None:
        raise refused


def mark_all_read(*, actor: Actor) -> dict[int, int]:
    """Everything read, everywhere. Conversation -> the read position before, of those that moved: so it can be undone."""
    unread = Membership.objects.filter(user_id=actor.user).filter(
        Q(conversation__last_number__gt=F("read_number")) | Q(unread_from__gt=0)
    )
    before = {pk: (held, last) for pk, held, last in unread.values_list(*_POSITIONS).order_by("conversation_id")}
    places = list(before)
    for start in range(0, len(places), MARKED_AT_ONCE):
        some = places[start : start + MARKED_AT_ONCE]
        mark([Mark(actor=actor, conversation=each, read_number=before[each][1]) for each in some])
    return {pk: held for pk, (held, _) in before.items()}


def _furthest(marks: Iterable[Mark]) -> dict[Pair, Mark]:
    furthest: dict[Pair, Mark] = {}
    for each in marks:
        held = furthest.get(each.pair, each)
        furthest[each.pair] = replace(
            held,
            read_number=max(held.read_number, each.read_number),
            delivered_seq=max(held.delivered_seq, each.delivered_seq),
        )
    return furthest


def _lock_seats(pairs: Iterable[Pair]) -> dict[Pair, Seat]:
    """The memberships, locked in the order in which ``append`` locks them, with what counts of their conversations."""
    source, parameters = rows.values({"c": "bigint", "u": "bigint"}, sorted(pairs))
    same = "t.conversation_id = v.c AND t.user_id = v.u"
    held = "t.id, t.conversation_id, t.user_id, t.read_number, t.read_at, t.delivered_seq, t.unread_from"
    sql = (
        f"SELECT {held}, p.kind, p.member_count, p.last_seq, p.last_number FROM {source}"  # noqa: S608 - the source is made of marks
        f" {rows.each('chat_membership', same, limit=1, locked=True)} JOIN chat_conversation p ON p.id = v.c"
    )
    with rows.together():
        seats = [Seat(*row) for row in rows.read(sql, parameters)]
    return {(seat.conversation, seat.user): seat for seat in seats}


def _move(seat: Seat, asked: Mark) -> Moved | None:
    read = min(asked.read_number, seat.last_number)
    held = min(asked.delivered_seq, seat.last_seq)
    small = seat.members <= conf.DELIVERED_RECEIPTS_UP_TO
    moved = Moved(
        seat=seat,
        read_number=read if read > seat.read_number else 0,
        delivered_seq=held if held > seat.delivered_seq and small else 0,
        reread=seat.unread_from > 0 and read >= max(seat.read_number, 1),
    )
    return moved if moved.read_number or moved.delivered_seq or moved.reread else None


def _store(moves: Sequence[Moved], personals: dict[int, int]) -> list[Emitted]:
    if not moves:
        return []
    now = now_in_milliseconds()
    rows.update(
        "chat_membership",
        {"id": "bigint"},
        {"read_number": "bigint", "read_at": "timestamptz", "delivered_seq": "bigint", "unread_from": "bigint"},
        [_row(move, now) for move in moves],
    )
    read = [move for move in moves if move.read_number or move.reread]
    if missing := {move.seat.user for move in read} - personals.keys():
        personals |= personal.ensure(missing)
    drafts = [
        Draft(
            actor=SYSTEM,
            sender=move.seat.user,
            conversation=personals[move.seat.user],
            type="read.moved",
            fields={
                "target": move.seat.conversation,
                "read_number": move.read_number or move.seat.read_number,
            },
        )
        for move in read
    ]
    return [*joining.emitted(timeline.append(drafts)), *(each for move in moves for each in _tell(move))]


def _row(move: Moved, now: datetime) -> tuple[int, int, datetime | None, int, int]:
    seat = move.seat
    return (
        seat.id,
        move.read_number or seat.read_number,
        now if move.read_number or move.reread else seat.read_at and rows.aware(seat.read_at),
        move.delivered_seq or seat.delivered_seq,
        0 if move.read_number or move.reread else seat.unread_from,
    )


def _tell(move: Moved) -> Iterable[Emitted]:
    """To the others, in this moment only; nobody else is in a personal conversation."""
    seat = move.seat
    if seat.kind == Conversation.Kind.PERSONAL or seat.members > conf.LARGE_CONVERSATION:
        return
    topic = f"conv.{seat.conversation}"
    if move.read_number:
        yield Emitted(topic, ReceiptRead(conversation=seat.conversation, user=seat.user, read_number=move.read_number))
    if move.delivered_seq:
        yield Emitted(
            topic, ReceiptDelivered(conversation=seat.conversation, user=seat.user, delivered_seq=move.delivered_seq)
        )
