"""The ledger tells late from lost: what comes live, what a page brings, and what never comes."""

from benchmarks.ledger import ENTRIES, Ledger, Reader, kind_of
from protocol.codec import MSGPACK
from protocol.replies import Done, TimelineEntries


def test_every_frame_is_known_by_its_number_also_those_that_take_two_bytes():
    assert kind_of(MSGPACK.encode(TimelineEntries(id=1, conversation=7, events=[], head_seq=0))) == ENTRIES == 140
    assert kind_of(MSGPACK.encode(Done(id=1))) == Done.code
    assert kind_of(b"") == kind_of(b'{"type": "x"}') == 0


def test_a_page_fills_holes_and_is_neither_disorder_nor_doubling():
    ledger, reader = Ledger(), Reader(last={7: 0})
    ledger.record(reader, [(7, 1, 0), (7, 4, 0)])
    assert (reader.arrivals, reader.holes) == (2, {(7, 2), (7, 3)})
    ledger.record(reader, [(7, 2, 0), (7, 3, 0), (7, 4, 0), (7, 5, 0)], asked=True)
    assert (reader.arrivals, reader.holes, reader.disordered, reader.doubled) == (5, set(), 0, 0)


def test_what_comes_late_by_itself_or_twice_is_counted():
    ledger, reader = Ledger(), Reader(last={7: 0})
    ledger.record(reader, [(7, 2, 0), (7, 1, 0), (7, 1, 0)])
    assert (reader.arrivals, reader.disordered, reader.doubled) == (2, 1, 1)
