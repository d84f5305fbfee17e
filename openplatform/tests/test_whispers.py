"""Whispers: heard by one person alone, in nobody's timeline, told on that person's own topic."""

from typing import Any

import pytest

from chat import relay
from chat.models import Entry
from openplatform.models import Whisper
from openplatform.services import whispers
from openplatform.tests.asking import Asking
from protocol import errors
from protocol.events import MessageWhispered


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    monkeypatch.setattr(relay, "publish_ephemeral", lambda topic, event: found.append((topic, event)))
    return found


def say(asking: Asking, **more: Any) -> Whisper:
    given = {"actor": asking.bot_actor, "user": asking.bob.user, "kind": "text", "body": {"text": "psst"}, **more}
    return whispers.say(conversation=asking.group, **given)


def test_one_person_hears_it_and_no_timeline_has_it(
    asking: Asking, told: list[Any], django_capture_on_commit_callbacks: Any
):
    before = Entry.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        row = say(asking)
    [(topic, event)] = told
    assert topic == f"user.{asking.bob.user}"
    assert isinstance(event, MessageWhispered)
    assert (event.whisper, event.sender, event.app, event.body) == (row.pk, asking.bot, asking.app.pk, {"text": "psst"})
    assert Entry.objects.count() == before
    assert [each.pk for each in whispers.list_heard(actor=asking.bob, conversation=asking.group)] == [row.pk]
    assert whispers.list_heard(actor=asking.company.owner, conversation=asking.group) == []
    with pytest.raises(errors.Forbidden):
        whispers.list_heard(actor=asking.company.outsider, conversation=asking.group)


def test_who_takes_one_away(asking: Asking, told: list[Any], django_capture_on_commit_callbacks: Any):
    row = say(asking)
    for stranger, refusal in ((asking.company.owner, errors.NotFound), (asking.company.outsider, errors.Forbidden)):
        with pytest.raises(refusal):
            whispers.remove(actor=stranger, conversation=asking.group, whisper=row.pk)
    with django_capture_on_commit_callbacks(execute=True):
        whispers.remove(actor=asking.bob, conversation=asking.group, whisper=row.pk)
    assert told[-1][1].removed
    whispers.remove(actor=asking.bot_actor, conversation=asking.group, whisper=say(asking).pk)
    assert not Whisper.objects.exists()


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"user": 987654321}, "user"),
        ({"kind": "image"}, "kind"),
        ({"kind": "card", "body": {"title": ""}}, "body.title"),
        ({"target": 1}, "target"),
    ],
)
def test_what_cannot_be_whispered(asking: Asking, more: dict[str, Any], path: str):
    with pytest.raises(errors.BadRequest) as wrong:
        say(asking, **more)
    assert wrong.value.details["path"] == path


def test_nobody_but_a_bot_that_is_there_whispers(asking: Asking):
    with pytest.raises(errors.NotFound):
        say(asking, actor=asking.bob)
    away = asking.make_group("Private", with_bot=False)
    with pytest.raises(errors.Forbidden):
        whispers.say(actor=asking.bot_actor, conversation=away, user=asking.bob.user, kind="text", body={"text": "x"})
    asking.suspend()
    with pytest.raises(errors.NotFound):
        say(asking)
    with pytest.raises(errors.Forbidden):
        say(asking, kind="card", body={"title": "x", "handler": "poll"}, actor=asking.company.outsider)
