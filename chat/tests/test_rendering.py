"""Stored entries and events: each inverse of the other, references looked up, recalled messages empty."""

from datetime import UTC, datetime

import pytest

from chat import rendering
from chat.models import Entry
from chat.services import conversations, members, messages
from chat.tests import factories
from chat.tests.factories import key, send

pytestmark = pytest.mark.django_db


def test_times_survive_to_the_millisecond():
    moment = datetime(2026, 11, 23, 1, 2, 3, 457_000, tzinfo=UTC)
    assert rendering.moment_of(rendering.milliseconds(moment)) == moment
    assert rendering.milliseconds(None) == 0


def test_every_entry_reads_back_as_the_event_that_was_told(monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr("chat.relay.publish", told.extend)
    with django_capture_on_commit_callbacks(execute=True):
        scene = factories.scene()
        said = send(scene.alice, scene.id, mentions=[scene.bob.user])
        where = {"conversation": scene.id, "client_key": key()}
        messages.react(actor=scene.bob, **where, target=said.seq, emoji="👍")
        members.mute_member(actor=scene.alice, conversation=scene.id, user=scene.bob.user, until=4_000_000_000_000)
        conversations.update(actor=scene.alice, conversation=scene.id, title="New")
        conversations.open_direct(actor=scene.alice, user=scene.bob.user)
    durable = {(each.event.conversation, each.event.seq): each.event for each in told}
    stored = {}
    for entry in Entry.objects.filter(conversation_id__in={place[0] for place in durable}):
        [stored[(entry.conversation_id, entry.seq)]] = rendering.events_of([entry])
    for place, event in durable.items():
        if event.__struct_config__.tag not in ("message.created", "mention.received"):
            assert stored[place] == event
    assert len(durable) >= 12


def test_a_mention_shows_the_message_as_it_is_now():
    scene = factories.scene()
    said = send(scene.alice, scene.id, "before", mentions=[scene.bob.user])
    messages.edit(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq, body={"text": "after"})
    told = Entry.objects.get(type="mention.received")
    [event] = rendering.events_of([told], user=scene.bob.user)
    assert event.message.body == {"text": "after"}


def test_a_mention_says_nothing_to_somebody_who_was_removed():
    scene = factories.scene()
    send(scene.alice, scene.id, "secret", mentions=[scene.bob.user])
    members.remove_members(actor=scene.alice, conversation=scene.id, users=[scene.bob.user])
    told = Entry.objects.get(type="mention.received")
    [event] = rendering.events_of([told], user=scene.bob.user)
    assert event.message.body == {}


def test_a_page_of_references_costs_two_queries(django_assert_num_queries):
    scene = factories.scene()
    for _ in range(5):
        send(scene.alice, scene.id, mentions=[scene.bob.user])
    entries = list(Entry.objects.filter(type="mention.received"))
    with django_assert_num_queries(2):
        rendering.events_of(entries, user=scene.bob.user)
