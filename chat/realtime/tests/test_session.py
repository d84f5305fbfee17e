"""The session alone: bytes in, effects out, time as a parameter."""

import pytest

from chat.realtime import session as module
from chat.realtime.session import Beat, Check, Close, Held, Ponged, Reply, Run, Session
from protocol import errors, limits
from protocol.codec import JSON, MSGPACK
from protocol.errors import CloseCode
from protocol.frames import Hello, Ping, Pong, SyncAck, TimelineSync
from protocol.replies import Failed


def text(frame) -> str:
    return JSON.encode(frame).decode()


def opened(now: float = 0.0) -> Session:
    session = Session(JSON, now)
    assert [type(e) for e in session.receive(text(Hello(id=1, version=1)), now)] == [Check]
    assert session.welcomed(now) == []
    return session


def failed(effects) -> Failed:
    assert isinstance(effects[0], Reply)
    assert isinstance(effects[0].frame, Failed)
    return effects[0].frame


def test_hello_is_checked_and_nothing_else_is_answered_before_it():
    session = Session(JSON, 0)
    assert failed(session.receive(text(Ping(id=7)), 0)).error == "unauthenticated"
    effects = session.receive(text(Hello(id=8, version=1, token="t")), 0)
    assert effects == [Check(Hello(id=8, version=1, token="t"))]


def test_requests_right_behind_the_hello_run_after_it():
    session = Session(JSON, 0)
    session.receive(text(Hello(id=1, version=1)), 0)
    assert session.receive(text(Ping(id=2)), 0) == []
    assert session.welcomed(0.1) == [Run(Ping(id=2))]


def test_too_many_requests_behind_the_hello_are_refused_and_never_run():
    session = Session(JSON, 0)
    session.receive(text(Hello(id=1, version=1)), 0)
    for number in range(module.MAX_EARLY):
        assert session.receive(text(Ping(id=number + 2)), 0) == []
    assert failed(session.receive(text(Ping(id=99)), 0)).error == "rate_limited"


def test_an_unknown_version_is_told_which_are_known_and_closed():
    session = Session(JSON, 0)
    effects = session.receive(text(Hello(id=1, version=9)), 0)
    assert failed(effects).details == {"supported": [1]}
    assert effects[1] == Close(CloseCode.UNSUPPORTED_VERSION)
    assert session.receive(text(Ping(id=2)), 0) == []


def test_without_hello_the_socket_closes_in_time():
    session = Session(JSON, 100)
    assert session.tick(100 + limits.HELLO_SECONDS - 1) == []
    assert session.tick(100 + limits.HELLO_SECONDS) == [Close(CloseCode.HELLO_MISSED)]


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (errors.Unauthenticated("no"), CloseCode.UNAUTHENTICATED),
        (errors.Unauthenticated("no", code="token_expired"), CloseCode.TOKEN_EXPIRED),
        (errors.Unauthenticated("no", code="device_revoked"), CloseCode.DEVICE_REVOKED),
        (errors.Forbidden("no", code="origin_refused"), CloseCode.UNAUTHENTICATED),
        (errors.Unavailable("later"), CloseCode.INTERNAL),
    ],
)
def test_a_refused_hello_says_why_and_closes(problem, code):
    session = Session(JSON, 0)
    session.receive(text(Hello(id=5, version=1)), 0)
    effects = session.refused(5, problem)
    assert failed(effects).id == 5
    assert effects[1] == Close(code)


def test_a_second_hello_is_refused():
    assert failed(opened().receive(text(Hello(id=3, version=1)), 0)).error == "conflict"


def test_a_frame_over_the_size_is_answered_and_closes():
    effects = opened().receive("x" * (limits.MAX_FRAME_BYTES + 1), 0)
    assert failed(effects).error == "too_large"
    assert effects[1] == Close(CloseCode.TOO_LARGE)


def test_an_unknown_frame_is_answered_under_its_id_and_the_session_goes_on():
    session = opened()
    answer = failed(session.receive('{"type":"message.shout","id":12}', 0))
    assert (answer.id, answer.error) == (12, "unknown_frame")
    assert session.receive(text(Ping(id=13)), 0) == [Run(Ping(id=13))]


def test_repeated_malformed_frames_close():
    session = opened()
    for _ in range(module.MALFORMED_LIMIT - 1):
        assert [type(each) for each in session.receive("{", 0)] == [Reply]
    assert session.receive("{", 0)[1] == Close(CloseCode.MALFORMED)


def test_frames_of_the_other_form_are_malformed():
    assert failed(opened().receive(b'{"type":"ping","id":1}', 0)).error == "malformed"
    binary = Session(MSGPACK, 0)
    assert failed(binary.receive('{"type":"ping","id":1}', 0)).error == "malformed"


def test_too_fast_is_told_first_and_closed_when_it_goes_on():
    session = opened()
    frame = text(SyncAck(positions={}))
    for _ in range(int(limits.FRAME_BURST) - 1):
        assert session.receive(frame, 0) == [Held({})]
    answer = failed(session.receive(text(Ping(id=44)), 0))
    assert (answer.id, answer.error) == (44, "rate_limited")
    assert answer.retry_after > 0
    effects = []
    for _ in range(module.TOO_FAST_LIMIT):
        effects = session.receive(frame, 0)
    assert effects == [Close(CloseCode.TOO_FAST)]


def test_who_waits_as_told_may_go_on():
    session = opened()
    for _ in range(int(limits.FRAME_BURST)):
        session.receive(text(SyncAck(positions={})), 0)
    wait = failed(session.receive(text(Ping(id=1)), 0)).retry_after
    assert session.receive(text(Ping(id=2)), wait + 0.01) == [Run(Ping(id=2))]


def test_requests_in_progress_are_bounded():
    session = opened()
    for number in range(module.MAX_RUNNING):
        asked = TimelineSync(id=number, conversation=1, after=0)
        assert session.receive(text(asked), number) == [Run(asked)]
    late = text(TimelineSync(id=999, conversation=1, after=0))
    assert failed(session.receive(late, module.MAX_RUNNING)).error == "rate_limited"
    session.finished()
    assert isinstance(session.receive(late, module.MAX_RUNNING)[0], Run)


def test_the_heartbeat_carries_heads_that_are_not_acked():
    session = opened()
    assert session.tick(limits.HEARTBEAT_SECONDS - 1) == []
    session.positions.sent(5, 17, limits.HEARTBEAT_SECONDS - 1)
    (beat,) = session.tick(limits.HEARTBEAT_SECONDS)
    assert isinstance(beat, Beat)
    assert beat.frame.heads == {5: 17}
    assert session.tick(limits.HEARTBEAT_SECONDS + 1) == []


def test_a_half_open_peer_is_noticed_within_thirty_seconds():
    session = opened()
    closed_at = next(now for now in range(1, 60) if Close(CloseCode.HEARTBEAT_MISSED) in session.tick(now))
    assert closed_at <= 30


def test_any_frame_is_a_sign_of_life():
    session = opened()
    for now in range(10, 200, 10):
        assert session.receive(text(Pong()), now) == [Ponged()]
        assert not any(isinstance(each, Close) for each in session.tick(now + 5))


def test_a_head_without_ack_is_repeated_and_the_session_closed_in_the_end():
    session = opened()
    session.positions.sent(3, 9, 0)
    seen = []
    for now in range(1, 60):
        session.heard_at = now
        seen += [(now, each) for each in session.tick(now)]
    repeats = [now for now, each in seen if isinstance(each, Beat)]
    assert repeats == [5, 10, 15]
    assert seen[-1] == (20, Close(CloseCode.ACKS_MISSED))


def test_a_closed_session_says_nothing_more():
    session = opened()
    assert session.close(CloseCode.GOING_AWAY) == [Close(CloseCode.GOING_AWAY)]
    assert session.close(CloseCode.GOING_AWAY) == []
    assert session.tick(1000) == []
    assert session.receive(text(Ping(id=1)), 1000) == []
