"""Threads one follows: who does by itself, what is unread, and that senders pay nothing for followers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actor import Actor
from chat import selectors
from chat.models import Conversation, Entry
from chat.participation import ThreadFollow
from chat.services import conversations, listening, members, messages, threads
from chat.tests import factories
from chat.tests.factories import key, send
from protocol.errors import BadRequest, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def inbox(actor, **more) -> list:
    return selectors.list_threads(actor.user, **more).threads


def follow(actor, conversation, root, on=True):
    threads.follow(actor=actor, conversation=conversation, thread_root=root.seq, on=on)


def told(actor) -> list:
    entries = Entry.objects.filter(conversation__unique_key=f"p{actor.user}", type="thread.followed").order_by("seq")
    return [(each.body["thread_root"], each.body["following"], each.body["read_seq"]) for each in entries]


def test_author_repliers_and_the_mentioned_follow_by_themselves(scene):
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    root = send(scene.alice, scene.id, "root")
    reply = send(scene.bob, scene.id, "reply", thread_root=root.seq, mentions=[scene.charlie.user])
    listening.pump(scene.id)
    [of_alice], [of_bob], [of_charlie] = inbox(scene.alice), inbox(scene.bob), inbox(scene.charlie)
    assert [each.unread for each in (of_alice, of_bob, of_charlie)] == [1, 0, 1]
    assert (of_alice.root.thread_count, of_alice.root.seq, of_alice.last_at) == (1, root.seq, reply.at)
    assert told(scene.alice) == [(root.seq, True, root.seq)]
    assert told(scene.bob) == [(root.seq, True, reply.seq)]
    assert told(scene.charlie) == [(root.seq, True, reply.seq - 1)]


def test_more_replies_tell_nothing_more_to_the_personal_timelines(scene):
    root = send(scene.alice, scene.id, "root")
    for _ in range(5):
        send(scene.bob, scene.id, thread_root=root.seq)
        send(scene.alice, scene.id, thread_root=root.seq)
        listening.pump(scene.id)
    assert len(told(scene.alice)) == len(told(scene.bob)) == 1
    assert inbox(scene.alice)[0].unread == 0
    assert inbox(scene.bob)[0].unread == 1


def test_a_plain_message_makes_no_follows(scene):
    send(scene.alice, scene.id, mentions=[scene.bob.user])
    listening.pump(scene.id)
    assert not ThreadFollow.objects.exists()


def test_who_stopped_following_comes_back_by_speaking_or_when_named(scene):
    root = send(scene.alice, scene.id, "root")
    follow(scene.alice, scene.id, root)
    follow(scene.alice, scene.id, root, on=False)
    send(scene.bob, scene.id, thread_root=root.seq)
    listening.pump(scene.id)
    assert inbox(scene.alice) == []
    send(scene.bob, scene.id, thread_root=root.seq, mentions=[scene.alice.user])
    listening.pump(scene.id)
    assert inbox(scene.alice)[0].unread == 2
    follow(scene.bob, scene.id, root, on=False)
    send(scene.bob, scene.id, thread_root=root.seq)
    listening.pump(scene.id)
    assert [each.root.seq for each in inbox(scene.bob)] == [root.seq]


def test_reading_only_grows_and_is_told(scene):
    root = send(scene.alice, scene.id, "root")
    one, two = (send(scene.bob, scene.id, thread_root=root.seq) for _ in range(2))
    listening.pump(scene.id)
    where = {"actor": scene.alice, "conversation": scene.id, "thread_root": root.seq}
    threads.mark_read(**where, seq=one.seq)
    assert inbox(scene.alice)[0].unread == 1
    threads.mark_read(**where, seq=10**9)
    threads.mark_read(**where, seq=one.seq)
    assert inbox(scene.alice)[0].read_seq == two.seq
    assert inbox(scene.alice, unread=True) == []
    assert [read for _, _, read in told(scene.alice)] == [root.seq, one.seq, two.seq]


def test_what_is_not_followed_keeps_no_position(scene):
    root = send(scene.alice, scene.id, "root")
    threads.mark_read(actor=scene.bob, conversation=scene.id, thread_root=root.seq, seq=root.seq)
    assert not ThreadFollow.objects.exists()


def test_recalled_replies_are_not_unread(scene):
    root = send(scene.alice, scene.id, "root")
    said = send(scene.bob, scene.id, thread_root=root.seq)
    listening.pump(scene.id)
    messages.recall(actor=scene.bob, conversation=scene.id, client_key=key(), target=said.seq)
    listening.pump(scene.id)
    assert inbox(scene.alice)[0].unread == 0
    assert inbox(scene.alice, unread=True) == []


def test_following_twice_is_once_and_needs_a_first_message(scene):
    root = send(scene.alice, scene.id, "root")
    reply = send(scene.bob, scene.id, thread_root=root.seq)
    for _ in range(2):
        follow(scene.alice, scene.id, root)
    assert told(scene.alice) == [(root.seq, True, reply.seq)]
    with pytest.raises(NotFound):
        follow(scene.alice, scene.id, reply)
    Conversation.objects.filter(pk=scene.id).update(history_for_newcomers=False)
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    with pytest.raises(NotFound):
        follow(scene.charlie, scene.id, root)


def test_who_left_sees_no_thread_of_it(scene):
    root = send(scene.bob, scene.id, "root")
    send(scene.alice, scene.id, "secret", thread_root=root.seq)
    listening.pump(scene.id)
    members.leave(actor=scene.bob, conversation=scene.id)
    assert inbox(scene.bob) == []
    send(scene.alice, scene.id, thread_root=root.seq, mentions=[scene.bob.user])
    listening.pump(scene.id)
    assert inbox(scene.bob) == []


def test_the_list_pages_without_losing_threads_of_one_moment(scene):
    roots = [send(scene.alice, scene.id, str(place)) for place in range(5)]
    for root in roots:
        follow(scene.bob, scene.id, root)
    ThreadFollow.objects.update(last_at=ThreadFollow.objects.first().last_at)
    seen, cursor = [], ""
    while True:
        page = selectors.list_threads(scene.bob.user, cursor, 2)
        seen += [each.root.seq for each in page.threads]
        cursor = page.next
        if not cursor:
            break
    assert sorted(seen) == [each.seq for each in roots]
    with pytest.raises(BadRequest):
        selectors.list_threads(scene.bob.user, "nonsense")


def test_queries_of_the_list_and_of_the_listener_are_constant(scene):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            selectors.list_threads(scene.alice.user)
        return len(queries)

    def heard() -> int:
        with CaptureQueriesContext(connection) as queries:
            listening.pump(scene.id)
        return len(queries)

    people = factories.people(30)
    conversations.add_members(actor=scene.alice, conversation=scene.id, users=people)
    root = send(scene.alice, scene.id, "root")
    listening.pump(scene.id)
    send(scene.bob, scene.id, thread_root=root.seq)
    few = heard()
    assert asked() == 3
    for each in people:
        send(Actor(user=each), scene.id, thread_root=root.seq)
    # Two of personal conversations made, one of rows made: a follower's first time.
    assert heard() <= few + 3
    assert asked() == 3


def test_a_thread_page_has_only_the_thread(scene):
    root = send(scene.alice, scene.id, "root")
    replies = []
    for place in range(6):
        send(scene.bob, scene.id, "beside")
        replies.append(send(scene.bob, scene.id, str(place), thread_root=root.seq).seq)
    newest = selectors.list_history(scene.bob.user, scene.id, thread_root=root.seq, limit=3)
    assert [each.seq for each in newest.events] == replies[-3:]
    older = selectors.list_history(scene.bob.user, scene.id, thread_root=root.seq, before=replies[3], limit=10)
    assert [each.seq for each in older.events] == [root.seq, *replies[:3]]
    assert (newest.has_older, older.has_older, older.has_newer) == (True, False, True)
