"""Presses on cards: checked against the card, with the path of what is wrong, and handed to who answers."""

import pytest

from chat import card_actions
from chat.card_actions import Asked, CardAnswer, press
from chat.kinds.card import KIND
from chat.services import messages
from chat.tests import factories
from chat.tests.factories import key, send
from chat.timeline import Draft
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db
OPTIONS = [{"text": "A", "value": "a"}, {"text": "B", "value": "b"}]
BLOCKS = [
    {
        "type": "actions",
        "elements": [
            {"type": "button", "text": "Go", "action": "go", "value": "now"},
            {"type": "select", "action": "one", "options": OPTIONS},
            {"type": "multi_select", "action": "some", "options": OPTIONS, "required": True},
            {"type": "date", "action": "day"},
            {"type": "input", "action": "words", "max_length": 5},
            {"type": "button", "text": "Page", "url": "https://example.com/"},
        ],
    },
    {
        "type": "form",
        "action": "leave",
        "elements": [
            {"type": "date", "action": "from", "required": True},
            {"type": "input", "action": "why"},
        ],
        "submit": {"text": "Ask"},
    },
]


@pytest.fixture
def scene():
    return factories.scene()


@pytest.fixture
def heard(monkeypatch) -> list:
    presses: list = []

    def answer(each) -> CardAnswer:
        presses.append(each)
        return CardAnswer(state="done", message="Thanks")

    monkeypatch.setitem(card_actions._answers, "test", answer)
    return presses


def post(scene, handler="test") -> int:
    body = KIND.validate({"title": "T", "blocks": BLOCKS, "handler": handler})
    draft = Draft(
        actor=scene.alice,
        conversation=scene.id,
        type="message.created",
        client_key=key(),
        kind="card",
        body=body,
    )
    return messages.commit_one(draft).seq


def use(scene, seq, action, value=None, values=None):
    asked = Asked(action, value, values or {})
    return press(actor=scene.bob, conversation=scene.id, seq=seq, client_key=key(), asked=asked)


def test_what_is_pressed_reaches_who_answers(scene, heard):
    seq = post(scene)
    assert use(scene, seq, "go", "forged").message == "Thanks"
    use(scene, seq, "one", "b")
    use(scene, seq, "some", ["b", "a", "b"])
    use(scene, seq, "day", "2026-11-23")
    use(scene, seq, "words", "hello")
    use(scene, seq, "leave", values={"from": "2026-11-23"})
    assert [each.value for each in heard] == ["now", "b", ["b", "a"], "2026-11-23", "hello", ""]
    assert heard[-1].values == {"from": "2026-11-23", "why": ""}


@pytest.mark.parametrize(
    ("action", "value", "values", "path"),
    [
        ("nothing", None, {}, "action"),
        ("one", "c", {}, "value"),
        ("one", 7, {}, "value"),
        ("some", "a", {}, "value"),
        ("some", ["c"], {}, "value"),
        ("some", [], {}, "value"),
        ("day", "yesterday", {}, "value"),
        ("day", "2026-02-30", {}, "value"),
        ("words", "too long", {}, "value"),
        ("leave", None, {}, "values.from"),
        ("leave", None, {"from": "2026-11-23", "who": "me"}, "values.who"),
        ("from", "2026-11-23", {}, "action"),
    ],
)
def test_what_the_card_does_not_allow_is_refused_with_its_path(scene, heard, action, value, values, path):
    seq = post(scene)
    with pytest.raises(BadRequest) as refused:
        use(scene, seq, action, value, values)
    assert refused.value.details["path"] == path
    assert heard == []


def test_cards_that_nobody_answers_and_what_is_no_card(scene):
    with pytest.raises(Conflict) as refused:
        use(scene, post(scene, handler=""), "go")
    assert refused.value.details["rule"] == "no_handler"
    with pytest.raises(BadRequest):
        use(scene, send(scene.alice, scene.id).seq, "go")
    with pytest.raises(NotFound):
        use(scene, 10**9, "go")


def test_an_outsider_presses_nothing(scene, heard):
    seq = post(scene)
    with pytest.raises(Forbidden) as refused:
        press(actor=scene.charlie, conversation=scene.id, seq=seq, client_key=key(), asked=Asked("go"))
    assert refused.value.code == "not_a_member"
    assert heard == []


def test_a_handler_is_registered_once():
    with pytest.raises(ValueError, match="poll"):
        card_actions.answers("poll")(lambda _: CardAnswer(state="done"))
