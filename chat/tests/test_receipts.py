"""Receipts: positions grow up to the head, a batch costs the same whatever its size, the own devices are told durably."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Conversation, Entry
from chat.services import conversations, receipts
from chat.services.receipts import Mark
from chat.tests import factories
from chat.tests.factories import seat, send
from protocol.errors import Forbidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    made = factories.scene()
    for _ in range(3):
        send(made.alice, made.id)
    return made


@pytest.fixture
def told(monkeypatch):
    found = []
    monkeypatch.setattr("chat.services.receipts.publish", found.extend)
    return found


def tags(told) -> list[tuple[str, str]]:
    return [(each.topic, each.event.__struct_config__.tag) for each in told]


def test_a_position_moves_and_is_told_to_both_timelines(scene, told):
    assert receipts.mark([Mark(scene.bob, scene.id, read_number=2, delivered_seq=4)]) == [None]
    assert (seat(scene.id, scene.bob).read_number, seat(scene.id, scene.bob).delivered_seq) == (2, 4)
    assert seat(scene.id, scene.bob).read_at
    assert tags(told) == [
        (f"user.{scene.bob.user}", "read.moved"),
        (f"conv.{scene.id}", "receipt.read"),
        (f"conv.{scene.id}", "receipt.delivered"),
    ]
    assert Entry.objects.get(type="read.moved").body == {"target": scene.id, "read_number": 2}


def test_positions_only_grow_and_never_beyond_the_head(scene, told):
    receipts.mark([Mark(scene.bob, scene.id, read_number=2, delivered_seq=4)])
    told.clear()
    receipts.mark([Mark(scene.bob, scene.id, read_number=1, delivered_seq=3)])
    receipts.mark([Mark(scene.bob, scene.id, read_number=2)])
    assert told == []
    receipts.mark([Mark(scene.bob, scene.id, read_number=10**9, delivered_seq=10**9)])
    assert (seat(scene.id, scene.bob).read_number, seat(scene.id, scene.bob).delivered_seq) == (3, 5)


def test_a_batch_coalesces_to_the_furthest(scene, told):
    answers = receipts.mark([Mark(scene.bob, scene.id, read_number=number) for number in (1, 3, 2)])
    assert answers == [None, None, None]
    assert Entry.objects.filter(type="read.moved").count() == 1
    assert seat(scene.id, scene.bob).read_number == 3


def test_an_outsider_is_refused_and_the_others_are_not(scene, told):
    answers = receipts.mark(
        [
            Mark(scene.charlie, scene.id, read_number=1),
            Mark(scene.bob, scene.id, read_number=1),
            Mark(scene.bob, 10**9, 1),
        ]
    )
    assert [answer and answer.code for answer in answers] == ["not_a_member", None, "not_a_member"]
    assert {each.topic for each in told} == {f"user.{scene.bob.user}", f"conv.{scene.id}"}
    with pytest.raises(Forbidden):
        receipts.mark_read(actor=scene.charlie, conversation=scene.id, read_number=1)
    assert not Conversation.objects.filter(unique_key=f"p{scene.charlie.user}").exists()


def test_large_conversations_tell_only_the_own_devices(scene, told, settings):
    settings.CHAT_LARGE_CONVERSATION = settings.CHAT_DELIVERED_RECEIPTS_UP_TO = 1
    receipts.mark([Mark(scene.bob, scene.id, read_number=2, delivered_seq=4)])
    assert tags(told) == [(f"user.{scene.bob.user}", "read.moved")]
    assert seat(scene.id, scene.bob).delivered_seq == 0


def test_notes_to_self_are_read_without_telling_anybody_else(scene, told):
    notes = conversations.personal_of(scene.bob.user)
    send(scene.bob, notes.pk)
    receipts.mark([Mark(scene.bob, notes.pk, delivered_seq=3)])
    assert told == []


def test_queries_do_not_grow_with_the_batch(scene):
    def cost(marks: list[Mark]) -> int:
        with CaptureQueriesContext(connection) as queries:
            receipts.mark(marks)
        return len(queries)

    places = [scene.id]
    for place in range(10):
        made = conversations.create_group(actor=scene.alice, title=f"{place}", members=[scene.bob.user])
        send(scene.alice, made.pk)
        send(scene.bob, made.pk)
        places.append(made.pk)
    one = cost([Mark(scene.bob, scene.id, read_number=1)])
    many = cost(
        [Mark(actor, place, read_number=9, delivered_seq=9) for place in places for actor in (scene.alice, scene.bob)]
    )
    assert one == many <= 10


def test_nothing_to_mark_costs_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert receipts.mark([]) == []
