"""Who is in what: what a session follows, where each conversation stands, who the members are."""

import pytest

from chat import selectors
from chat.services import conversations
from chat.tests import factories
from chat.tests.factories import send
from protocol.errors import BadRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def test_heads_since_names_those_that_moved(scene):
    before = scene.group.last_at
    send(scene.alice, scene.id)
    seq, number = selectors.list_heads_since(before)[scene.id]
    assert (seq, number) == (3, 1)
    assert selectors.get_heads([scene.id]) == {scene.id: (3, 1)}


def test_subscriptions_say_where_each_conversation_stands(scene, settings):
    send(scene.alice, scene.id)
    settings.CHAT_LARGE_CONVERSATION, settings.CHAT_DELIVERED_RECEIPTS_UP_TO = 1, 1
    found = {each.conversation: each for each in selectors.list_subscriptions(scene.bob.user)}
    assert found[scene.id] == selectors.Subscription(scene.id, 3, 1, large=True, small=False)
    assert found[scene.id] == selectors.get_subscription(scene.bob.user, scene.id)
    assert found.keys() == {scene.id, conversations.personal_of(scene.bob.user).pk}


def test_members_come_in_pages(scene):
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=factories.people(5))
    found, cursor = [], ""
    while True:
        page = selectors.list_members(scene.bob.user, scene.id, cursor, limit=3)
        found += [each.user for each in page.members]
        assert page.member_count == 7
        if not (cursor := page.next):
            break
    assert found == sorted(selectors.list_member_ids(scene.id))
    assert len(found) == 7
    assert selectors.list_member_ids(scene.id, among=[scene.bob.user, scene.charlie.user]) == [scene.bob.user]
    with pytest.raises(BadRequest):
        selectors.list_members(scene.bob.user, scene.id, "x")
