"""The built-in commands: each does what its service does, with the caller's rights, and answers the caller alone."""

import pytest

from accounts.actor import Actor
from accounts.models import User
from chat import selectors, slash
from chat.models import Conversation, Entry
from chat.tests import factories
from chat.tests.factories import Scene
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return factories.scene()


def run(actor: Actor, conversation: int, text: str, client_key: str = "", **options) -> slash.Answer:
    client_key = client_key or factories.key()
    return slash.run(actor=actor, conversation=conversation, text=text, client_key=client_key, **options)


def last(conversation: int) -> Entry:
    return Entry.objects.filter(conversation_id=conversation, type="message.created").latest("seq")


def test_me_and_shrug_are_said_once_however_often_they_are_sent(scene: Scene):
    first = run(scene.bob, scene.id, "/me waves", client_key="the-same-key")
    assert run(scene.bob, scene.id, "/me waves", client_key="the-same-key") == first
    said = last(scene.id)
    assert (said.seq, said.sender_id, said.body) == (first.seq, scene.bob.user, {"text": "_waves_"})
    run(scene.bob, scene.id, "/shrug who knows")
    assert last(scene.id).body == {"text": "who knows ¯\\_(ツ)_/¯"}


def test_msg_goes_to_the_direct_conversation(scene: Scene):
    answer = run(scene.alice, scene.id, "/msg @bob  see you")
    there = Conversation.objects.get(pk=answer.conversation)
    assert there.kind == "direct"
    assert last(there.pk).body == {"text": "see you"}


def test_invite_adds_people_by_name_and_says_so(scene: Scene):
    User.objects.filter(pk=scene.charlie.user).update(other_name="查理")
    assert "harlie" in run(scene.alice, scene.id, "/invite @查理，bob").text
    assert selectors.is_member(scene.charlie.user, scene.id)
    assert "already" in run(scene.alice, scene.id, "/invite charlie").text
    assert run(scene.alice, scene.id, "/invite charlie", language="zh-hans").text == "他们已经在群里了。"


@pytest.mark.parametrize("text", ["/invite", "/invite nobody", "/invite twin", "/msg bob", "/msg", "/me", "/rename"])
def test_a_command_without_what_it_needs_says_what_to_write(scene: Scene, text: str):
    User.objects.create(username="t1", name="Twin")
    User.objects.create(username="t2", name="Twin")
    with pytest.raises(errors.BadRequest) as caught:
        run(scene.alice, scene.id, text)
    assert caught.value.details["path"] == "text"


def test_topic_is_shown_and_set_and_rename_renames(scene: Scene):
    assert run(scene.bob, scene.id, "/topic").text == "No topic is set."
    run(scene.alice, scene.id, "/topic Ship it\non Friday")
    run(scene.alice, scene.id, "/rename Release team")
    assert run(scene.bob, scene.id, "/topic").text == "Ship it\non Friday"
    assert selectors.get_state(scene.bob.user, scene.id).title == "Release team"


@pytest.mark.parametrize("text", ["/topic mine", "/rename mine", "/invite charlie"])
def test_a_member_may_do_by_command_only_what_he_may_do_anyway(scene: Scene, text: str):
    with pytest.raises(errors.Forbidden):
        run(scene.bob, scene.id, text)
    assert not selectors.is_member(scene.charlie.user, scene.id)
    assert selectors.get_state(scene.bob.user, scene.id).title == "Team"


def test_leave_leaves(scene: Scene):
    run(scene.bob, scene.id, "/leave")
    assert not selectors.is_member(scene.bob.user, scene.id)
    with pytest.raises(errors.Forbidden):
        run(scene.bob, scene.id, "/me came back")


def test_help_lists_every_command_in_the_callers_language(scene: Scene):
    english, chinese = (
        run(scene.bob, scene.id, "/help").text,
        run(scene.bob, scene.id, "/help", language="zh-hans").text,
    )
    for each in slash.list_own():
        assert f"/{each.name}" in english
        assert each.help_zh in chinese
