"""The app side of the kit: signatures, dispatch, and a bot that waits when it was too fast."""

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from parley_sdk.apps.app import App
from parley_sdk.apps.bot import Bot
from parley_sdk.apps.signing import BadSignature, verify
from parley_sdk.errors import Disconnected, ServerError
from standardwebhooks import Webhook

OLD, NEW = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
AT = 1_764_000_000


def signed(facts: Any, secret: str = NEW) -> tuple[dict[str, str], bytes]:
    body = json.dumps(facts).encode()
    made = Webhook(secret).sign("int_1", datetime.fromtimestamp(AT, UTC), body.decode())
    return {"Webhook-Id": "int_1", "webhook-timestamp": str(AT), "webhook-signature": made}, body


def test_what_the_stock_library_signs_is_believed_with_either_secret():
    for secret in (OLD, NEW):
        assert verify([OLD, NEW], *signed({}, secret), now=AT + 299) == "int_1"


@pytest.mark.parametrize(
    ("change", "now"), [({"webhook-id": "int_2"}, AT), ({}, AT + 301), ({"webhook-timestamp": "x"}, AT)]
)
def test_what_was_changed_or_is_old_is_not(change: dict[str, str], now: int):
    headers, body = signed({"type": "command"})
    with pytest.raises(BadSignature):
        verify([NEW], {**{name.lower(): value for name, value in headers.items()}, **change}, body, now=now)
    with pytest.raises(BadSignature):
        verify([OLD], headers, body, now=AT)


def test_each_question_finds_its_function():
    app = App(Bot("http://localhost", ""), secrets=[NEW])
    app.command("deploy")(lambda question: f"to {question.text} for {question.user['name']}")
    app.action("ok")(lambda question: {"delete": True})
    app.modal("why")(lambda question: None)

    def ask(**facts: Any) -> tuple[int, Any]:
        status, body = app.handle(*signed(facts), now=AT)
        return status, json.loads(body)

    assert ask(type="command", command="deploy", text="prod", user={"name": "Bob"}) == (
        200,
        {"text": "to prod for Bob"},
    )
    assert ask(type="action", action="ok") == (200, {"delete": True})
    assert ask(type="modal.submitted", modal={"action": "why"}) == (200, {})
    assert ask(type="command", command="none")[0] == 404
    assert ask(type="url_verification", challenge="abc") == (200, {"challenge": "abc"})


def test_an_event_is_heard_once_and_again_after_a_failure():
    app, heard = App(Bot("http://localhost", ""), secrets=[NEW]), []

    @app.event("message.created")
    def hear(told: Any) -> None:
        heard.append(told.event)
        if len(heard) == 1:
            raise RuntimeError("not today")

    request = signed({"id": "evt_1_1", "type": "message.created", "event": {"seq": 7}})
    with pytest.raises(RuntimeError):
        app.handle(*request, now=AT)
    for _ in range(2):
        assert app.handle(*request, now=AT)[0] == 200
    assert heard == [{"seq": 7}] * 2


def bot(*answers: httpx.Response | Exception) -> tuple[Bot, list[httpx.Request], list[float]]:
    asked: list[httpx.Request] = []
    slept: list[float] = []
    waiting = list(answers)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        found = waiting.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    return Bot("http://localhost", "plyb_x", transport=httpx.MockTransport(answer), sleep=slept.append), asked, slept


def test_a_bot_that_was_too_fast_waits_and_says_it_once():
    slow = httpx.Response(429, headers={"Retry-After": "2"}, json={"code": "rate_limited"})
    speaker, asked, slept = bot(slow, httpx.ConnectError("gone"), httpx.Response(201, json={"seq": 9}))
    assert speaker.say(7, "hello") == 9
    assert slept == [2.0, 2.0]
    assert len({each.headers["Idempotency-Key"] for each in asked}) == 1
    assert asked[0].headers["Authorization"] == "Bearer plyb_x"


def test_a_refusal_is_raised_and_a_server_that_stays_away_too():
    speaker, _, slept = bot(httpx.Response(403, json={"code": "not_a_member", "detail": "No."}))
    with pytest.raises(ServerError) as refused:
        speaker.say(7, "hello")
    assert (refused.value.code, slept) == ("not_a_member", [])
    speaker, _, _ = bot(*[httpx.ConnectError("gone")] * 5)
    with pytest.raises(Disconnected):
        speaker.say(7, "hello")
