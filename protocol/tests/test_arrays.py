"""The array form: order, codes, and structs inside structs."""

import msgspec

from protocol.arrays import Arrays
from protocol.events import InboxJoined, MentionReceived, TypingStarted
from protocol.replies import AnyServerFrame, InboxPage
from tests.vectors.samples_events import AT, CHANGED, DIRECT, STATE

ARRAYS = Arrays(AnyServerFrame, TypingStarted | InboxJoined)


def test_a_value_is_its_code_and_its_fields_in_order():
    assert ARRAYS.flatten(TypingStarted(conversation=7, user=2)) == (52, 7, 2)


def test_a_shape_inside_has_no_code_and_an_event_inside_has_one():
    joined = ARRAYS.flatten(InboxJoined(conversation=3, seq=2, at=AT, state=STATE))
    state = joined[6]
    assert (joined[0], state[0], state[1]) == (30, 7, "group")
    place = STATE.__struct_fields__.index("last")
    assert state[place][0] == CHANGED.code
    mention = ARRAYS.flatten(MentionReceived(conversation=3, seq=2, at=AT, message=CHANGED))
    assert mention[6][0] == CHANGED.code


def test_nothing_inside_stays_nothing():
    page = ARRAYS.flatten(InboxPage(id=1, states=[DIRECT]))
    assert page[2][0][DIRECT.__struct_fields__.index("last")] is None


def test_decoding_through_a_twin_gives_the_value_back():
    decoder = msgspec.msgpack.Decoder(ARRAYS.twins_of(AnyServerFrame))
    page = InboxPage(id=1, states=[STATE, DIRECT], gone=[5], next="x")
    found = ARRAYS.rebuild(decoder.decode(msgspec.msgpack.encode(ARRAYS.flatten(page))))
    assert found == page
    assert type(found.states[0]) is type(STATE)


def test_what_is_no_wire_value_passes_unchanged():
    assert ARRAYS.flatten(5) == 5
    assert ARRAYS.rebuild({"a": [1]}) == {"a": [1]}
