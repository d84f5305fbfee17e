"""Saved messages: kept by who may see them, told to the own devices, emptied when no longer visible."""

import pytest

from chat import selectors
from chat.models import Entry, SavedMessage
from chat.services import members, messages, saved
from chat.tests import factories
from chat.tests.factories import key, send
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def keep(actor, where, seq):
    saved.keep(actor=actor, conversation=where, seq=seq)


def let_go(actor, where, seq):
    saved.let_go(actor=actor, conversation=where, seq=seq)


def listed(actor) -> list[str]:
    return [each.body.get("text", "") for each in selectors.list_saved(actor.user).messages]


def told() -> list[tuple]:
    rows = Entry.objects.filter(type="saved.changed").order_by("seq")
    return [(each.body["target"], each.body["message"], each.body["saved"]) for each in rows]


def test_the_last_kept_comes_first_and_both_ways_are_told(scene):
    one, two = (send(scene.alice, scene.id, text).seq for text in ("one", "two"))
    keep(scene.bob, scene.id, two)
    keep(scene.bob, scene.id, one)
    assert listed(scene.bob) == ["one", "two"]
    assert listed(scene.alice) == []
    let_go(scene.bob, scene.id, two)
    assert listed(scene.bob) == ["one"]
    assert told() == [(scene.id, two, True), (scene.id, one, True), (scene.id, two, False)]


def test_the_same_again_tells_nothing(scene):
    seq = send(scene.alice, scene.id).seq
    let_go(scene.bob, scene.id, seq)
    keep(scene.bob, scene.id, seq)
    keep(scene.bob, scene.id, seq)
    assert len(told()) == 1


def test_what_was_recalled_is_kept_empty_and_cannot_be_kept_anew(scene):
    one, two = (send(scene.alice, scene.id, text).seq for text in ("one", "two"))
    keep(scene.bob, scene.id, one)
    for seq in (one, two):
        messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=seq)
    assert listed(scene.bob) == [""]
    with pytest.raises(Conflict):
        keep(scene.bob, scene.id, two)


def test_who_left_sees_it_empty_and_may_still_let_it_go(scene):
    seq = send(scene.alice, scene.id, "secret").seq
    keep(scene.bob, scene.id, seq)
    members.leave(actor=scene.bob, conversation=scene.id)
    assert listed(scene.bob) == [""]
    let_go(scene.bob, scene.id, seq)
    assert selectors.list_saved(scene.bob.user).messages == []


def test_only_messages_can_be_kept(scene):
    for seq in (1, 10**9):
        with pytest.raises(NotFound):
            keep(scene.bob, scene.id, seq)


def test_pages_continue_where_they_ended_at_a_constant_cost(scene, django_assert_max_num_queries):
    seqs = [send(scene.alice, scene.id).seq for _ in range(5)]
    for seq in seqs:
        keep(scene.bob, scene.id, seq)
    found, cursor = [], ""
    for _ in range(3):
        with django_assert_max_num_queries(4):
            page = selectors.list_saved(scene.bob.user, cursor, 2)
        found += [each.seq for each in page.messages]
        cursor = page.next
    assert (found, cursor) == (seqs[::-1], "")
    for wrong in ("x", "-1", "9" * 30):
        with pytest.raises(BadRequest):
            selectors.list_saved(scene.bob.user, wrong)


def test_an_outsider_keeps_nothing(scene):
    seq = send(scene.alice, scene.id).seq
    for where in (scene.id, 10**9):
        for verb in (keep, let_go):
            with pytest.raises(Forbidden) as refused:
                verb(scene.charlie, where, seq)
            assert refused.value.code == "not_a_member"
    assert not SavedMessage.objects.exists()
