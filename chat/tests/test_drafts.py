"""Drafts: one per conversation and thread, one stored text however often it was put, nothing for outsiders."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import selectors
from chat.models import Entry, UnsentDraft
from chat.rendering import event_of
from chat.services import drafts, members
from chat.tests import factories
from chat.tests.factories import send
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def put(actor, where, text, **more):
    return drafts.put(actor=actor, conversation=where, unsent=drafts.Unsent(text=text, **more))


def listed(actor) -> list[tuple]:
    return [(each.conversation_id, each.thread_root, each.text) for each in selectors.list_drafts(actor.user)[0]]


def test_a_draft_is_there_on_every_device(scene):
    said = send(scene.alice, scene.id)
    seq = put(scene.bob, scene.id, "Dear all", reply_to=said.seq)
    rows, head = selectors.list_drafts(scene.bob.user)
    assert ([(each.text, each.reply_to) for each in rows], head) == ([("Dear all", said.seq)], seq)
    assert selectors.list_drafts(scene.alice.user)[0] == []


def test_a_text_put_a_hundred_times_is_stored_once(scene):
    for length in range(1, 101):
        put(scene.bob, scene.id, "x" * length)
    texts = [event_of(each).text for each in Entry.objects.filter(type="draft.changed").order_by("seq")]
    assert texts == [""] * 99 + ["x" * 100]
    assert UnsentDraft.objects.count() == 1


def test_nothing_is_left_of_a_cleared_draft(scene):
    put(scene.bob, scene.id, "secret")
    put(scene.bob, scene.id, "")
    assert listed(scene.bob) == []
    assert not Entry.objects.filter(body__icontains="secret").exists()


def test_threads_have_drafts_of_their_own(scene):
    root = send(scene.alice, scene.id).seq
    put(scene.bob, scene.id, "to all")
    put(scene.bob, scene.id, "to the thread", thread_root=root)
    assert listed(scene.bob) == [(scene.id, root, "to the thread"), (scene.id, 0, "to all")]
    put(scene.bob, scene.id, "", thread_root=root)
    assert listed(scene.bob) == [(scene.id, 0, "to all")]


def test_the_same_again_and_nothing_for_nothing_tell_nothing(scene):
    assert put(scene.bob, scene.id, "") == 0
    assert put(scene.bob, scene.id, "a") > 0
    assert put(scene.bob, scene.id, "a") == 0
    assert Entry.objects.filter(type="draft.changed").count() == 1


def test_drafts_of_a_conversation_that_one_left_are_not_listed(scene):
    put(scene.bob, scene.id, "a")
    members.leave(actor=scene.bob, conversation=scene.id)
    assert listed(scene.bob) == []
    with pytest.raises(Forbidden):
        put(scene.bob, scene.id, "b")


def test_who_comes_back_begins_anew_as_on_the_devices_that_forgot(scene):
    put(scene.bob, scene.id, "secret")
    put(scene.alice, scene.id, "hers stays")
    members.leave(actor=scene.bob, conversation=scene.id)
    members.add_members(actor=scene.alice, conversation=scene.id, users=[scene.bob.user])
    assert listed(scene.bob) == []
    assert not Entry.objects.filter(body__icontains="secret").exists()
    assert listed(scene.alice) == [(scene.id, 0, "hers stays")]
    assert put(scene.bob, scene.id, "secret") > 0


@pytest.mark.parametrize("path", ["thread_root", "reply_to"])
def test_it_hangs_on_a_message_that_one_may_see(scene, path):
    for seq in (1, 10**9):
        with pytest.raises(NotFound) as refused:
            put(scene.bob, scene.id, "a", **{path: seq})
        assert refused.value.details == {"path": path}
    assert listed(scene.bob) == []


def test_its_length_and_number_are_bounded(scene, monkeypatch):
    with pytest.raises(BadRequest) as refused:
        put(scene.bob, scene.id, "x" * 10_001)
    assert refused.value.code == "too_large"
    monkeypatch.setattr(drafts, "MAX_DRAFTS", 1)
    root = send(scene.alice, scene.id).seq
    put(scene.bob, scene.id, "a")
    put(scene.bob, scene.id, "b")
    with pytest.raises(Conflict):
        put(scene.bob, scene.id, "c", thread_root=root)


def test_an_outsider_writes_and_learns_nothing(scene):
    for where in (scene.id, 10**9):
        for text in ("a", ""):
            with pytest.raises(Forbidden) as refused:
                put(scene.charlie, where, text, reply_to=2)
            assert refused.value.code == "not_a_member"
    assert not UnsentDraft.objects.exists()


def test_a_put_costs_the_same_whatever_was_written_before(scene):
    def cost(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            put(scene.bob, scene.id, text)
        return len(queries)

    put(scene.bob, scene.id, "first")
    second = cost("second")
    for place in range(30):
        put(scene.bob, scene.id, f"text {place}")
    assert cost("last") == second <= 14
