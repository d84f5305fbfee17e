"""Holds what people saw against what is stored. Pure: a history goes in, findings come out; no finding is the proof.

lost: acknowledged and not stored, or stored and never shown · doubled: stored or shown twice · disordered: shown in another
order than stored · phantom: shown or stored and never said · skipped: a hole in a timeline · misplaced: not where the
answer said · unsettled: neither sent nor failed · unread drift · receipt regression.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """A message that somebody sent; ``seq`` is what the answer said, 0 without one."""

    conversation: int
    key: str
    person: int
    state: str
    seq: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it is stored. ``number``: 0 unless it is a message."""

    seq: int
    number: int
    person: int
    key: str


@dataclass(frozen=True, slots=True)
class Seen:
    """An entry as a device was shown it."""

    seq: int
    number: int
    key: str


@dataclass(slots=True)
class Ledger:
    """One device and one conversation. ``reads``: every position that it showed as read, in the order of time."""

    device: str
    person: int
    conversation: int
    seen: list[Seen] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)
    unread: int = 0


@dataclass(slots=True)
class History:
    """Everything that is known after a run. ``live``: what came over single connections, which may miss, never repeat."""

    said: list[Said] = field(default_factory=list)
    rows: dict[int, list[Row]] = field(default_factory=dict)
    ledgers: list[Ledger] = field(default_factory=list)
    live: list[Ledger] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise."""

    kind: str
    where: str


def check(history: History) -> list[Finding]:
    """All findings, by kind."""
    found = [*_table(history), *_answers(history)]
    for ledger in history.ledgers:
        found += [*_shown(history, ledger, whole=True), *_positions(history, ledger)]
    for ledger in history.live:
        found += _shown(history, ledger, whole=False)
    return sorted(set(found), key=lambda each: (each.kind, each.where))


def _table(history: History) -> Iterator[Finding]:
    said = {(each.conversation, each.key) for each in history.said}
    for conversation, rows in history.rows.items():
        seqs, numbers = [row.seq for row in rows], [row.number for row in rows if row.number]
        for name, found in (("seq", seqs), ("number", numbers)):
            for place, value in enumerate(found, 1):
                if value != place:
                    yield Finding("skipped", f"conversation {conversation}: {name} {place} is {value}")
                    break
        for key, count in Counter(row.key for row in rows if row.number).items():
            if count > 1:
                yield Finding("doubled", f"conversation {conversation}: {key} is stored {count} times")
        for row in rows:
            if row.number and (conversation, row.key) not in said:
                yield Finding("phantom", f"conversation {conversation}: {row.key} is stored, nobody said it")


def _answers(history: History) -> Iterator[Finding]:
    stored = {(pk, row.key): row for pk, rows in history.rows.items() for row in rows if row.number}
    for each in history.said:
        row = stored.get((each.conversation, each.key))
        if each.state not in {"sent", "failed"}:
            yield Finding("unsettled", f"{each.key} is {each.state}")
        if each.state != "sent":
            continue
        if row is None:
            yield Finding("lost", f"conversation {each.conversation}: {each.key} was acknowledged and is not stored")
        elif row.seq != each.seq or row.person != each.person:
            yield Finding(
                "misplaced", f"{each.key}: answered {each.seq} of {each.person}, stored {row.seq} of {row.person}"
            )
    last: dict[tuple[int, str], int] = {}
    for each in history.said:
        # A person's devices each have an order of their own; the key says which one spoke.
        device = (each.conversation, each.key.rsplit("-", 1)[0])
        if each.state == "sent":
            if each.seq < last.get(device, 0):
                yield Finding("disordered", f"{each.key} stands before what its device said earlier")
            last[device] = each.seq


def _shown(history: History, ledger: Ledger, *, whole: bool) -> Iterator[Finding]:
    rows = {row.seq: row for row in history.rows.get(ledger.conversation, [])}
    where = f"{ledger.device}, conversation {ledger.conversation}"
    last, known = 0, set()
    for seen in ledger.seen:
        row = rows.get(seen.seq)
        if row is None or (row.key, row.number) != (seen.key, seen.number):
            yield Finding("phantom", f"{where}: shown {seen.key or 'an entry'} at {seen.seq}, stored {row}")
        if seen.seq in known:
            yield Finding("doubled", f"{where}: {seen.seq} was shown twice")
        elif seen.seq < last:
            yield Finding("disordered", f"{where}: {seen.seq} was shown after {last}")
        known.add(seen.seq)
        last = max(last, seen.seq)
    if whole:
        first = min(known, default=1)
        # What is before the first entry came as the conversation itself, when its people were added.
        for seq in sorted(seq for seq in rows if seq >= first and seq not in known):
            yield Finding("lost", f"{where}: {seq} was never shown")


def _positions(history: History, ledger: Ledger) -> Iterator[Finding]:
    where = f"{ledger.device}, conversation {ledger.conversation}"
    for earlier, later in zip(ledger.reads, ledger.reads[1:], strict=False):
        if later < earlier:
            yield Finding("receipt regression", f"{where}: read {earlier}, then {later}")
    read = ledger.reads[-1] if ledger.reads else 0
    rows = history.rows.get(ledger.conversation, [])
    owed = sum(row.number > read and row.person != ledger.person for row in rows)
    if ledger.unread != owed:
        yield Finding("unread drift", f"{where}: shows {ledger.unread} unread, {owed} are")
