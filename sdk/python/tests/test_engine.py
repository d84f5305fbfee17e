"""The parts together: joining and leaving, large conversations, reads, acks, restarts, failing observers."""

import pytest
from parley_sdk.engine import Engine
from parley_sdk.link.outbox import WriteState
from parley_sdk.wire import events as ev
from parley_sdk.wire import frames as fr
from parley_sdk.wire.replies import TimelinePage
from test_engine_properties import ALICE, BOB, CHARLIE, GROUP, PAIR, Device, World


@pytest.fixture
def world():
    return World(users=(ALICE, BOB))


def say(world, count, conversation=GROUP, device=0):
    for number in range(count):
        world.devices[device].say(conversation, f"{number}")
        world.clock.advance(0.2)


def requests(world, shape):
    return [each for each in world.server.requests if isinstance(each, shape)]


def test_joining_brings_the_conversation_and_leaving_takes_it(world):
    made = world.server.add(60, [BOB])
    say(world, 2)
    charlie = Device(world.net, CHARLIE, 9)
    world.server.personal(CHARLIE)
    world.clock.advance(1)
    assert charlie.engine.inbox.rows.keys() == {1_000 + CHARLIE}
    world.server.join(made, CHARLIE)
    world.clock.advance(1)
    assert 60 in charlie.engine.inbox.rows
    world.devices[1].engine.sync.run()
    world.clock.advance(1)
    world.devices[1].say(60, "welcome")
    world.clock.advance(1)
    assert charlie.engine.inbox.rows[60].unread == 1
    world.server.leave(made, CHARLIE)
    world.clock.advance(1)
    assert 60 not in charlie.engine.inbox.rows
    assert 60 not in charlie.engine.streams


def test_leaving_while_away_is_noticed_at_the_next_connect(world):
    alice = world.devices[0]
    world.net.is_up = False
    world.net.cut_all()
    world.server.leave(world.server.conversations[GROUP], ALICE)
    for _ in range(world.server.delta + 5):
        own = world.server.personal(ALICE)
        world.server.append(own, lambda seq: ev.DeviceRevoked(conversation=own.pk, seq=seq, at=1, device=1))  # noqa: B023
    world.net.is_up = True
    world.clock.advance(30)
    assert GROUP not in alice.engine.inbox.rows
    assert PAIR in alice.engine.inbox.rows


def test_a_large_conversation_sends_hints_until_it_is_opened(world):
    world.server.add(70, [ALICE, BOB], large=True)
    for device in world.devices:
        device.engine.sync.run()
    world.clock.advance(1)
    say(world, 5, 70, device=1)
    alice = world.devices[0]
    assert alice.engine.inbox.rows[70].unread == 5
    assert alice.ledger.get(70) is None
    assert requests(world, fr.TimelineSync) == []
    alice.engine.open(70)
    world.clock.advance(2)
    assert [event.seq for event in alice.ledger[70]] == [1, 2, 3, 4, 5]
    say(world, 1, 70, device=1)
    assert len(alice.ledger[70]) == 6
    alice.engine.close(70)
    world.clock.advance(1)
    say(world, 1, 70, device=1)
    assert len(alice.ledger[70]) == 6
    assert alice.engine.inbox.rows[70].unread == 7


def test_an_opened_conversation_is_opened_again_after_a_reconnect(world):
    world.server.add(70, [ALICE, BOB], large=True)
    world.devices[0].engine.sync.run()
    world.clock.advance(1)
    world.devices[0].engine.open(70)
    world.clock.advance(1)
    world.net.cut_all()
    world.clock.advance(5)
    world.devices[1].engine.sync.run()
    world.clock.advance(1)
    say(world, 3, 70, device=1)
    assert len(world.devices[0].ledger[70]) == 3


def test_a_silently_lost_last_message_is_noticed_by_the_heartbeat(world):
    world.net.faults.loss = 1.0
    world.server.append(
        world.server.conversations[GROUP],
        lambda seq: ev.MessageCreated(
            conversation=GROUP, seq=seq, at=1, sender=BOB, number=1, kind="text", body={}, version=1
        ),
    )
    world.net.faults.loss = 0.0
    world.clock.advance(25)
    assert [event.seq for event in world.devices[0].ledger[GROUP]] == [1]
    assert len(requests(world, fr.TimelineSync)) == 2, "one per device"


def test_acks_are_cumulative_and_at_most_one_a_second(world):
    before = len(requests(world, fr.SyncAck))
    for number in range(100):
        world.devices[0].say(GROUP, f"{number}")
        world.clock.advance(0.05)
    world.clock.advance(2)
    acks = requests(world, fr.SyncAck)[before:]
    assert len(acks) <= 2 * 8
    assert max(ack.positions.get(GROUP, 0) for ack in acks) == 100


def test_reading_on_one_device_reads_on_the_others():
    world = World(users=(ALICE, ALICE, BOB))
    say(world, 3, device=2)
    first, second = world.devices[:2]
    assert first.engine.inbox.rows[GROUP].unread == 3
    first.engine.mark_read(GROUP, 3)
    assert first.engine.inbox.rows[GROUP].unread == 0, "at once"
    world.clock.advance(1)
    assert second.engine.inbox.rows[GROUP].unread == 0
    assert world.devices[2].engine.signals.read[GROUP] == {ALICE: 3}


def test_a_read_position_survives_a_lost_connection(world):
    say(world, 3, device=1)
    world.net.is_up = False
    world.net.cut_all()
    world.devices[0].engine.mark_read(GROUP, 2)
    world.devices[0].engine.mark_read(GROUP, 3)
    world.clock.advance(5)
    world.net.is_up = True
    world.clock.advance(30)
    assert world.server.conversations[GROUP].members[ALICE] == 3
    marks = [each.read_number for each in requests(world, fr.ReceiptMark)]
    assert marks == [3], "the last one wins"


def test_history_pages_join_the_live_edge(world):
    say(world, 120, device=1)
    late = Device(world.net, ALICE, 77)
    world.clock.advance(1)
    say(world, 2, device=1)
    answers = []
    while late.engine.timeline(GROUP).has_older:
        late.engine.load(GROUP, answers.append)
        world.clock.advance(1)
    assert len(answers) == 3
    assert all(isinstance(answer, TimelinePage) for answer in answers)
    assert [each.seq for each in late.engine.timeline(GROUP).entries] == list(range(1, 123))


def test_too_far_behind_takes_the_snapshot(world):
    world.server.max_gap = 30
    world.server.delta = 10
    alice = world.devices[0]
    alice.engine.connection._link.cut()
    world.net.is_up = False
    conversation = world.server.conversations[GROUP]
    for number in range(1, 51):
        world.server.append(
            conversation,
            lambda seq, number=number: ev.MessageCreated(
                conversation=GROUP, seq=seq, at=1, sender=BOB, number=number, kind="text", body={}, version=seq
            ),
        )
    world.net.is_up = True
    world.clock.advance(30)
    assert alice.engine.streams[GROUP].held == 50
    assert alice.engine.inbox.rows[GROUP].unread == 50
    world.devices[1].say(GROUP, "on")
    world.clock.advance(1)
    assert alice.ledger[GROUP][-1].seq == 51


def test_a_jump_leaves_no_hole_in_what_is_shown():
    world = World(users=(ALICE, BOB), every_entry=False)
    world.server.delta = 2
    say(world, 3, device=1)
    alice = world.devices[0]
    alice.engine.load(GROUP, lambda page: None)
    world.clock.advance(1)
    alice.engine.connection.stop()
    say(world, 5, device=1)
    alice.engine.connection.start()
    world.clock.advance(2)
    say(world, 1, device=1)
    shown = [each.seq for each in alice.engine.timeline(GROUP).entries]
    assert shown == list(range(shown[0], 10)), "one unbroken stretch up to the live edge"
    assert alice.engine.timeline(GROUP).has_older
    alice.engine.load(GROUP, lambda page: None)
    world.clock.advance(1)
    assert [each.seq for each in alice.engine.timeline(GROUP).entries] == list(range(1, 10))


def test_unsent_writes_go_out_after_a_restart(world):
    world.net.is_up = False
    world.net.cut_all()
    world.devices[0].say(GROUP, "kept")
    storage = world.devices[0].storage
    world.devices[0].engine.connection.stop()
    world.net.is_up = True
    again = Engine(world.devices[0].engine.connection.ports, storage)
    again.connection.start()
    world.clock.advance(5)
    assert [event.body for event in world.server.conversations[GROUP].log] == [{"text": "kept"}]
    assert again.outbox.items == {}


def test_a_failing_observer_does_not_hurt(world, caplog):
    def fail(event):
        raise RuntimeError("mine")

    world.devices[0].engine.on("event", fail)
    say(world, 3, device=1)
    assert [event.seq for event in world.devices[0].ledger[GROUP]] == [1, 2, 3]
    assert "an observer of event failed" in caplog.text


def test_a_refused_write_fails_with_the_servers_code(world):
    world.server.refuse["MessageSend"] = {"error": "muted"}
    item = world.devices[0].say(GROUP, "x")
    world.clock.advance(1)
    assert (item.state, item.error.code) == (WriteState.FAILED, "muted")


def test_presence_is_asked_again_after_a_reconnect(world):
    world.devices[0].engine.watch((BOB, CHARLIE))
    world.clock.advance(1)
    assert world.devices[0].engine.signals.presence == {BOB: "online", CHARLIE: "offline"}
    world.net.cut_all()
    world.clock.advance(5)
    assert len(requests(world, fr.PresenceGet)) == 2
