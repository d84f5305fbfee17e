"""Random schedules of trouble between several devices and a server: nothing lost, nothing twice, one order, equal counts.

No network and no real time: the clock, the network, the server and the dice are fakes.
"""

import random

import pytest
from fake_server import FakeServer
from fake_world import FakeClock, FakeNet, FakeTokens, Faults, MemoryStorage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from parley_sdk.codec import JSON, MSGPACK
from parley_sdk.engine import Engine
from parley_sdk.link.outbox import ATTEMPTS, WriteState
from parley_sdk.network.connection import Ports, State
from parley_sdk.wire.events import MessageCreated, TypingStarted
from parley_sdk.wire.frames import MessageEdit, MessageRecall, MessageSend, ReactionAdd, ReactionRemove

ALICE, BOB, CHARLIE = 1, 2, 3
GROUP, PAIR = 50, 51


class Device:
    """A client with its ledger: every durable event in the order in which the application saw it."""

    def __init__(self, net, user, seed, every_entry=True):
        self.user = user
        self.random = random.Random(seed)
        self.storage = MemoryStorage()
        self.tokens = FakeTokens(str(user))
        self.ledger = {}
        self.writes = []
        ports = Ports(net.clock, self.random, net, self.tokens)
        self.engine = Engine(ports, self.storage, every_entry=every_entry)
        self.engine.on("event", self._saw)
        self.engine.connection.start()

    def _saw(self, event):
        if hasattr(event, "seq"):
            self.ledger.setdefault(event.conversation, []).append(event)

    def key(self):
        return f"{self.user}-{self.random.getrandbits(64):016x}"

    def write(self, kind, conversation, **fields):
        item = self.engine.write(kind(id=0, conversation=conversation, client_key=self.key(), **fields))
        self.writes.append(item)
        return item

    def say(self, conversation, text, **fields):
        return self.write(MessageSend, conversation, body={"text": text}, **fields)


class World:
    def __init__(self, seed=0, codec=MSGPACK, users=(ALICE, ALICE, BOB), every_entry=True):
        self.clock = FakeClock()
        self.server = FakeServer(self.clock)
        self.server.add(GROUP, [ALICE, BOB])
        self.server.add(PAIR, [ALICE, BOB], kind="direct")
        self.net = FakeNet(self.clock, self.server, seed, codec)
        self.devices = [Device(self.net, user, seed * 10 + index, every_entry) for index, user in enumerate(users)]
        self.clock.advance(1)

    def heal(self):
        """A good network, and time enough for every retry; what gave up is sent again by hand, as a person would."""
        self.net.faults = Faults()
        self.net.is_up = self.server.is_up = True
        for _ in range(4):
            self.clock.advance(60)
            for device in self.devices:
                for key, item in list(device.engine.outbox.items.items()):
                    if item.state is WriteState.FAILED and item.error.retryable:
                        assert item.attempts >= ATTEMPTS, "it gave up too early"
                        device.engine.outbox.resend(key)

    def check(self):
        for device in self.devices:
            engine = device.engine
            assert engine.connection.state is State.ONLINE
            assert engine.synced
            for item in device.writes:
                assert item.state in {WriteState.SENT, WriteState.FAILED}
                if item.state is WriteState.FAILED:
                    assert item.error.code in {"not_found", "not_a_member", "cancelled"}
            for pk, conversation in self.server.conversations.items():
                if device.user in conversation.members:
                    self.check_one(device, pk, conversation)

    def check_one(self, device, pk, conversation):
        engine = device.engine
        assert engine.streams[pk].held == conversation.head
        assert not engine.streams[pk].early
        seen = [event.seq for event in device.ledger.get(pk, [])]
        assert seen == sorted(set(seen)), "nothing twice, one order"
        for event in device.ledger.get(pk, []):
            assert event == conversation.log[event.seq - 1]
        row = engine.inbox.rows[pk]
        assert row.state == self.server.row(conversation, device.user)
        shown = engine.timeline(pk).messages
        expected = [each for each in conversation.state.values() if isinstance(each, MessageCreated)]
        assert shown == expected[len(expected) - len(shown) :]

    def check_complete(self):
        """Ledger = table, for devices that were there from the beginning and never had to jump."""
        for device in self.devices:
            for pk in (GROUP, PAIR):
                assert device.ledger.get(pk, []) == self.server.conversations[pk].log
        said = sorted(item.key for device in self.devices for item in device.writes if item.state is WriteState.SENT)
        stored = sorted(
            event.client_key for pk in (GROUP, PAIR) for event in self.server.conversations[pk].log if event.client_key
        )
        assert said == stored, "each write once"


device = st.integers(0, 2)
where = st.sampled_from([GROUP, PAIR])
STEPS = st.one_of(
    st.tuples(st.just("say"), device, where),
    st.tuples(st.just("say"), device, where),
    st.tuples(st.just("mention"), device, where),
    st.tuples(st.just("edit"), device, where),
    st.tuples(st.just("recall"), device, where),
    st.tuples(st.just("react"), device, where),
    st.tuples(st.just("unreact"), device, where),
    st.tuples(st.just("read"), device, where),
    st.tuples(st.just("type"), device, where),
    st.tuples(st.just("wait"), st.sampled_from([0.005, 0.03, 0.3, 2.0, 15.0])),
    st.tuples(st.just("cut"), device),
    st.tuples(st.just("freeze"), device),
    st.tuples(st.just("kill")),
    st.tuples(st.just("network"), st.booleans()),
    st.tuples(
        st.just("faults"), st.sampled_from([0.0, 0.1, 0.4]), st.sampled_from([0.0, 0.3]), st.sampled_from([0.0, 0.5])
    ),
)


def step(world, action):
    name, *rest = action
    match name:
        case "wait":
            world.clock.advance(rest[0])
        case "kill":
            world.server.kill()
            world.clock.call_later(1.0, lambda: setattr(world.server, "is_up", True))
        case "network":
            world.net.is_up = rest[0]
            if not rest[0]:
                world.net.cut_all()
        case "faults":
            world.net.faults = Faults(*rest)
        case "cut" | "freeze":
            link = world.devices[rest[0]].engine.connection._link
            if link is not None:
                getattr(link, name)()
        case _:
            act(world, name, world.devices[rest[0]], rest[1])


def act(world, name, device, pk):
    known = device.engine.timeline(pk).messages
    match name:
        case "say":
            device.say(pk, f"message {len(device.writes)}")
        case "mention":
            device.say(pk, "hey", mentions=[ALICE, BOB])
        case "read":
            row = device.engine.inbox.rows.get(pk)
            if row:
                device.engine.mark_read(pk, row.state.last_number)
        case "type":
            device.engine.typing(pk, on=True)
        case "edit" if known:
            device.write(MessageEdit, pk, target=known[-1].seq, body={"text": f"edited {len(device.writes)}"})
        case "recall" if known:
            device.write(MessageRecall, pk, target=known[len(known) // 2].seq)
        case "react" if known:
            device.write(ReactionAdd, pk, target=known[-1].seq, emoji="👍")
        case "unreact" if known:
            device.write(ReactionRemove, pk, target=known[-1].seq, emoji="👍")


@given(st.lists(STEPS, min_size=5, max_size=60), st.integers(0, 2**16), st.sampled_from([JSON, MSGPACK]), st.booleans())
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_schedule_of_trouble_ends_well(steps, seed, codec, every_entry):
    """With deltas of two entries, so that gaps are too long for a sync all the time."""
    world = World(seed, codec, every_entry=every_entry)
    world.server.delta = 2
    for action in steps:
        step(world, action)
    world.heal()
    world.check()


@given(st.lists(STEPS, min_size=5, max_size=40), st.integers(0, 2**16))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_ledger_equals_the_table(steps, seed):
    """Each device sees each entry itself, however long it was away."""
    world = World(seed)
    world.server.delta = 5
    for action in steps:
        step(world, action)
    world.heal()
    world.check()
    world.check_complete()


@pytest.mark.parametrize("loss", [0.1, 0.3])
def test_a_long_conversation_over_a_bad_line(loss):
    world = World(seed=4)
    world.net.faults = Faults(loss, 0.2, 0.3)
    for number in range(60):
        world.devices[number % 3].say(GROUP, f"{number}")
        world.clock.advance(0.5)
    world.heal()
    world.check()
    world.check_complete()


def test_own_messages_keep_their_order():
    world = World(seed=5)
    world.net.faults = Faults(0.3, 0.3, 0.5)
    for number in range(30):
        world.devices[0].say(GROUP, f"{number}")
    world.heal()
    log = world.server.conversations[GROUP].log
    assert [event.body["text"] for event in log if isinstance(event, MessageCreated)] == [
        str(each) for each in range(30)
    ]


def test_a_thousand_resends_of_one_key_store_one_row():
    world = World()
    frame = MessageSend(id=0, conversation=GROUP, client_key="the-same-key", body={"text": "once"})
    answers = []
    for _ in range(1_000):
        world.devices[0].engine.call(frame, answers.append)
    world.clock.advance(1)
    assert len(answers) == 1_000
    assert sum(not answer.duplicate for answer in answers) == 1
    assert len(world.server.conversations[GROUP].log) == 1


def test_typing_reaches_the_other_side_once():
    world = World()
    seen = []
    world.devices[2].engine.on("event", seen.append)
    world.devices[0].engine.typing(GROUP, on=True)
    world.clock.advance(0.1)
    assert seen == [TypingStarted(conversation=GROUP, user=ALICE)]
    assert world.devices[2].engine.signals.typing(GROUP) == [ALICE]
    world.clock.advance(6.1)
    assert world.devices[2].engine.signals.typing(GROUP) == []
