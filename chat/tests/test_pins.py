"""Pins, previews and threads: in the entry and in the row, told once, gone with the message."""

import pytest

from accounts.actor import SYSTEM, Actor
from chat import selectors, timeline
from chat.models import Conversation, Entry
from chat.rendering import message_of
from chat.services import confirmations, conversations, messages, pins
from chat.tests import factories
from chat.tests.factories import key, send
from chat.timeline import Draft
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound
from protocol.events import LinkPreview

pytestmark = pytest.mark.django_db
LINK = LinkPreview(url="https://example.com/", title="Example")


@pytest.fixture
def scene():
    return factories.scene()


def shown(outcome):
    return message_of(Entry.objects.get(conversation_id=outcome.conversation, seq=outcome.seq))


def pin(actor, said, **more):
    return pins.pin(actor=actor, conversation=said.conversation, client_key=key(), target=said.seq, **more)


def confirm(actor, said):
    return confirmations.confirm(actor=actor, conversation=said.conversation, client_key=key(), target=said.seq)


def preview(actor, said, previews):
    draft = Draft(
        actor=actor,
        conversation=said.conversation,
        type="message.previewed",
        client_key=key(),
        target=said.seq,
        fields={"previews": previews},
    )
    return messages.commit_one(draft)


def test_a_pin_is_in_the_row_and_twice_is_once(scene):
    said = send(scene.alice, scene.id)
    done = pin(scene.bob, said)
    assert (shown(said).pinned_at, shown(said).version) == (done.at, done.seq)
    again = pin(scene.alice, said)
    assert (again.seq, again.emitted) == (said.seq, ())
    assert pin(scene.bob, said, on=False).emitted[0].event.target == said.seq
    assert shown(said).pinned_at == 0
    assert pin(scene.bob, said, on=False).emitted == ()


def test_the_list_of_pins_has_the_newest_first_and_pages(scene):
    said = [send(scene.alice, scene.id, str(place)) for place in range(5)]
    for each in (said[3], said[0], said[4]):
        pin(scene.bob, each)
    found, cursor = [], ""
    while True:
        page = selectors.list_pins(scene.bob.user, scene.id, cursor, limit=1)
        found += [each.seq for each in page.messages]
        cursor = page.next
        if not cursor:
            break
    assert sorted(found) == sorted([said[3].seq, said[0].seq, said[4].seq])
    assert len(found) == 3


def test_pins_of_one_moment_are_all_paged(scene):
    said = [send(scene.alice, scene.id, str(place)) for place in range(4)]
    drafts = [
        Draft(actor=scene.bob, conversation=scene.id, type="message.pinned", client_key=key(), target=each.seq)
        for each in said
    ]
    messages.commit(drafts)
    first = selectors.list_pins(scene.bob.user, scene.id, limit=3)
    rest = selectors.list_pins(scene.bob.user, scene.id, first.next, limit=3)
    assert [each.seq for each in (*first.messages, *rest.messages)] == [each.seq for each in reversed(said)]
    assert rest.next == ""
    with pytest.raises(BadRequest):
        selectors.list_pins(scene.bob.user, scene.id, "nonsense")


def test_where_only_admins_post_only_they_pin(scene):
    said = send(scene.alice, scene.id)
    conversations.update(actor=scene.alice, conversation=scene.id, post_policy="admins")
    with pytest.raises(Forbidden) as refused:
        pin(scene.bob, said)
    assert refused.value.details["rule"] == "managers_only"
    assert pin(scene.alice, said).emitted


def test_in_a_large_group_only_admins_pin(scene, settings):
    settings.CHAT_PINS_FREE_UP_TO = 1
    said = send(scene.alice, scene.id)
    with pytest.raises(Forbidden):
        pin(scene.bob, said)
    assert pin(scene.alice, said).emitted


def test_both_pin_in_a_direct_conversation_and_nobody_what_is_not_there(scene):
    direct = conversations.open_direct(actor=scene.alice, user=scene.bob.user)
    said = send(scene.alice, direct.pk)
    assert pin(scene.bob, said).emitted
    with pytest.raises(NotFound):
        pins.pin(actor=scene.bob, conversation=direct.pk, client_key=key(), target=10**9)


def test_previews_come_from_the_server_and_go_by_the_author(scene):
    said = send(scene.alice, scene.id, "https://example.com/")
    for actor in (scene.alice, scene.bob):
        with pytest.raises(Forbidden):
            preview(actor, said, [LINK])
    done = preview(SYSTEM, said, [LINK])
    assert (shown(said).previews, shown(said).version) == ([LINK], done.seq)
    assert preview(SYSTEM, said, [LINK]).emitted == ()
    [stored] = [each for each in told(scene, said) if each.type == "message.previewed"]
    assert selectors.list_entries(scene.bob.user, scene.id, stored.seq - 1).events[0].previews == [LINK]
    with pytest.raises(Forbidden):
        preview(scene.bob, said, [])
    preview(scene.alice, said, [])
    assert shown(said).previews == []


def test_a_recall_takes_every_mark_away(scene):
    said = send(scene.alice, scene.id, "https://example.com/secret", urgent=True)
    pin(scene.bob, said)
    confirm(scene.bob, said)
    preview(SYSTEM, said, [LinkPreview(url="https://example.com/secret")])
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq)
    gone = shown(said)
    assert (gone.urgent, gone.confirmed, gone.pinned_at, gone.previews) == (False, [], 0, [])
    assert selectors.list_pins(scene.bob.user, scene.id).messages == []
    assert not [each for each in Entry.objects.all() if "secret" in str(each.body) + str(each.facts)]
    events = selectors.list_entries(scene.bob.user, scene.id, said.seq).events
    assert [each.previews for each in events if hasattr(each, "previews")] == [[]]
    for act in (pin, confirm):
        with pytest.raises(Conflict):
            act(scene.bob, said)


def test_a_newcomer_marks_nothing_that_he_may_not_see(scene):
    Conversation.objects.filter(pk=scene.id).update(history_for_newcomers=False)
    said = send(scene.alice, scene.id, urgent=True)
    pin(scene.bob, said)
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    for act in (pin, confirm):
        with pytest.raises(NotFound):
            act(scene.charlie, said)
    assert selectors.list_pins(scene.charlie.user, scene.id).messages == []


def test_a_reply_is_folded_into_its_root(scene):
    root = send(scene.alice, scene.id, "root")
    first = send(scene.bob, scene.id, thread_root=root.seq)
    second = send(scene.alice, scene.id, thread_root=root.seq)
    third = send(scene.bob, scene.id, thread_root=root.seq)
    now = shown(root)
    assert (now.thread_count, now.thread_last_at, now.version) == (3, third.at, third.seq)
    assert now.thread_people == [scene.bob.user, scene.alice.user]
    done = messages.recall(actor=scene.bob, conversation=scene.id, client_key=key(), target=first.seq)
    assert done.emitted[0].event.thread_root == root.seq
    assert (shown(root).thread_count, shown(root).version) == (2, done.seq)
    assert selectors.list_entries(scene.bob.user, scene.id, done.seq - 1).events[0].thread_root == root.seq
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=root.seq)
    assert shown(root).thread_count == 2
    page = selectors.list_history(scene.bob.user, scene.id, thread_root=root.seq)
    assert [each.seq for each in page.events] == [root.seq, first.seq, second.seq, third.seq]
    assert not page.has_older


def test_replies_and_recalls_in_one_batch(scene):
    root = send(scene.alice, scene.id, "root")
    early = send(scene.bob, scene.id, thread_root=root.seq)
    drafts = [factories.draft(scene.bob, scene.id, thread_root=root.seq) for _ in range(3)]
    drafts.append(messages.draft_recall(actor=scene.bob, conversation=scene.id, client_key=key(), target=early.seq))
    outcomes = timeline.append(drafts)
    assert not [each.error for each in outcomes if each.error]
    assert (shown(root).thread_count, shown(root).version) == (3, outcomes[-1].seq)


def test_a_thread_has_five_people_at_most(scene):
    people = factories.people(7)
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=people)
    root = send(scene.alice, scene.id, "root")
    for each in people:
        send(Actor(user=each), scene.id, thread_root=root.seq)
    assert (shown(root).thread_count, shown(root).thread_people) == (7, people[:5])


def told(scene, said):
    return Entry.objects.filter(conversation=scene.id, target=said.seq).order_by("seq")
