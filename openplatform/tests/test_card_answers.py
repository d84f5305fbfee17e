"""Presses on cards of apps: the app is asked with what was pressed, and may redraw the card for all or for one."""

import uuid
from typing import Any

import pytest

from accounts.actor import Actor
from chat import card_actions
from chat.card_actions import Asked, CardAnswer
from chat.models import Entry
from chat.services import messages
from openplatform.models import Whisper
from openplatform.services import interactions, whispers
from openplatform.tests.asking import Asking
from protocol import errors

CARD: dict[str, Any] = {
    "title": "Leave request",
    "blocks": [
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": "Approve", "action": "approve", "value": "7"},
                {"type": "date", "action": "day"},
            ],
        },
        {"type": "form", "action": "ask", "submit": {"text": "Ask"}, "elements": [{"type": "input", "action": "why"}]},
    ],
}
APPROVE = Asked("approve")
DONE = {"title": "Leave request", "text": "Approved"}


@pytest.fixture
def card(asking: Asking) -> int:
    return post(asking, asking.bot_actor)


def post(asking: Asking, actor: Actor) -> int:
    sent = messages.send(actor=actor, conversation=asking.group, client_key=uuid.uuid4().hex, kind="card", body=CARD)
    return sent.seq


def press(asking: Asking, seq: int, asked: Asked = APPROVE, **more: Any) -> CardAnswer:
    given = {"actor": asking.bob, "client_key": uuid.uuid4().hex, **more}
    return card_actions.press(conversation=asking.group, seq=seq, asked=asked, **given)


def body_of(asking: Asking, seq: int) -> dict[str, Any]:
    return Entry.objects.get(pk=(asking.group, seq)).body


def test_the_app_is_asked_what_was_pressed(asking: Asking, card: int):
    asking.answer = lambda question: {"text": "Noted"}
    assert press(asking, card) == CardAnswer(state="done", message="Noted")
    press(asking, card, Asked("day", "2026-12-01"))
    press(asking, card, Asked("ask", values={"why": "Ill"}))
    first, second, third = asking.asked
    assert (first["type"], first["action"], first["value"]) == ("action", "approve", "7")
    assert first["message"]["seq"] == card
    assert first["message"]["card"]["title"] == "Leave request"
    assert second["value"] == "2026-12-01"
    assert third["values"] == {"why": "Ill"}
    with pytest.raises(errors.BadRequest) as wrong:
        press(asking, card, Asked("day", "tomorrow"))
    assert wrong.value.details == {"path": "value"}
    assert len(asking.asked) == 3


def test_it_redraws_the_card_for_everybody(asking: Asking, card: int):
    asking.answer = lambda question: {"card": DONE, "replace": True, "to": "conversation"}
    press(asking, card)
    assert body_of(asking, card)["text"] == "Approved"


def test_or_for_the_presser_alone(asking: Asking, card: int):
    asking.answer = lambda question: {"card": {**CARD, "text": "Yours"}, "replace": True}
    press(asking, card)
    assert "text" not in body_of(asking, card)
    [mine] = whispers.list_heard(actor=asking.bob, conversation=asking.group)
    assert (mine.target, mine.body["text"]) == (card, "Yours")
    assert whispers.list_heard(actor=asking.company.owner, conversation=asking.group) == []
    # Another press, on what he sees now, changes the same whisper.
    asking.answer = lambda question: {"card": {**CARD, "text": "Still yours"}, "replace": True}
    given = {
        "conversation": asking.group,
        "whisper": mine.pk,
        "client_key": "press-on-whisper",
        "asked": Asked("approve"),
    }
    interactions.press_whisper(actor=asking.bob, **given)
    assert Whisper.objects.get().body["text"] == "Still yours"
    assert asking.asked[-1]["message"]["whisper"] == mine.pk
    with pytest.raises(errors.NotFound):
        interactions.press_whisper(actor=asking.company.owner, **given)
    with pytest.raises(errors.Forbidden):
        interactions.press_whisper(actor=asking.company.outsider, **given)


def test_it_takes_the_card_away(asking: Asking, card: int):
    asking.answer = lambda question: {"delete": True}
    press(asking, card)
    assert Entry.objects.get(pk=(asking.group, card)).recalled_at is not None


def test_an_outsider_presses_nothing(asking: Asking, card: int):
    with pytest.raises(errors.Forbidden):
        press(asking, card, actor=asking.company.outsider)
    assert asking.asked == []


def test_cards_of_people_and_of_apps_that_are_cut_off_are_answered_by_nobody(asking: Asking, card: int):
    asking.suspend()
    for seq in (card, post(asking, asking.bob)):
        with pytest.raises(errors.Conflict) as nobody:
            press(asking, seq)
        assert nobody.value.details == {"rule": "no_handler"}
    assert asking.asked == []
