"""Joining in bulk: chunks, what everybody is told, and what a chunk costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.models import Conversation, Entry
from chat.services import conversations, joining, members
from chat.tests import factories
from protocol.errors import BadRequest, Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def heads(conversation: int) -> tuple[int, int]:
    row = Conversation.objects.get(pk=conversation)
    return row.last_seq, row.member_count


def test_people_are_taken_once_and_only_those_who_can_be_there(scene):
    assert joining.existing([scene.bob.user, scene.alice.user, scene.bob.user, 0]) == [scene.alice.user, scene.bob.user]
    User.objects.filter(pk=scene.bob.user).update(is_active=False)
    with pytest.raises(BadRequest) as refused:
        joining.existing([scene.alice.user, scene.bob.user, 10**9])
    assert refused.value.details["unknown"] == [scene.bob.user, 10**9]


def test_a_chunk_is_one_entry_for_all_and_one_for_each(scene, settings):
    settings.CHAT_MEMBER_CHUNK = 4
    before, _ = heads(scene.id)
    users = factories.people(10)
    assert members.add_members(actor=scene.alice, conversation=scene.id, users=users) == users
    added = Entry.objects.filter(conversation_id=scene.id, seq__gt=before, type="member.added").order_by("seq")
    assert [len(each.body["users"]) for each in added] == [4, 4, 2]
    assert [each.body["member_count"] for each in added] == [6, 10, 12]
    for user in users:
        joined = Entry.objects.get(conversation=conversations.personal_of(user), type="inbox.joined")
        assert joined.body["state"]["conversation"] == scene.id


def test_queries_of_a_chunk_do_not_grow_with_it(scene):
    def cost(number: int, prefix: str) -> int:
        users = factories.people(number, prefix)
        with CaptureQueriesContext(connection) as queries:
            members.add_members(actor=scene.alice, conversation=scene.id, users=users)
        return len(queries)

    cost(1, "first")  # the audit log's head is made with its first record
    assert cost(3, "few") == cost(60, "many")


def test_a_full_conversation_takes_nobody(scene, settings):
    settings.CHAT_MAX_MEMBERS = 2
    with pytest.raises(Conflict):
        members.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    assert heads(scene.id)[1] == 2
