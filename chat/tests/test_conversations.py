"""Conversations: opened once, made once, changed by managers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.actor import SYSTEM
from accounts.models import User
from chat.models import Conversation, Entry, Membership
from chat.services import conversations
from chat.tests import factories
from protocol.errors import BadRequest, Forbidden, NotFound, ParleyError

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def test_a_personal_conversation_is_made_once(scene):
    first = conversations.personal_of(scene.charlie.user)
    assert conversations.personal_of(scene.charlie.user).pk == first.pk
    assert (first.kind, first.last_seq, first.member_count) == ("personal", 1, 1)


def test_a_direct_conversation_is_the_same_from_both_sides(scene):
    one = conversations.open_direct(actor=scene.alice, user=scene.charlie.user)
    other = conversations.open_direct(actor=scene.charlie, user=scene.alice.user)
    assert one.pk == other.pk
    assert (one.kind, one.member_count, one.last_seq) == ("direct", 2, 2)
    assert Membership.objects.filter(conversation=one).count() == 2


def test_nobody_opens_a_direct_conversation_with_himself_or_with_nobody(scene):
    with pytest.raises(BadRequest):
        conversations.open_direct(actor=scene.alice, user=scene.alice.user)
    with pytest.raises(NotFound):
        conversations.open_direct(actor=scene.alice, user=10**9)
    User.objects.filter(pk=scene.charlie.user).update(is_active=False)
    with pytest.raises(NotFound):
        conversations.open_direct(actor=scene.alice, user=scene.charlie.user)


@pytest.mark.django_db(transaction=True)
def test_two_people_opening_at_once_get_one_conversation():
    alice, bob, _ = factories.three_people()

    def opened(place: int) -> int:
        actor, other = ((alice, bob), (bob, alice))[place % 2]
        found = conversations.open_direct(actor=actor, user=other.user).pk
        connection.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(opened, range(8)))) == 1
    assert Conversation.objects.filter(kind="direct").count() == 1
    assert Conversation.objects.filter(kind="personal").count() == 2


def test_a_group_starts_with_its_owner_and_its_members(scene):
    group = conversations.create_group(
        actor=scene.alice, title="  Two\n words ", members=[scene.bob.user, scene.alice.user], description="About"
    )
    assert (group.title, group.member_count, group.last_seq) == ("Two words", 2, 2)
    roles = dict(Membership.objects.filter(conversation=group).values_list("user_id", "role"))
    assert roles == {scene.alice.user: "owner", scene.bob.user: "member"}
    assert list(Entry.objects.filter(conversation=group).order_by("seq").values_list("type", flat=True)) == [
        "conversation.created",
        "member.added",
    ]


def test_the_same_key_makes_one_group(scene):
    make = {"actor": scene.alice, "title": "Once", "members": [scene.bob.user], "client_key": "group-key-1"}
    first = conversations.create_group(**make)
    assert conversations.create_group(**make).pk == first.pk
    assert conversations.create_group(**make | {"actor": scene.bob}).pk != first.pk
    with pytest.raises(BadRequest) as refused:
        conversations.create_group(**make | {"title": "Other"})
    assert refused.value.code == "key_reused"


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 2001}, "description"),
        ({"post_policy": "some"}, "post_policy"),
        ({"members": [10**9]}, "members"),
    ],
)
def test_a_group_with_wrong_fields_is_refused_and_leaves_nothing(scene, fields, path):
    before = Conversation.objects.count()
    with pytest.raises(BadRequest) as refused:
        conversations.create_group(**{"actor": scene.alice, "title": "Fine", "members": []} | fields)
    assert refused.value.details["path"] == path
    assert Conversation.objects.count() == before


def test_demo_history_begins_in_the_past_and_only_the_system_may(scene):
    at = 1_700_000_000_000
    group = conversations.create_group(
        actor=SYSTEM, sender=scene.alice.user, at=at, title="Old", members=[scene.bob.user]
    )
    first = Entry.objects.get(conversation=group, seq=1)
    assert (first.sender_id, int(first.at.timestamp() * 1000)) == (scene.alice.user, at)
    assert Membership.objects.get(conversation=group, user_id=scene.alice.user).role == "owner"
    with pytest.raises(Forbidden):
        conversations.create_group(actor=scene.alice, sender=scene.bob.user, title="No", members=[])
    with pytest.raises(ParleyError):
        conversations.create_group(actor=scene.alice, at=at, title="No", members=[])


def test_managers_update_and_nothing_new_says_nothing(scene):
    conversations.update(actor=scene.alice, conversation=scene.id, title="New", post_policy="admins")
    group = Conversation.objects.get(pk=scene.id)
    assert (group.title, group.post_policy) == ("New", "admins")
    conversations.update(actor=scene.alice, conversation=scene.id, title="New")
    assert Conversation.objects.get(pk=scene.id).last_seq == group.last_seq
    with pytest.raises(Forbidden):
        conversations.update(actor=scene.bob, conversation=scene.id, title="Bob's")
    assert Conversation.objects.get(pk=scene.id).title == "New"
