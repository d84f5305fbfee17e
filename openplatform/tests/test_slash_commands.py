"""Commands of apps: there while the app is at work and for its people; asked once; answered to the caller or to all."""

import pytest

from accounts.services import departments
from accounts.tests.factories import actor_of
from chat import slash
from chat.models import Entry
from chat.services import conversations
from openplatform import conf
from openplatform.models import Interaction
from openplatform.services import apps, installations
from openplatform.tests.asking import Asking
from protocol import errors


def run(asking: Asking, text: str = "/deploy 上海 now", key: str = "command-001", **more) -> slash.Answer:
    given = {"actor": asking.bob, "conversation": asking.group, **more}
    return slash.run(text=text, client_key=key, **given)


def test_the_app_is_asked_signed_and_the_caller_alone_reads_its_answer(asking: Asking):
    asking.answer = lambda question: {"text": f"Deploying to {question['text']}"}
    head = Entry.objects.count()
    assert run(asking).text == "Deploying to 上海 now"
    assert Entry.objects.count() == head
    [asked] = asking.asked
    assert (asked["type"], asked["command"], asked["text"]) == ("command", "deploy", "上海 now")
    assert asked["user"] == {"id": asking.bob.user, "username": "bob", "name": "Bob", "locale": "en"}
    assert asked["conversation"] == {"id": asking.group, "kind": "group", "title": "Apollo"}
    assert asked["response_url"].startswith(conf.absolute("/api/v1/responses/plyr_"))
    row = Interaction.objects.get()
    assert (row.status, row.reason) == (200, "")
    assert asked["response_url"].rpartition("/")[2] not in (row.response, row.trigger)


def test_it_may_answer_in_the_conversation_as_its_bot(asking: Asking):
    asking.answer = lambda question: {"text": "Deployed", "to": "conversation"}
    answer = run(asking)
    said = Entry.objects.get(pk=(answer.conversation, answer.seq))
    assert (said.sender_id, said.body, said.app) == (asking.bot, {"text": "Deployed"}, asking.app.pk)


def test_where_its_bot_is_not_the_answer_is_for_the_caller_alone(asking: Asking):
    asking.answer = lambda question: {"text": "Deployed", "to": "conversation"}
    away = asking.make_group("Private", with_bot=False)
    answer = run(asking, conversation=away)
    assert (answer.text, answer.seq) == ("Deployed", 0)


def test_the_same_key_is_the_same_call(asking: Asking):
    asking.answer = lambda question: {"text": f"{len(asking.asked)}", "to": "conversation"}
    first = run(asking)
    assert run(asking) == first
    assert len(asking.asked) == 1
    with pytest.raises(errors.Conflict) as other:
        run(asking, conversation=asking.quiet)
    assert other.value.code == "key_reused"


@pytest.mark.parametrize(
    ("status", "said", "reason"),
    [
        (500, {}, "answered 500"),
        (302, {}, "answered 302"),
        (200, b"<html>", "its answer is none"),
        (200, {"text": 5}, "$.text"),
        (200, {"card": {"title": ""}}, "its answer cannot be done"),
        (200, {"modal": {"title": "x"}}, "modal"),
    ],
)
def test_what_does_not_answer_as_it_should_is_told_and_may_be_asked_again(asking: Asking, status, said, reason):
    asking.status, asking.answer = status, lambda question: said
    with pytest.raises(errors.Conflict) as failed:
        run(asking)
    assert failed.value.details == {"rule": "app_failed"}
    row = Interaction.objects.get()
    assert reason in row.reason
    assert (row.status, row.told) == (status, None)
    asking.status, asking.answer = 200, lambda question: {"text": "Better"}
    assert run(asking).text == "Better"
    assert [each["id"] for each in asking.asked] == [f"int_{row.pk}"] * 2
    assert asking.asked[0]["response_url"] != asking.asked[1]["response_url"]


def test_who_sees_the_command(asking: Asking):
    """Nobody once the app is cut off, taken out or without the scope; nobody of another department."""
    names = [each.name for each in slash.list_commands(asking.bob)]
    assert "deploy" in names
    [listed] = [each for each in slash.list_commands(asking.bob) if each.name == "deploy"]
    assert (listed.help_en, listed.help_zh) == ("Deploy it (Build bot)", "部署（Build bot）")
    with pytest.raises(errors.Forbidden):
        run(asking, actor=asking.company.outsider)
    installations.consent(actor=asking.company.owner, app=asking.app.pk, wanted=["messages:write"])
    with pytest.raises(errors.BadRequest):
        run(asking)
    installations.consent(actor=asking.company.owner, app=asking.app.pk, wanted=["commands:register"])
    asking.suspend()
    with pytest.raises(errors.BadRequest):
        run(asking)
    assert asking.asked == []
    apps.restore(actor=asking.company.admin, app=asking.app.pk)
    assert run(asking).text == ""


def test_an_app_of_a_department_is_asked_by_its_people_alone(asking: Asking):
    works = departments.create(actor=asking.company.admin, name="Works")
    apps.update(actor=asking.company.admin, app=asking.app.pk, changes={"departments": [works.pk]})
    assert "deploy" not in [each.name for each in slash.list_commands(asking.bob)]
    with pytest.raises(errors.BadRequest):
        run(asking)


def test_what_is_commanded_in_a_direct_conversation_with_nobody_else(asking: Asking):
    there = conversations.open_direct(actor=asking.bob, user=asking.company.alice.pk)
    run(asking, conversation=there.pk, actor=actor_of(asking.company.alice))
    assert asking.asked[0]["conversation"]["kind"] == "direct"
