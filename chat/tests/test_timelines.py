"""Pages of one timeline by seq: gaps and history, at the same cost at any depth."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import selectors
from chat.models import Entry
from chat.services import conversations, messages
from chat.tests import factories
from chat.tests.factories import key, send
from protocol import limits
from protocol.errors import BadRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


@pytest.fixture
def said(scene) -> list[int]:
    """Seqs 3 … 22 are messages; 23 is a reaction."""
    seqs = [send(scene.alice, scene.id, f"message {place}").seq for place in range(20)]
    messages.react(actor=scene.bob, conversation=scene.id, client_key=key(), target=seqs[0], emoji="👍")
    return seqs


def seqs_of(page) -> list[int]:
    return [event.seq for event in page.events]


def test_the_gap_comes_in_order_and_in_pages(scene, said):
    first = selectors.list_entries(scene.bob.user, scene.id, 5, limit=10)
    assert (seqs_of(first), first.more, first.head_seq) == (list(range(6, 16)), True, 23)
    rest = selectors.list_entries(scene.bob.user, scene.id, 15, limit=10)
    assert (seqs_of(rest), rest.more) == (list(range(16, 24)), False)
    some = selectors.list_entries(scene.bob.user, scene.id, 5, until=7)
    assert seqs_of(some) == [6, 7]
    assert seqs_of(selectors.list_entries(scene.bob.user, scene.id, 99)) == []


def test_too_far_behind_asks_for_a_snapshot(scene, said, monkeypatch):
    monkeypatch.setattr(limits, "MAX_GAP", 10)
    page = selectors.list_entries(scene.bob.user, scene.id, 5)
    assert (page.events, page.snapshot_required, page.head_seq) == ([], True, 23)
    assert not selectors.list_entries(scene.bob.user, scene.id, 13).snapshot_required


def test_a_synced_message_has_its_present_state(scene, said):
    [event] = selectors.list_entries(scene.bob.user, scene.id, 2, until=3).events
    assert (event.reactions, event.version) == ({"👍": [scene.bob.user]}, 23)


def test_history_pages_backwards_forwards_and_around(scene, said):
    newest = selectors.list_history(scene.bob.user, scene.id, limit=5)
    assert (seqs_of(newest), newest.has_older, newest.has_newer) == ([18, 19, 20, 21, 22], True, False)
    older = selectors.list_history(scene.bob.user, scene.id, before=18, limit=5)
    assert (seqs_of(older), older.has_older, older.has_newer) == ([13, 14, 15, 16, 17], True, True)
    oldest = selectors.list_history(scene.bob.user, scene.id, before=4, limit=5)
    assert (seqs_of(oldest), oldest.has_older, oldest.has_newer) == ([1, 2, 3], False, True)
    newer = selectors.list_history(scene.bob.user, scene.id, after=20, limit=5)
    assert (seqs_of(newer), newer.has_older, newer.has_newer) == ([21, 22], True, False)
    around = selectors.list_history(scene.bob.user, scene.id, around=10, limit=5)
    assert (seqs_of(around), around.has_older, around.has_newer) == ([8, 9, 10, 11, 12], True, True)
    end = selectors.list_history(scene.bob.user, scene.id, around=22, limit=6)
    assert (seqs_of(end), end.has_newer) == ([19, 20, 21, 22], False)


def test_history_takes_one_place_to_look_from(scene):
    with pytest.raises(BadRequest):
        selectors.list_history(scene.bob.user, scene.id, before=1, after=1)


def test_pages_have_a_bound(scene, said, monkeypatch):
    monkeypatch.setattr(limits, "MAX_PAGE", 4)
    assert len(selectors.list_history(scene.bob.user, scene.id, limit=1000).events) == 4
    assert len(selectors.list_entries(scene.bob.user, scene.id, 0, limit=1000).events) == 4
    assert len(selectors.list_history(scene.bob.user, scene.id, limit=0).events) == 1


def test_entries_before_joining_do_not_exist_where_the_group_says_so():
    scene = factories.scene(history_for_newcomers=False)
    old = [send(scene.alice, scene.id).seq for _ in range(3)]
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    new = send(scene.alice, scene.id).seq
    reader = scene.charlie.user
    assert seqs_of(selectors.list_entries(reader, scene.id, 0)) == [old[-1] + 1, new]
    for look in ({}, {"before": new + 1}, {"after": 1}, {"around": old[0]}):
        page = selectors.list_history(reader, scene.id, **look)
        assert (seqs_of(page), page.has_older) == ([old[-1] + 1, new], False)


@pytest.mark.parametrize("look", [{}, {"before": 15}, {"after": 5}, {"around": 10}])
def test_queries_do_not_grow_with_the_history(scene, said, look):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            selectors.list_history(scene.bob.user, scene.id, **look)
        return len(queries)

    few = cost()
    for _ in range(30):
        send(scene.alice, scene.id)
    assert cost() == few <= 3


@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL's plan")
def test_a_deep_page_reads_the_index_of_visible_entries(scene, said):
    Entry.objects.bulk_create(
        Entry(
            conversation_id=scene.id,
            seq=seq,
            number=seq,
            type="message.created",
            body={"text": "x"},
            at=scene.group.last_at,
        )
        for seq in range(1000, 6000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE chat_entry")
    page = Entry.objects.filter(conversation_id=scene.id, visible=True, seq__gte=0, seq__lt=3000).order_by("-seq")[:31]
    plan = page.explain()
    assert "Index Scan Backward using" in plan
    assert "Sort" not in plan
