"""Later answers: at the response address, for a while and a few times; dialogs by a trigger, sent and answered."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from chat import slash
from chat.models import Entry
from openplatform.models import Interaction, Modal, Whisper
from openplatform.services import interactions, modals, speaking
from openplatform.services.speaking import Heard, Question, Reply
from openplatform.tests.asking import Asking
from openplatform.tests.factories import MODAL, Caller, World
from openplatform.tests.test_door import is_problem
from protocol import errors


def command(asking: Asking) -> dict[str, Any]:
    slash.run(actor=asking.bob, conversation=asking.group, text="/deploy", client_key=f"command-{len(asking.asked)}")
    return asking.asked[-1]


def secret_of(question: dict[str, Any]) -> str:
    return question["response_url"].rpartition("/")[2]


def opened(asking: Asking, **more: Any) -> Modal:
    asking.answer = lambda question: {"modal": {**MODAL, "state": "ticket 7", **more}}
    command(asking)
    return Modal.objects.get()


def test_a_later_answer_is_whispered_or_said_five_times(asking: Asking):
    secret, nobody = secret_of(command(asking)), Caller()
    assert nobody.post(f"responses/{secret}", {"text": "Half way"}).status_code == 204
    assert [(each.user_id, each.body) for each in Whisper.objects.all()] == [(asking.bob.user, {"text": "Half way"})]
    for _ in range(4):
        assert nobody.post(f"responses/{secret}", {"text": "Done", "to": "conversation"}).status_code == 204
    said = Entry.objects.filter(conversation=asking.group, sender=asking.bot, type="message.created")
    assert [each.body["text"] for each in said] == ["Done"] * 4
    is_problem(nobody.post(f"responses/{secret}", {"text": "Once more"}), 404, "not_found")


def test_a_refused_later_answer_uses_nothing_up(asking: Asking):
    secret, nobody = secret_of(command(asking)), Caller()
    problem = is_problem(nobody.post(f"responses/{secret}", {"card": {"title": ""}}), 400, "invalid")
    assert problem["details"]["path"] == "body.title"
    problem = is_problem(nobody.post(f"responses/{secret}", {"txt": "Done"}), 400, "invalid")
    assert Interaction.objects.get().uses_left == 5


def test_the_address_ends_with_its_time_and_with_the_app(asking: Asking):
    first, second = secret_of(command(asking)), secret_of(command(asking))
    Interaction.objects.filter(pk=Interaction.objects.earliest("pk").pk).update(
        at=timezone.now() - timedelta(minutes=31)
    )
    with pytest.raises(errors.NotFound):
        interactions.respond(response=first, reply=Reply(text="Late"))
    asking.suspend()
    with pytest.raises(errors.NotFound):
        interactions.respond(response=second, reply=Reply(text="Cut off"))
    assert not Whisper.objects.exists()


def test_an_answer_that_overtakes_the_questions_own_is_taken(asking: Asking, monkeypatch: pytest.MonkeyPatch):
    """The row is there before the app is asked."""

    def respond_first(where: Any, question: Question) -> Heard:
        interactions.respond(response=question.response, reply=Reply(text="Already"))
        return Heard(Reply(), 200)

    monkeypatch.setattr(speaking, "ask", respond_first)
    slash.run(actor=asking.bob, conversation=asking.group, text="/deploy", client_key="command-001")
    assert Whisper.objects.get().body == {"text": "Already"}


def test_a_dialog_is_opened_sent_refused_changed_and_ended(asking: Asking):
    row = opened(asking)
    asking.answer = lambda question: {"errors": {"why": "Too short"}}
    sent = {"actor": asking.bob, "modal": row.pk}
    refused = interactions.submit(**sent, client_key="submit-001", values={"why": "x"})
    assert refused.errors == {"why": "Too short"}
    question = asking.asked[-1]
    assert (question["type"], question["values"]) == ("modal.submitted", {"why": "x"})
    assert question["modal"] == {"id": row.pk, "action": "why", "state": "ticket 7"}
    asking.answer = lambda question: {"modal": {**MODAL, "title": "Sure?"}}
    then = interactions.submit(**sent, client_key="submit-002", values={"why": "Ill"})
    assert then.modal is not None
    assert (then.modal.modal, then.modal.body["title"]) == (row.pk, "Sure?")
    asking.answer = lambda question: {"text": "Thanks"}
    assert interactions.submit(**sent, client_key="submit-003", values={"why": "Ill"}).text == "Thanks"
    with pytest.raises(errors.NotFound):
        interactions.submit(**sent, client_key="submit-004", values={"why": "Ill"})


def test_what_is_sent_in_a_dialog_is_checked(asking: Asking):
    row = opened(asking, blocks=[{"type": "input", "action": "why", "required": True}])
    for values, path in (({}, "values.why"), ({"why": "x", "who": "me"}, "values.who")):
        with pytest.raises(errors.BadRequest) as wrong:
            interactions.submit(actor=asking.bob, modal=row.pk, client_key="submit-001", values=values)
        assert wrong.value.details == {"path": path}
    assert len(asking.asked) == 1


def test_a_dialog_is_its_users_alone(asking: Asking):
    row = opened(asking)
    for stranger in (asking.company.owner, asking.company.outsider):
        with pytest.raises(errors.NotFound):
            modals.get_open(actor=stranger, modal=row.pk)
        with pytest.raises(errors.NotFound):
            interactions.submit(actor=stranger, modal=row.pk, client_key="submit-001", values={})
        with pytest.raises(errors.NotFound):
            interactions.close(actor=stranger, modal=row.pk, client_key="close-0001")
    assert "state" not in modals.shown(row)


def test_closing_is_told_to_who_wants_to_know(asking: Asking):
    interactions.close(actor=asking.bob, modal=opened(asking, tell_closed=True).pk, client_key="close-0001")
    assert asking.asked[-1]["type"] == "modal.closed"
    assert Modal.objects.get().ended_at is not None


def test_an_app_that_is_not_reached_is_told_to_the_presser(world: World):
    """Nobody answers at the address of the table's app: the presser is told, and the row says why."""
    ids = world.whisper_to_bob()
    answer = world.bob.post(f"conversations/{world.group}/whispers/{ids['whisper']}/actions", {"action": "ok"})
    assert is_problem(answer, 409, "conflict")["details"] == {"rule": "app_failed"}
    assert Interaction.objects.get().reason == "That address is not public."
