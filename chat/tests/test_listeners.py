"""The search index follows the log: what services write is found, what they take back is not."""

import pytest

from chat import search
from chat.models import Entry
from chat.registry import all_listeners
from chat.services import messages
from chat.tests import factories

pytestmark = pytest.mark.django_db


def react(conversation: int, after: int = 0) -> None:
    """What the worker does: run the listeners over the entries, in order."""
    entries = list(Entry.objects.filter(conversation_id=conversation, seq__gt=after).order_by("seq"))
    for listener, types in all_listeners():
        wanted = [each for each in entries if each.type in types]
        if wanted:
            listener(wanted)


def test_a_message_is_found_while_it_says_so():
    scene = factories.scene()
    sent = factories.send(scene.alice, scene.id, "下午开会 at noon")
    react(scene.id)
    assert [hit.message.seq for hit in search.find(scene.bob.user, "开会").hits] == [sent.seq]
    assert search.find(scene.charlie.user, "开会").hits == []
    messages.edit(
        actor=scene.alice,
        conversation=scene.id,
        client_key=factories.key(),
        target=sent.seq,
        body={"text": "取消了"},
    )
    react(scene.id, after=sent.seq)
    assert search.find(scene.bob.user, "开会").hits == []
    assert [hit.text for hit in search.find(scene.bob.user, "取消").hits] == ["取消了"]
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=factories.key(), target=sent.seq)
    react(scene.id)
    assert search.find(scene.bob.user, "取消").hits == []


def test_listeners_are_loaded_when_the_server_starts():
    assert "index_for_search" in {listener.__name__ for listener, _ in all_listeners()}
