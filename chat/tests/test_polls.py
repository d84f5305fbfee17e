"""Polls: one vote a person, a card that always shows what is stored, and nobody who makes votes up."""

import pytest

from chat import selectors, slash
from chat.card_actions import Asked, press
from chat.models import Entry
from chat.participation import Poll, Vote
from chat.rendering import message_of
from chat.services import conversations, forwarding, listening, messages, polls
from chat.tests import factories
from chat.tests.factories import key
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


@pytest.fixture
def seq(scene) -> int:
    return ask(scene).seq


def ask(scene, options=("Noodles", "米饭"), **more):
    more.setdefault("client_key", key())
    return polls.create(actor=scene.alice, conversation=scene.id, question="Lunch?", options=list(options), **more)


def vote(scene, seq, actor, place, client_key=""):
    press(
        actor=actor,
        conversation=scene.id,
        seq=seq,
        client_key=client_key or key(),
        asked=Asked(f"option.{place}"),
    )


def card(scene, seq) -> dict:
    return message_of(Entry.objects.get(conversation_id=scene.id, seq=seq)).body


def bars(scene, seq) -> list[str]:
    return [each["text"].split(" ", 1)[1] for each in card(scene, seq)["blocks"][0]["fields"]]


def test_the_slash_command_asks(scene):
    answer = slash.run(
        actor=scene.bob,
        conversation=scene.id,
        text='/poll "What for lunch?" Noodles “Rice, fried” "Soup"',
        client_key=key(),
    )
    drawn = card(scene, answer.seq)
    assert drawn["title"] == "What for lunch?"
    assert [each["label"] for each in drawn["blocks"][0]["fields"]] == ["Noodles", "Rice, fried", "Soup"]
    [entry] = Entry.objects.filter(conversation_id=scene.id, kind="card")
    assert entry.sender_id == scene.bob.user
    with pytest.raises(BadRequest):
        slash.run(actor=scene.bob, conversation=scene.id, text='/poll "Alone?" yes', client_key=key())


def test_votes_are_drawn_and_one_a_person(scene, seq):
    vote(scene, seq, scene.alice, 0)
    assert bars(scene, seq) == ["100% · 1", "0% · 0"]
    vote(scene, seq, scene.bob, 1)
    vote(scene, seq, scene.alice, 1)
    assert bars(scene, seq) == ["0% · 0", "100% · 2"]
    vote(scene, seq, scene.alice, 1)
    assert bars(scene, seq) == ["0% · 0", "100% · 1"]
    assert Vote.objects.count() == 1
    [last] = Entry.objects.filter(conversation_id=scene.id, type="message.edited").order_by("-seq")[:1]
    assert (last.sender_id, last.body["previous"]) == (None, {})


def test_a_retried_press_is_one_vote(scene, seq):
    for _ in range(2):
        vote(scene, seq, scene.bob, 0, client_key="press-once")
    assert bars(scene, seq) == ["100% · 1", "0% · 0"]
    vote(scene, seq, scene.alice, 0, client_key="press-once")
    assert bars(scene, seq) == ["100% · 2", "0% · 0"]


def test_who_asked_ends_it(scene, seq):
    end = {"conversation": scene.id, "seq": seq, "asked": Asked("close")}
    with pytest.raises(Forbidden):
        press(actor=scene.bob, client_key=key(), **end)
    press(actor=scene.alice, client_key=key(), **end)
    assert [each["type"] for each in card(scene, seq)["blocks"]] == ["fields", "note"]
    with pytest.raises(BadRequest):
        vote(scene, seq, scene.bob, 0)
    with pytest.raises(Conflict):
        polls.vote(actor=scene.bob, conversation=scene.id, seq=seq, option=0, client_key=key())


def test_the_same_question_under_the_same_key_is_one_poll(scene):
    first, again = (ask(scene, client_key="ask-once-only") for _ in range(2))
    assert again.duplicate
    assert again.seq == first.seq
    assert Poll.objects.count() == 1


@pytest.mark.parametrize("options", [["a"], ["a", "a"], ["a", ""], [str(each) for each in range(11)], ["a", "x" * 81]])
def test_questions_that_are_none_are_refused(scene, options):
    with pytest.raises(BadRequest):
        ask(scene, options=options)
    assert not Poll.objects.exists()


def test_nobody_makes_a_poll_or_its_votes_up(scene, seq):
    where = {"actor": scene.alice, "conversation": scene.id, "client_key": key()}
    forged = {"title": "Lunch?", "handler": "poll"}
    with pytest.raises(Forbidden):
        messages.send(**where, kind="card", body=forged)
    with pytest.raises(Forbidden):
        messages.edit(**where, target=seq, body=forged)
    with pytest.raises(Forbidden):
        messages.edit(**where, target=seq, body={"title": "Noodles won"})
    with pytest.raises(BadRequest):
        polls.vote(actor=scene.bob, conversation=scene.id, seq=seq, option=7, client_key=key())


def test_a_recalled_poll_leaves_nothing(scene, seq):
    vote(scene, seq, scene.bob, 0)
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=seq)
    listening.pump(scene.id)
    assert not Poll.objects.exists()
    assert not Vote.objects.exists()
    assert not [each for each in Entry.objects.all() if "Noodles" in str(each.body)]
    with pytest.raises(Conflict):
        vote(scene, seq, scene.bob, 0)
    with pytest.raises(NotFound):
        polls.vote(actor=scene.bob, conversation=scene.id, seq=seq, option=0, client_key=key())


def test_a_forwarded_poll_shows_what_it_was_and_takes_no_votes(scene, seq):
    vote(scene, seq, scene.bob, 0)
    notes = conversations.personal_of(scene.bob.user).pk
    wanted = forwarding.Wanted(scene.id, (seq,))
    [copied] = forwarding.forward(actor=scene.bob, conversation=notes, client_key=key(), wanted=wanted)
    [shown] = [each for each in selectors.list_history(scene.bob.user, notes).events if each.seq == copied.seq]
    assert [each["type"] for each in shown.body["blocks"]] == ["fields", "note"]
    assert "handler" not in shown.body
    with pytest.raises(BadRequest):
        press(actor=scene.bob, conversation=notes, seq=copied.seq, client_key=key(), asked=Asked("option.0"))
