"""Telling a person: one entry of the own timeline; what an earlier one said can be forgotten but for its address."""

import pytest
from django.db import transaction

from chat.models import Entry
from chat.rendering import event_of
from chat.services import telling
from chat.tests import factories

pytestmark = pytest.mark.django_db


def test_an_entry_of_the_own_timeline_for_the_own_topic():
    alice, *_ = factories.three_people()
    with transaction.atomic():
        own = telling.begin(alice.user)
        told = telling.tell(alice.user, own, "setting.changed", name="theme", value="dark")
    assert [each.topic for each in told.emitted] == [f"user.{alice.user}"]
    entry = Entry.objects.get(conversation_id=own, seq=told.seq)
    assert (entry.sender_id, entry.visible, event_of(entry)) == (alice.user, False, told.emitted[0].event)


def test_an_emptied_entry_keeps_its_place_and_address():
    alice, *_ = factories.three_people()
    with transaction.atomic():
        own = telling.begin(alice.user)
        seq = telling.tell(alice.user, own, "draft.changed", target=7, thread_root=3, text="secret").seq
        telling.empty(own, seq, keep=("target", "thread_root"))
        telling.empty(own, 0, keep=())
        telling.empty(own, 10**9, keep=())
    event = event_of(Entry.objects.get(conversation_id=own, seq=seq))
    assert (event.target, event.thread_root, event.text) == (7, 3, "")
