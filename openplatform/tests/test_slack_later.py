"""What a bot says at a time, what it finds and what it takes back: in Slack's words."""

import io
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import actor_of
from chat import attachments, search
from chat.models import Entry
from chat.services import files, messages, scheduled
from openplatform.dialects import slack_shapes
from openplatform.services import apps
from openplatform.tests.slack_stage import Workspace
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def there(db: None) -> Workspace:
    return Workspace()


def said(there: Workspace) -> list[str]:
    found = Entry.objects.filter(conversation=there.group, type="message.created", sender=there.bot).order_by("seq")
    return [each.body["text"] for each in found]


def run_at(moment) -> None:
    with time_machine.travel(moment, tick=False):
        scheduled.send_due(scheduled.find_due())


def test_it_is_said_at_its_time_unless_it_was_taken_back(there: Workspace):
    at = timezone.now() + timedelta(hours=1)
    first, second = (
        there.call("chat.scheduleMessage", channel=there.channel, text=f"*{each}*", post_at=str(int(at.timestamp())))
        for each in ("one", "two")
    )
    listed = there.call("chat.scheduledMessages.list", channel=there.channel)["scheduled_messages"]
    assert [(each["id"], each["channel_id"], each["text"]) for each in listed] == [
        (first["scheduled_message_id"], there.channel, "**one**"),
        (second["scheduled_message_id"], there.channel, "**two**"),
    ]
    taken = {"channel": there.channel, "scheduled_message_id": first["scheduled_message_id"]}
    assert there.call("chat.deleteScheduledMessage", **taken) == {"ok": True}
    assert there.call("chat.deleteScheduledMessage", **taken)["error"] == "invalid_scheduled_message_id"
    run_at(at - timedelta(minutes=1))
    assert said(there) == []
    run_at(at + timedelta(seconds=1))
    assert said(there) == ["**two**"]
    assert there.call("chat.scheduledMessages.list")["scheduled_messages"] == []


def test_an_app_that_is_suspended_by_then_says_nothing(there: Workspace):
    at = timezone.now() + timedelta(hours=1)
    there.call("chat.scheduleMessage", channel=there.channel, text="late", post_at=str(int(at.timestamp())))
    apps.suspend(actor=there.company.admin, app=there.app.pk, reason="leaked")
    run_at(at + timedelta(seconds=1))
    assert said(there) == []


@pytest.mark.parametrize(
    ("post_at", "word"),
    [("", "invalid_time"), ("soon", "invalid_time"), ("1000000000", "time_in_past"), ("99999999999", "time_too_far")],
)
def test_a_time_that_is_none_is_refused(there: Workspace, post_at: str, word: str):
    assert there.call("chat.scheduleMessage", channel=there.channel, text="x", post_at=post_at)["error"] == word
    assert scheduled.find_due() == []


def test_search_finds_what_the_bot_may_see_and_pages(there: Workspace):
    for number in range(3):
        there.say(f"budget {number}")
    search.index(list(Entry.objects.filter(conversation=there.group)))
    first = there.call("search.messages", query="budget", count=2, cursor="*")
    assert [each["text"] for each in first["messages"]["matches"]] == ["budget 2", "budget 1"]
    match = first["messages"]["matches"][0]
    assert (match["channel"]["id"], match["username"], match["type"]) == (there.channel, "Bob", "message")
    rest = there.call("search.messages", query="budget", count=2, cursor=first["response_metadata"]["next_cursor"])
    assert [each["text"] for each in rest["messages"]["matches"]] == ["budget 0"]
    assert there.call("search.messages", there.outsider(), query="budget")["messages"]["matches"] == []
    assert there.call("search.messages")["error"] == "no_query"


def test_a_file_that_is_deleted_is_taken_back_and_is_nobody_elses_to_delete(there: Workspace):
    bot = actor_of(User.objects.get(pk=there.bot))
    mine, theirs = (
        files.store(actor=each, name="plan.txt", stream=io.BytesIO(b"plan"), size=4) for each in (bot, there.bob)
    )
    for who, file in ((bot, mine), (there.bob, theirs)):
        messages.send(
            actor=who, conversation=there.group, client_key=uuid.uuid4().hex, kind="file", body={"file": str(file.pk)}
        )
    assert len(there.call("files.list", channel=there.channel)["files"]) == 2
    assert there.call("files.delete", file=slack_shapes.file_id(str(theirs.pk)))["error"] == "cant_delete_file"
    for name in (slack_shapes.file_id(str(mine.pk)), "F1"):
        assert there.call("files.delete", there.outsider(), file=name)["error"] == "file_not_found"
    assert there.call("files.delete", file=slack_shapes.file_id(str(mine.pk))) == {"ok": True}
    left = there.call("files.list", channel=there.channel)["files"]
    assert [each["id"] for each in left] == [slack_shapes.file_id(str(theirs.pk))]
    with pytest.raises(errors.NotFound):
        attachments.get_file(there.bob.user, mine.pk)
