"""The inbox: what each person sees, in a constant number of queries, and what a client that was away is told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import selectors
from chat.models import Membership
from chat.services import conversations, members, messages, receipts
from chat.tests import factories
from chat.tests.factories import key, send
from protocol import limits
from protocol.errors import BadRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def groups(scene, number: int) -> list[int]:
    made = [
        conversations.create_group(actor=scene.alice, title=f"Group {place}", members=[scene.bob.user]).pk
        for place in range(number)
    ]
    for pk in made:
        said = send(scene.alice, pk, "first", mentions=[scene.bob.user])
        send(scene.alice, pk, "second")
        messages.recall(actor=scene.alice, conversation=pk, client_key=key(), target=said.seq)
        send(scene.alice, pk, "third", mentions=[scene.bob.user])
    return made


def test_a_row_says_how_the_person_stands(scene):
    said = [send(scene.alice, scene.id, f"message {place}", mentions=[scene.bob.user]) for place in range(3)]
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=said[1].seq)
    mine, hers = (selectors.get_state(actor.user, scene.id) for actor in (scene.bob, scene.alice))
    assert (mine.unread, mine.recalled, mine.unread_mentions, mine.mentioned) == (2, [2], 2, [1, 3])
    assert (hers.unread, hers.unread_mentions, hers.role) == (0, 0, "owner")
    assert (mine.last_number, mine.head_seq, mine.last.body) == (3, said[2].seq + 1, {"text": "message 2"})


def test_a_direct_row_names_the_other(scene):
    direct = conversations.open_direct(actor=scene.alice, user=scene.bob.user)
    assert selectors.get_state(scene.alice.user, direct.pk).peer == scene.bob.user
    assert selectors.get_state(scene.bob.user, direct.pk).peer == scene.alice.user


def test_the_lists_are_bounded_and_the_counts_are_not(scene, settings):
    settings.CHAT_INBOX_NUMBERS = 2
    for _ in range(4):
        send(scene.alice, scene.id, mentions=[scene.bob.user])
    state = selectors.get_state(scene.bob.user, scene.id)
    assert (state.unread_mentions, state.mentioned) == (4, [3, 4])


def test_queries_do_not_grow_with_the_conversations(scene):
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            inbox = selectors.list_inbox(scene.bob.user, positions)
        assert len(inbox.states) >= len(positions)
        return len(queries)

    few = groups(scene, 2)
    positions = dict.fromkeys(few, 2)
    first = cost()
    positions = dict.fromkeys(few + groups(scene, 12), 2)
    assert cost() == first
    assert first <= 8


def test_newest_first_by_cursor_and_each_once(scene, monkeypatch):
    monkeypatch.setattr(limits, "MAX_INBOX", 3)
    made = groups(scene, 7)
    found, cursor, pages = [], "", 0
    while True:
        page = selectors.list_inbox(scene.bob.user, {}, cursor)
        found += [state.conversation for state in page.states]
        assert len(page.states) <= 3
        pages += 1
        if not (cursor := page.next):
            break
    everything = set(Membership.objects.filter(user_id=scene.bob.user).values_list("conversation_id", flat=True))
    assert (len(found), set(found)) == (len(everything), everything)
    assert [pk for pk in found if pk in made] == made[::-1]
    assert pages == 3


@pytest.mark.parametrize("cursor", ["x", "1", "-", "1-", "-1", "１-２", "1-2-3"])
def test_a_foreign_cursor_is_refused(scene, cursor):
    with pytest.raises(BadRequest):
        selectors.list_inbox(scene.bob.user, {}, cursor)


def test_who_names_positions_gets_what_changed_with_the_entries(scene):
    quiet = conversations.create_group(actor=scene.alice, title="Quiet", members=[scene.bob.user])
    before = selectors.list_inbox(scene.bob.user, {})
    positions = {state.conversation: state.head_seq for state in before.states}
    assert selectors.list_inbox(scene.bob.user, positions) == selectors.Inbox([], [], [], "")
    said = [send(scene.alice, scene.id) for _ in range(3)]
    page = selectors.list_inbox(scene.bob.user, positions)
    assert [state.conversation for state in page.states] == [scene.id]
    [delta] = page.deltas
    assert (delta.conversation, delta.complete) == (scene.id, True)
    assert [event.seq for event in delta.events] == [each.seq for each in said]
    assert quiet.pk not in {state.conversation for state in page.states}


def test_a_long_gap_is_left_to_the_opening_of_the_conversation(scene):
    positions = {scene.id: 2}
    for _ in range(limits.INBOX_DELTA + 1):
        send(scene.alice, scene.id)
    [delta] = selectors.list_inbox(scene.bob.user, positions).deltas
    assert (delta.events, delta.complete) == ([], False)


def test_one_page_sends_so_many_entries_and_no_more(scene, settings):
    settings.CHAT_INBOX_ENTRIES = 10
    made = groups(scene, 4)
    page = selectors.list_inbox(scene.bob.user, dict.fromkeys(made, 2))
    complete = [delta for delta in page.deltas if delta.complete]
    assert [len(delta.events) for delta in complete] == [4, 4]
    assert len(page.deltas) == 4


def test_what_is_gone_is_said_once_and_tells_nothing_of_others(scene):
    members.remove_members(actor=scene.alice, conversation=scene.id, users=[scene.bob.user])
    other = conversations.create_group(actor=scene.alice, title="Alice's own", members=[])
    page = selectors.list_inbox(scene.bob.user, {scene.id: 3, other.pk: 1, 10**9: 1})
    assert page.gone == [scene.id, other.pk, 10**9]


def test_positions_read_elsewhere_are_told_when_their_entries_are_too_many(scene):
    personal = conversations.personal_of(scene.bob.user).pk
    made = groups(scene, 1)
    before = selectors.list_inbox(scene.bob.user, {})
    positions = {state.conversation: state.head_seq for state in before.states}
    said = [send(scene.alice, scene.id) for _ in range(limits.INBOX_DELTA + 2)]
    positions[scene.id] = said[-1].seq
    for each in said:
        receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=each.number)
    receipts.mark_read(actor=scene.bob, conversation=made[0], read_number=3)
    page = selectors.list_inbox(scene.bob.user, positions)
    states = {state.conversation: state for state in page.states}
    assert states.keys() == {personal, scene.id, made[0]}
    assert (states[scene.id].unread, states[made[0]].unread) == (0, 0)


def test_an_inbox_without_conversations_is_empty(scene):
    assert selectors.list_inbox(scene.charlie.user, {}).states == []
