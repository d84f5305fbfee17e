"""Writes on their way: states, order, retries, keys, restarts."""

import random

import pytest
from fake_world import FakeClock, MemoryStorage
from parley_sdk.errors import Disconnected, NoAnswer, ServerError
from parley_sdk.link import outbox as module
from parley_sdk.link.outbox import Outbox, WriteState
from parley_sdk.wire.frames import MessageSend
from parley_sdk.wire.replies import Accepted


class FakeRpc:
    def __init__(self):
        self.calls = []

    def call(self, frame, done, *, timeout):
        self.calls.append((frame, done))

    def answer(self, answer=None, index=-1):
        frame, done = self.calls[index]
        done(answer or Accepted(id=1, conversation=frame.conversation, seq=5, at=1, client_key=frame.client_key))


def frame(key, conversation=7):
    return MessageSend(id=0, conversation=conversation, client_key=f"key-{key:05}", body={"text": str(key)})


class Setup:
    def __init__(self, storage=None):
        self.clock, self.rpc, self.storage = FakeClock(), FakeRpc(), storage or MemoryStorage()
        self.changes = []
        self.outbox = Outbox(
            self.rpc, self.clock, random.Random(1), self.storage, lambda item: self.changes.append(str(item.state))
        )


@pytest.fixture
def setup():
    made = Setup()
    made.outbox.online()
    return made


def test_a_write_goes_pending_sending_sent(setup):
    item = setup.outbox.add(frame(1))
    setup.rpc.answer()
    assert setup.changes == ["pending", "sending", "sent"]
    assert item.accepted.seq == 5
    assert setup.outbox.items == {}
    assert setup.storage.load(module.TABLE) == {}


def test_one_is_under_way_per_conversation(setup):
    for key in (1, 2, 3):
        setup.outbox.add(frame(key))
    setup.outbox.add(frame(4, conversation=8))
    assert [call[0].client_key for call in setup.rpc.calls] == ["key-00001", "key-00004"]
    setup.rpc.answer(index=0)
    assert setup.rpc.calls[-1][0].client_key == "key-00002"


def test_the_same_key_is_used_on_every_attempt(setup):
    item = setup.outbox.add(frame(1))
    for _ in range(4):
        setup.rpc.answer(NoAnswer("late"))
        setup.clock.advance(30)
    setup.rpc.answer()
    assert {call[0].client_key for call in setup.rpc.calls} == {"key-00001"}
    assert item.state is WriteState.SENT


def test_a_later_message_does_not_overtake_one_that_is_retried(setup):
    setup.outbox.add(frame(1))
    setup.rpc.answer(ServerError("unavailable", "Later."))
    setup.outbox.add(frame(2))
    setup.clock.advance(30)
    assert [call[0].client_key for call in setup.rpc.calls] == ["key-00001", "key-00001"]


def test_retry_after_is_honoured(setup):
    setup.outbox.add(frame(1))
    setup.rpc.answer(ServerError("rate_limited", "Slow.", retry_after=9.0))
    setup.clock.advance(8.9)
    assert len(setup.rpc.calls) == 1
    setup.clock.advance(0.2)
    assert len(setup.rpc.calls) == 2


def test_a_refusal_is_final_and_the_next_one_goes_on(setup):
    item = setup.outbox.add(frame(1))
    setup.outbox.add(frame(2))
    setup.rpc.answer(ServerError("muted", "Muted."))
    assert item.state is WriteState.FAILED
    assert item.error.code == "muted"
    assert setup.rpc.calls[-1][0].client_key == "key-00002"


def test_it_gives_up_after_its_attempts_and_resend_starts_again(setup):
    item = setup.outbox.add(frame(1))
    for _ in range(module.ATTEMPTS):
        setup.rpc.answer(NoAnswer("late"))
        setup.clock.advance(30)
    assert item.state is WriteState.FAILED
    assert len(setup.rpc.calls) == module.ATTEMPTS
    setup.outbox.resend(item.key)
    setup.rpc.answer()
    assert item.state is WriteState.SENT
    assert setup.rpc.calls[-1][0].client_key == item.key


def test_time_without_a_connection_does_not_count(setup):
    item = setup.outbox.add(frame(1))
    for _ in range(3 * module.ATTEMPTS):
        setup.outbox.offline()
        setup.rpc.answer(Disconnected("gone"))
        setup.outbox.online()
    assert item.state is WriteState.SENDING
    assert item.attempts == 0


def test_cancel_takes_back_what_waits_but_not_what_is_under_way(setup):
    first, second = setup.outbox.add(frame(1)), setup.outbox.add(frame(2))
    assert not setup.outbox.cancel(first.key)
    assert setup.outbox.cancel(second.key)
    assert second.error.code == "cancelled"
    setup.rpc.answer()
    assert len(setup.rpc.calls) == 1


def test_adding_a_key_twice_is_one_write(setup):
    assert setup.outbox.add(frame(1)) is setup.outbox.add(frame(1))
    assert len(setup.rpc.calls) == 1


def test_unsent_writes_survive_a_restart_in_order():
    before = Setup()
    for key in (3, 1, 2):
        before.outbox.add(frame(key))
    after = Setup(before.storage)
    after.outbox.online()
    for _ in range(3):
        after.rpc.answer()
    assert [call[0].client_key for call in after.rpc.calls] == ["key-00003", "key-00001", "key-00002"]
    assert after.rpc.calls[0][0] == frame(3)


def test_a_failed_write_is_still_failed_after_a_restart():
    before = Setup()
    before.outbox.online()
    before.outbox.add(frame(1))
    before.rpc.answer(ServerError("muted", "Muted."))
    after = Setup(before.storage)
    after.outbox.online()
    assert after.rpc.calls == []
    assert after.outbox.items["key-00001"].state is WriteState.FAILED
