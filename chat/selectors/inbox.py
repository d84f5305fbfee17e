"""A person's inbox: conversations as that person sees them, with unread, in a constant number of queries.

Unread is derived, never stored: last_number − read_number − the recalled messages numbered above read_number. The rule
is in docs/glossary.md and property-tested. Catching up after an absence is one call of ``list_inbox``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chat import conf, rows
from chat.models import Conversation, Entry, Membership
from chat.rendering import MESSAGE, events_of, message_of, milliseconds
from chat.selectors.access import get_seat, is_large
from protocol import limits
from protocol.errors import BadRequest
from protocol.events import ConversationState, MessageCreated
from protocol.replies import Delta

#: Slack when asking which read positions and preferences moved since: clocks differ, and a time is older than its commit.
OVERLAP = timedelta(seconds=60)

Counted = tuple[int, list[int]]
#: Conversation, last_at, last_seq, read_at, preferred_at, unique_key.
Head = tuple[int, datetime, int, datetime | None, datetime | None, str | None]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The fields of ``inbox.page``."""

    states: list[ConversationState]
    deltas: list[Delta] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    next: str = ""


def get_state(user: int, conversation: int) -> ConversationState:
    """One conversation as the user sees it. Raises Forbidden not_a_member."""
    return states_of([get_seat(user, conversation)])[0]


def list_inbox(user: int, positions: Mapping[int, int], cursor: str = "", deltas: bool = True) -> Inbox:
    """What changed since ``positions`` (conversation -> last seq held); without positions everything.

    Newest conversation first, limits.MAX_INBOX a page. Moved meanwhile to the front: live delivery tells it, so a
    client subscribes first and asks then.
    """
    heads = list(
        Membership.objects.filter(user_id=user).values_list(
            "conversation_id",
            "conversation__last_at",
            "conversation__last_seq",
            "read_at",
            "preferred_at",
            "conversation__unique_key",
        )
    )
    since = _own_since(user, positions, heads)
    wanted = [
        (milliseconds(last_at), pk)
        for pk, last_at, last_seq, *own_at, _ in heads
        if positions.get(pk, -1) < last_seq or (since and any(at and at >= since for at in own_at))
    ]
    wanted.sort(reverse=True)
    if cursor:
        wanted = [each for each in wanted if each < _parse(cursor)]
    page = wanted[: limits.MAX_INBOX]
    seats = Membership.objects.select_related("conversation").filter(
        user_id=user, conversation_id__in=[pk for _, pk in page]
    )
    by_pk = {seat.conversation_id: seat for seat in seats}
    ordered = [by_pk[pk] for _, pk in page if pk in by_pk]
    here = {head[0] for head in heads}
    return Inbox(
        states=states_of(ordered),
        deltas=_deltas(user, ordered, positions) if deltas and positions else [],
        gone=[] if cursor else sorted(set(positions) - here),
        next="{}-{}".format(*page[-1]) if len(wanted) > len(page) else "",
    )


def states_of(seats: Sequence[Membership]) -> list[ConversationState]:
    """Inbox rows of memberships whose conversations are loaded: three queries, however many."""
    if not seats:
        return []
    recalled = _count("chat_entry", "t.conversation_id = v.c", "AND t.recalled_at IS NOT NULL", seats)
    mentioned = _count("chat_mention", "t.conversation_id = v.c AND t.user_id = v.u", "", seats)
    places = [(seat.conversation_id, seat.conversation.last_message_seq) for seat in seats if _sees_last(seat)]
    last = {each.conversation_id: message_of(each) for each in Entry.objects.filter(pk__in=places, type=MESSAGE)}
    return [
        state_of(
            seat,
            recalled=recalled.get(seat.pk, (0, [])),
            mentioned=mentioned.get(seat.pk, (0, [])),
            last=last.get(seat.conversation_id) if _sees_last(seat) else None,
        )
        for seat in seats
    ]


def state_of(
    seat: Membership, *, recalled: Counted = (0, []), mentioned: Counted = (0, []), last: MessageCreated | None = None
) -> ConversationState:
    """One inbox row from rows that were read; ``recalled`` and ``mentioned`` are counts and numbers above read_number."""
    conversation = seat.conversation
    return ConversationState(
        conversation=conversation.pk,
        kind=conversation.kind,
        title=conversation.title,
        description=conversation.description,
        peer=_peer(conversation, seat.user_id),
        role=seat.role,
        post_policy=conversation.post_policy,
        head_seq=conversation.last_seq,
        last_number=conversation.last_number,
        read_number=seat.read_number,
        delivered_seq=seat.delivered_seq,
        unread=conversation.last_number - seat.read_number - recalled[0],
        unread_mentions=mentioned[0],
        history_from=seat.history_from,
        member_count=conversation.member_count,
        muted_until=milliseconds(seat.muted_until),
        large=is_large(conversation),
        last=last,
        last_at=milliseconds(conversation.last_at),
        recalled=recalled[1],
        mentioned=mentioned[1],
        notify=str(seat.notify),
        silent_until=milliseconds(seat.silent_until),
        starred_at=milliseconds(seat.starred_at),
        unread_from=seat.unread_from,
        avatar=conversation.avatar,
    )


def _count(table: str, same: str, also: str, seats: Sequence[Membership]) -> dict[int, Counted]:
    """Membership -> how many rows are numbered above its read_number, and the newest of these numbers, ascending."""
    source, parameters = rows.values(
        {"m": "bigint", "c": "bigint", "u": "bigint", "n": "bigint"},
        [(seat.pk, seat.conversation_id, seat.user_id, seat.read_number) for seat in seats],
    )
    found = rows.read(
        f"""SELECT m, number, total FROM (
            SELECT v.m, t.number, COUNT(*) OVER (PARTITION BY v.m) AS total,
                ROW_NUMBER() OVER (PARTITION BY v.m ORDER BY t.number DESC) AS place
            FROM {source} {rows.each(table, f"{same} AND t.number > v.n {also}")}
        ) AS counted WHERE place <= {int(conf.INBOX_NUMBERS)} ORDER BY m, number""",  # noqa: S608 - names from code
        parameters,
    )
    counted: dict[int, Counted] = {}
    for seat, number, total in found:
        counted.setdefault(seat, (total, []))[1].append(number)
    return counted


def _sees_last(seat: Membership) -> bool:
    return seat.conversation.last_message_seq >= max(seat.history_from, 1)


def _peer(conversation: Conversation, user: int) -> int:
    if conversation.kind != Conversation.Kind.DIRECT:
        return 0
    low, _, high = (conversation.unique_key or "-").partition("-")
    return int(high) if int(low) == user else int(low)


def _deltas(user: int, seats: Sequence[Membership], positions: Mapping[int, int]) -> list[Delta]:
    """The entries that small gaps miss, one query for all; larger gaps are left to the opening of the conversation."""
    named = [seat for seat in seats if seat.conversation_id in positions]
    gained: dict[int, list[Any]] = {}
    small: list[tuple[int, int]] = []
    budget = conf.INBOX_ENTRIES
    for seat in named:
        after = max(positions[seat.conversation_id], seat.history_from - 1)
        gap = seat.conversation.last_seq - after
        if gap <= min(limits.INBOX_DELTA, budget):
            gained[seat.conversation_id] = []
            small.append((seat.conversation_id, after))
            budget -= max(gap, 0)
    source, parameters = rows.values({"c": "bigint", "a": "bigint"}, small)
    missed = rows.each("chat_entry", "t.conversation_id = v.c AND t.seq > v.a")
    sql = f"SELECT t.conversation_id, t.seq FROM {source} {missed}"  # noqa: S608 - the source is made of marks
    places = rows.read(sql, parameters) if small else []
    entries = list(Entry.objects.filter(pk__in=places).order_by("conversation_id", "seq"))
    for entry, event in zip(entries, events_of(entries, user=user), strict=True):
        gained[entry.conversation_id].append(event)
    return [
        Delta(conversation=pk, events=gained.get(pk, []), complete=pk in gained)
        for pk in (seat.conversation_id for seat in named)
    ]


def _own_since(user: int, positions: Mapping[int, int], heads: Sequence[Head]) -> datetime | None:
    """From when on read positions and preferences are told by rows: the personal timeline's gap is too long for a delta."""
    for pk, _, last_seq, _, _, key in heads:
        if key == f"p{user}" and pk in positions and last_seq - positions[pk] > limits.INBOX_DELTA:
            held = Entry.objects.filter(conversation_id=pk, seq=positions[pk]).values_list("at", flat=True).first()
            return held - OVERLAP if held else None
    return None


def _parse(cursor: str) -> tuple[int, int]:
    at, _, pk = cursor.partition("-")
    if not (cursor.isascii() and at.isdigit() and pk.isdigit()):
        raise BadRequest("That cursor is not one of this list.", details={"path": "cursor"})
    return int(at), int(pk)
