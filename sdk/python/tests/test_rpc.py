"""Requests get their answer once: a reply, an error, a time-out, or the end of the connection."""

import pytest
from fake_world import FakeClock
from parley_sdk.errors import Disconnected, NoAnswer, ServerError
from parley_sdk.link.acks import Acks
from parley_sdk.link.rpc import ANSWER_SECONDS, Rpc
from parley_sdk.wire.frames import Ping, SyncAck
from parley_sdk.wire.replies import Done, Events, Failed


class Setup:
    def __init__(self):
        self.clock, self.sent, self.answers, self.is_online = FakeClock(), [], [], True
        self.rpc = Rpc(self.clock, self.send)

    def send(self, frame):
        if self.is_online:
            self.sent.append(frame)
        return self.is_online

    def ask(self):
        self.rpc.call(Ping(id=0), self.answers.append)
        return self.sent[-1].id if self.sent else 0


@pytest.fixture
def setup():
    return Setup()


def test_answers_find_their_request_in_any_order(setup):
    first, second = setup.ask(), setup.ask()
    assert first != second
    assert setup.rpc.answered(Done(id=second))
    assert setup.rpc.answered(Done(id=first))
    assert setup.answers == [Done(id=second), Done(id=first)]


def test_a_second_answer_is_nobodys(setup):
    number = setup.ask()
    setup.rpc.answered(Done(id=number))
    assert not setup.rpc.answered(Done(id=number))
    assert not setup.rpc.answered(Events(events=[]))
    assert len(setup.answers) == 1


def test_an_error_is_typed(setup):
    setup.rpc.answered(Failed(id=setup.ask(), error="rate_limited", message="Slow.", retry_after=2.0, details={"a": 1}))
    [problem] = setup.answers
    assert isinstance(problem, ServerError)
    assert (problem.code, problem.retryable, problem.retry_after, problem.details) == (
        "rate_limited",
        True,
        2.0,
        {"a": 1},
    )
    setup.rpc.answered(Failed(id=setup.ask(), error="not_a_member", message="No."))
    assert not setup.answers[-1].retryable


def test_no_answer_in_time(setup):
    setup.ask()
    setup.clock.advance(ANSWER_SECONDS - 0.1)
    assert setup.answers == []
    setup.clock.advance(0.2)
    assert isinstance(setup.answers[0], NoAnswer)
    assert setup.answers[0].retryable


def test_the_end_of_the_connection_ends_all(setup):
    setup.ask()
    setup.ask()
    setup.rpc.disconnected()
    setup.clock.advance(60)
    assert [type(answer) for answer in setup.answers] == [Disconnected, Disconnected]


def test_without_a_connection_the_answer_is_immediate(setup):
    setup.is_online = False
    setup.ask()
    assert isinstance(setup.answers[0], Disconnected)


def test_acks_wait_for_company_and_keep_a_second_between_them(setup):
    acks = Acks(setup.clock, setup.send)
    for seq in range(1, 50):
        acks.note(7, seq)
        acks.note(8, seq)
        setup.clock.advance(0.1)
    setup.clock.advance(2)
    assert len(setup.sent) <= 7
    assert setup.sent[-1] == SyncAck(positions={7: 49, 8: 49})


def test_acks_of_many_conversations_go_in_several_frames(setup):
    acks = Acks(setup.clock, setup.send)
    for conversation in range(2_500):
        acks.note(conversation, 1)
    setup.clock.advance(5)
    assert [len(frame.positions) for frame in setup.sent] == [1_000, 1_000, 500]


def test_acks_that_could_not_be_sent_are_sent_after_the_reconnect(setup):
    acks = Acks(setup.clock, setup.send)
    setup.is_online = False
    acks.note(7, 5)
    setup.clock.advance(5)
    setup.is_online = True
    acks.online()
    setup.clock.advance(5)
    assert setup.sent == [SyncAck(positions={7: 5})]
