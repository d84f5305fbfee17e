"""Who has read a message, from one position a member; everything read at once; what a message said before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import selectors
from chat.models import Conversation, Membership
from chat.services import conversations, messages, receipts
from chat.services.preferences import Wish, change
from chat.tests import factories
from chat.tests.factories import key, send
from protocol.errors import BadRequest, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def readers(scene, seq, **more):
    return selectors.list_readers(scene.alice.user, scene.id, seq, **more)


def test_who_has_read_and_who_has_not(scene):
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    said = send(scene.alice, scene.id)
    assert (readers(scene, said.seq).read, readers(scene, said.seq).unread) == (0, 2)
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=said.number)
    found = readers(scene, said.seq)
    assert [each.user for each in found.people] == [scene.bob.user]
    assert abs(found.people[0].at - said.at) < 60_000
    left = readers(scene, said.seq, state="unread")
    assert [(each.user, each.at) for each in left.people] == [(scene.charlie.user, 0)]
    assert (found.read, found.unread) == (left.read, left.unread) == (1, 1)


def test_the_sender_and_who_may_not_see_it_are_neither(scene):
    Conversation.objects.filter(pk=scene.id).update(history_for_newcomers=False)
    said = send(scene.alice, scene.id)
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    assert [each.user for each in readers(scene, said.seq, state="unread").people] == [scene.bob.user]
    with pytest.raises(NotFound):
        selectors.list_readers(scene.charlie.user, scene.id, said.seq)
    with pytest.raises(NotFound):
        selectors.list_versions(scene.charlie.user, scene.id, said.seq)


def test_ten_thousand_members_are_paged_in_four_queries(scene):
    people = factories.people(10_000)
    now = timezone.now()
    said = send(scene.alice, scene.id)
    Membership.objects.bulk_create(
        Membership(conversation_id=scene.id, user_id=each, read_number=place % 2, read_at=now if place % 2 else None)
        for place, each in enumerate(people)
    )
    with CaptureQueriesContext(connection) as queries:
        first = readers(scene, said.seq, limit=100)
    assert len(queries) == 4
    assert (first.read, first.unread, len(first.people)) == (5000, 5001, 100)
    seen, cursor = [], ""
    while True:
        page = readers(scene, said.seq, limit=200, cursor=cursor)
        seen += [each.user for each in page.people]
        cursor = page.next
        if not cursor:
            break
    assert seen == people[1::2]


def test_a_cursor_that_is_none_is_refused(scene):
    with pytest.raises(BadRequest):
        readers(scene, send(scene.alice, scene.id).seq, cursor="x")
    with pytest.raises(NotFound):
        readers(scene, 10**9)


def test_everything_is_read_at_once_and_can_be_undone(scene):
    direct = conversations.open_direct(actor=scene.alice, user=scene.bob.user)
    for place in (scene.id, scene.id, direct.pk):
        send(scene.alice, place)
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=1)
    change(actor=scene.alice, conversation=scene.id, wish=Wish(unread_from=1))
    assert receipts.mark_all_read(actor=scene.bob) == {scene.id: 1, direct.pk: 0}
    assert not [each for each in selectors.list_inbox(scene.bob.user, {}).states if each.unread]
    assert receipts.mark_all_read(actor=scene.bob) == {}
    assert receipts.mark_all_read(actor=scene.alice) == {scene.id: 2}
    assert not [each for each in selectors.list_inbox(scene.alice.user, {}).states if each.unread_from]


def test_many_conversations_are_read_in_several_transactions(scene, monkeypatch):
    monkeypatch.setattr(receipts, "MARKED_AT_ONCE", 2)
    for place in range(5):
        made = conversations.create_group(actor=scene.alice, title=str(place), members=[scene.bob.user])
        send(scene.alice, made.pk)
    assert len(receipts.mark_all_read(actor=scene.bob)) == 5


def test_the_earlier_bodies_of_a_message(scene):
    said = send(scene.alice, scene.id, "one")
    assert [each.body for each in versions(scene, said)] == [{"text": "one"}]
    for text in ("two", "three"):
        where = {"actor": scene.alice, "conversation": scene.id, "client_key": key()}
        messages.edit(**where, target=said.seq, body={"text": text})
    found = versions(scene, said)
    assert [each.body["text"] for each in found] == ["one", "two", "three"]
    assert found[0].at == said.at
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq)
    assert versions(scene, said) == []


def versions(scene, said):
    return selectors.list_versions(scene.bob.user, scene.id, said.seq)
