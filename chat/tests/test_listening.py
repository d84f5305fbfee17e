"""Listeners: in order, once in their tables, whatever fails in between."""

import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from chat import registry
from chat.models import Conversation, HandOver, Mention, Straggler
from chat.services import listening
from chat.tests import factories
from chat.tests.factories import send

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(monkeypatch) -> list[int]:
    monkeypatch.setattr(registry, "_listeners", {})
    return []


@pytest.fixture
def scene():
    return factories.scene()


def test_a_listener_gets_its_types_in_order_and_once(scene, heard):
    @registry.listens("message.created")
    def listen(entries):
        heard.extend(entry.seq for entry in entries)

    said = [send(scene.alice, scene.id).seq for _ in range(3)]
    assert listening.pump(scene.id) == said[-1]
    assert heard == said
    assert listening.pump(scene.id) == 0
    later = send(scene.bob, scene.id).seq
    assert listening.pump(scene.id) == 1
    assert heard == [*said, later]


def test_long_timelines_are_read_in_chunks(scene, heard, settings):
    settings.CHAT_REACT_CHUNK = 2
    chunks = []
    registry.listens()(lambda entries: chunks.append([entry.seq for entry in entries]))
    head = [send(scene.alice, scene.id).seq for _ in range(3)][-1]
    assert listening.pump(scene.id) == head
    assert chunks == [[1, 2], [3, 4], [5]]


def test_a_listener_that_fails_leaves_its_tables_and_holds_up_nobody(scene, heard, settings):
    settings.CHAT_REACT_CHUNK = 2
    broken, passed = [True], []
    kept = Mention.objects.create(user_id=scene.alice.user, conversation_id=scene.id, seq=1, number=999)

    @registry.listens("message.created")
    def writes(entries):
        for entry in entries:
            Mention.objects.create(
                user_id=scene.charlie.user, conversation_id=scene.id, seq=entry.seq, number=entry.number
            )

    @registry.listens("message.created")
    def fails(entries):
        if broken[0] and entries[0].number > 2:
            Mention.objects.create(user_id=scene.charlie.user, conversation_id=scene.id, seq=1, number=777)
            raise RuntimeError("killed")
        passed.extend(entry.seq for entry in entries)

    said = [send(scene.alice, scene.id) for _ in range(4)]
    listening.pump(scene.id)
    # The other listener goes on; of the one that failed, nothing stays, and it follows by itself.
    written = Mention.objects.exclude(pk=kept.pk).order_by("number")
    assert list(written.values_list("number", flat=True)) == [each.number for each in said]
    assert HandOver.objects.get(pk=scene.id).seq == said[-1].seq
    row = Straggler.objects.get()
    assert (row.seq, row.attempts, "killed" in row.problem) == (said[1].seq, 1, True)
    broken[0] = False
    later = send(scene.alice, scene.id)
    listening.pump(scene.id)  # not yet its time: it keeps its order, the newest does not overtake
    assert passed == [said[0].seq, said[1].seq]
    Straggler.objects.update(next_at=timezone.now())
    listening.pump(scene.id)
    assert passed == [each.seq for each in (*said, later)]
    assert not Straggler.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_one_conversation_hand_each_entry_over_once(heard):
    scene = factories.scene()
    head = [send(scene.alice, scene.id).seq for _ in range(20)][-1]
    lock = threading.Lock()

    @registry.listens()
    def listen(entries):
        with lock:
            heard.extend(entry.seq for entry in entries)

    def work():
        listening.pump(scene.id)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == list(range(1, head + 1))


def test_a_conversation_that_is_not_there_is_nothing_to_do(heard):
    assert listening.pump(10**9) == 0


def test_waiting_are_those_behind_that_did_not_move_for_a_while(scene, heard, settings):
    send(scene.alice, scene.id)
    assert scene.id not in listening.find_waiting()
    settings.CHAT_SWEEP_AFTER = -1
    assert scene.id in listening.find_waiting()
    listening.pump(scene.id)
    assert scene.id not in listening.find_waiting()
    Conversation.objects.filter(pk=scene.id).update(last_at=timezone.now())
    send(scene.alice, scene.id)
    assert scene.id in listening.find_waiting()
    assert len(listening.find_waiting(limit=1)) == 1


def test_a_listener_that_keeps_failing_is_parked_until_it_is_resumed(scene, heard, monkeypatch):
    monkeypatch.setattr(listening, "ATTEMPTS", 3)
    broken = [True]

    @registry.listens("message.created")
    def fails(entries):
        if broken[0]:
            raise RuntimeError("killed")
        heard.extend(entry.seq for entry in entries)

    said = send(scene.alice, scene.id)
    listening.pump(scene.id)
    for attempts in (2, 3):
        assert listening.find_failing([scene.id]) == [scene.id]
        Straggler.objects.update(next_at=timezone.now())
        assert scene.id in listening.find_waiting()
        listening.pump(scene.id)
        assert Straggler.objects.get().attempts == attempts
    assert Straggler.objects.get().next_at is None
    assert listening.find_failing([scene.id]) == []
    broken[0] = False
    listening.pump(scene.id)
    assert heard == []
    listening.resume(straggler=Straggler.objects.get())
    listening.pump(scene.id)
    assert (heard, Straggler.objects.count()) == ([said.seq], 0)


def test_the_sweep_looks_at_what_moved_by_the_index(scene, heard, settings):
    """20,000 conversations at rest cost nothing: only those that moved since the last look are compared."""
    settings.CHAT_SWEEP_AFTER = -1
    send(scene.alice, scene.id)
    assert scene.id in listening.find_waiting()
    listening.pump(scene.id)
    assert listening.find_waiting() == [each for each in listening.find_waiting() if each != scene.id]
    since, _ = cache.get(listening.SWEPT)
    query = listening.list_behind(since, timezone.now())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "conversation_last_at" in query[:1000].explain()
    # What an import wrote in the past is found by the daily look at everything.
    long_ago = timezone.now() - timedelta(days=300)
    send(scene.alice, scene.id)
    Conversation.objects.update(last_at=timezone.now())
    Conversation.objects.filter(pk=scene.id).update(last_at=long_ago)
    cache.set(listening.SWEPT, (timezone.now(), timezone.now()))
    assert scene.id not in listening.find_waiting()
    cache.set(listening.SWEPT, (timezone.now(), timezone.now() - timedelta(days=2)))
    assert scene.id in listening.find_waiting()
