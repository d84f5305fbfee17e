"""The hub alone: who gets what, in which order, and when the process joins and leaves. No event loop."""

import pytest

from chat.realtime.hub import Hub
from chat.realtime.tests.doubles import Wire, layer_message, recalled, said
from chat.realtime.topic import ADVANCED_SECONDS, HOLD_BACK_SECONDS
from protocol.codec import JSON, MSGPACK
from protocol.events import (
    ConversationAdvanced,
    ConversationState,
    DeviceRevoked,
    InboxJoined,
    InboxLeft,
    TypingStarted,
)


class Layer:
    """What the hub asked for."""

    def __init__(self) -> None:
        self.joined: list[str] = []
        self.left: list[str] = []
        self.wakes: list[float] = []
        self.hub = Hub(join=self.joined.append, leave=self.left.append, wake=self.wakes.append)


@pytest.fixture
def layer() -> Layer:
    return Layer()


@pytest.fixture
def hub(layer) -> Hub:
    return layer.hub


def follow(hub: Hub, wire: Wire, *conversations: int, large: bool = False) -> Wire:
    for each in conversations:
        hub.subscribe(wire.follower, f"conv.{each}", conversation=each, large=large)
    return wire


def test_the_process_joins_with_the_first_follower_and_leaves_with_the_last(hub, layer):
    alice, bob = follow(hub, Wire(), 7), follow(hub, Wire(), 7)
    assert layer.joined == ["conv.7"]
    hub.remove(alice.follower)
    assert layer.left == []
    hub.remove(bob.follower)
    assert layer.left == ["conv.7"]
    assert hub.topics == {}
    assert hub.by_conversation == {}


def test_followers_of_one_codec_get_the_very_same_bytes_and_outsiders_nothing(hub):
    alice, bob, dora = (follow(hub, Wire(codec), 7) for codec in (JSON, JSON, MSGPACK))
    charlie = follow(hub, Wire(), 8)
    hub.deliver(layer_message("conv.7", said(7, 1)), 0)
    hub.flush(0)
    assert alice.frames[0] is bob.frames[0]
    assert dora.seqs() == alice.seqs() == [1]
    assert charlie.frames == []


def test_what_arrives_between_two_flushes_is_one_frame(hub, layer):
    alice, bob = follow(hub, Wire(), 7, 8), follow(hub, Wire(), 7, 8)
    for seq in range(1, 11):
        hub.deliver(layer_message("conv.7", said(7, seq)), 0)
        hub.deliver(layer_message("conv.8", said(8, seq)), 0)
    assert alice.frames == []
    assert layer.wakes[0] == 0
    hub.flush(0)
    assert len(alice.frames) == 1
    assert [each.seq for each in alice.events() if each.conversation == 7] == list(range(1, 11))
    assert len(alice.events()) == 20
    assert alice.frames[0] is bob.frames[0]


def test_a_message_that_overtook_another_waits_for_it(hub):
    alice = follow(hub, Wire(), 7)
    for seq in (1, 3, 4, 2):
        hub.deliver(layer_message("conv.7", said(7, seq)), 0)
        hub.flush(0)
    assert alice.seqs() == [1, 2, 3, 4]


def test_a_lost_message_holds_the_others_back_for_a_moment_only(hub, layer):
    alice = follow(hub, Wire(), 7)
    hub.deliver(layer_message("conv.7", said(7, 1)), 0)
    hub.deliver(layer_message("conv.7", said(7, 3)), 0)
    hub.flush(0)
    assert alice.seqs() == [1]
    assert layer.wakes[-1] == pytest.approx(HOLD_BACK_SECONDS)
    hub.flush(HOLD_BACK_SECONDS)
    assert alice.seqs() == [1, 3]
    hub.deliver(layer_message("conv.7", said(7, 4)), 1)
    hub.flush(1)
    assert alice.seqs() == [1, 3, 4]


def test_a_large_conversation_in_the_background_is_a_hint_once_a_second(hub, layer):
    alice, bob = follow(hub, Wire(), 7, large=True), follow(hub, Wire(), 7, large=True)
    hub.open(alice.follower, 7)
    for seq in range(1, 31):
        now = seq / 10
        hub.deliver(layer_message("conv.7", said(7, seq), large=True), now)
        hub.flush(now)
    assert alice.seqs() == list(range(1, 31))
    hints = bob.events()
    assert [type(each) for each in hints] == [ConversationAdvanced] * 3
    hub.flush(3.0 + ADVANCED_SECONDS)
    assert bob.events()[-1] == ConversationAdvanced(conversation=7, head_seq=30, last_number=30)
    hub.flush(10)
    assert len(bob.events()) == 4


def test_a_recall_reaches_the_background_in_full(hub):
    bob = follow(hub, Wire(), 7, large=True)
    hub.deliver(layer_message("conv.7", said(7, 1), recalled(7, 2, target=1), large=True), 0)
    hub.flush(0)
    assert recalled(7, 2, target=1) in bob.events()
    assert said(7, 1) not in bob.events()


def test_closing_goes_back_to_hints(hub):
    alice = follow(hub, Wire(), 7, large=True)
    hub.open(alice.follower, 7)
    assert hub.opened(alice.follower) == 1
    hub.close(alice.follower, 7)
    hub.deliver(layer_message("conv.7", said(7, 1), large=True), 0)
    hub.flush(0)
    assert [type(each) for each in alice.events()] == [ConversationAdvanced]


def test_an_outsider_cannot_open(hub):
    follow(hub, Wire(), 7, large=True)
    charlie = Wire()
    hub.open(charlie.follower, 7)
    assert not hub.follows(charlie.follower, 7)
    hub.deliver(layer_message("conv.7", said(7, 1), large=True), 0)
    hub.flush(0)
    assert charlie.frames == []


def personal(seq: int, event, **fields):
    return event(conversation=900, seq=seq, at=1, **fields)


def test_joining_and_leaving_move_every_session_of_the_user_at_once(hub, layer):
    phone, laptop = Wire(), Wire()
    for each in (phone, laptop):
        hub.subscribe(each.follower, "user.1", conversation=900)
    state = ConversationState(conversation=7, kind="group")
    hub.deliver(layer_message("user.1", personal(1, InboxJoined, state=state)), 0)
    hub.flush(0)
    assert "conv.7" in layer.joined
    hub.deliver(layer_message("conv.7", said(7, 5)), 0)
    hub.flush(0)
    assert said(7, 5) in phone.events()
    assert said(7, 5) in laptop.events()
    hub.deliver(layer_message("user.1", personal(2, InboxLeft, target=7)), 0)
    hub.deliver(layer_message("conv.7", said(7, 6)), 0)
    hub.flush(0)
    hub.deliver(layer_message("conv.7", said(7, 7)), 0)
    hub.flush(0)
    assert said(7, 6) not in phone.events()
    assert said(7, 7) not in phone.events()
    assert hub.left == {(1, 7): 0}
    hub.forget_left(before=1)
    assert hub.left == {}
    assert layer.left == ["conv.7"]


def test_a_revoked_device_is_reported(hub):
    cut = []
    hub.revoked = cut.extend
    hub.subscribe(Wire().follower, "user.1", conversation=900)
    hub.deliver(layer_message("user.1", personal(1, DeviceRevoked, device=33)), 0)
    hub.flush(0)
    assert cut == [33]


def test_durable_events_are_owed_an_ack_and_ephemeral_ones_are_not(hub):
    alice = follow(hub, Wire(), 7)
    hub.deliver(layer_message("conv.7", TypingStarted(conversation=7, user=2)), 0)
    hub.flush(0)
    assert alice.follower.positions.heads == {}
    hub.deliver(layer_message("conv.7", said(7, 4)), 0)
    hub.flush(0)
    assert alice.follower.positions.heads == {7: 4}


def test_a_head_that_never_arrived_is_told_to_those_who_are_owed_it(hub):
    alice, bob = follow(hub, Wire(), 7), follow(hub, Wire(), 8)
    hub.deliver(layer_message("conv.7", said(7, 4)), 0)
    hub.deliver(layer_message("conv.8", said(8, 9)), 0)
    hub.flush(0)
    assert hub.missed({7: 5, 8: 9, 99: 3}) == {alice.follower: {7: 5}}
    assert hub.missed({7: 5}) == {}
    assert bob.seqs() == [9]


def test_a_forgotten_follower_leaves_nothing_behind(hub):
    alice = follow(hub, Wire(), *range(1, 50))
    hub.deliver(layer_message("conv.7", said(7, 4)), 0)
    hub.remove(alice.follower)
    hub.flush(0)
    assert alice.frames == []
    assert alice.follower.topics == set()


def test_who_leaves_is_told_what_came_before_and_nothing_that_comes_after(hub):
    charlie, bob = follow(hub, Wire(user=1), 7), follow(hub, Wire(user=2), 7)
    hub.subscribe(charlie.follower, "user.1", conversation=70)
    hub.deliver(layer_message("conv.7", said(7, 1)), 0)
    hub.deliver(layer_message("user.1", InboxLeft(conversation=70, seq=1, at=1, sender=1, target=7)), 0)
    # All in one flush, as when the process is busy.
    hub.deliver(layer_message("conv.7", said(7, 2)), 0)
    hub.flush(0)
    assert [each.seq for each in charlie.events() if each.conversation == 7] == [1]
    assert bob.seqs() == [1, 2]


def test_a_departure_does_not_wait_for_what_is_missing_before_it(hub):
    charlie = follow(hub, Wire(user=1), 7)
    hub.subscribe(charlie.follower, "user.1", conversation=70)
    hub.deliver(layer_message("user.1", TypingStarted(conversation=70, user=1)), 0)
    hub.topics["user.1"].reach(4)
    hub.deliver(layer_message("user.1", InboxLeft(conversation=70, seq=6, at=1, sender=1, target=7)), 0)
    hub.deliver(layer_message("conv.7", said(7, 2)), 0)
    hub.flush(0)
    assert [each for each in charlie.events() if each.conversation == 7] == []
