"""Who gets a row: large conversations in chunks, the muted none at all, whatever runs twice once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Device, PushSubscription
from chat.channels import ChannelPerson
from chat.models import Conversation, Membership
from chat.selectors import count_unread
from chat.services import listening, messages, subscriptions
from chat.tests.factories import channel_of, key, people, send
from push.models import PushDelivery, Spreading
from push.services import spreading

pytestmark = pytest.mark.django_db


def crowd(scene, number: int, **fields) -> list[int]:
    """Members who want to be woken, made in bulk."""
    users = people(number)
    Membership.objects.bulk_create(Membership(conversation=scene.group, user_id=user, **fields) for user in users)
    devices = Device.objects.bulk_create(Device(user_id=user, platform="mobile", name="Phone") for user in users)
    PushSubscription.objects.bulk_create(
        PushSubscription(device=each, provider="fcm", endpoint=f"fcm:token-{each.pk}") for each in devices
    )
    scene.group.member_count = number + 2
    scene.group.save()
    return users


@pytest.mark.parametrize("members", [5, 300])
def test_a_muted_group_costs_four_queries_and_no_row_whatever_its_size(scene, members):
    crowd(scene, members, notify="none")
    [said] = [send(scene.alice, scene.id, "one")]
    entry = spreading.selectors.get_entries([(scene.id, said.seq)])[scene.id, said.seq]
    with CaptureQueriesContext(connection) as asked:
        assert spreading.announce([entry]) == ([], False)
    assert len(asked) == 2
    assert PushDelivery.objects.count() == 0


def test_a_large_group_is_spread_in_chunks_each_in_a_constant_number_of_queries(scene, settings):
    settings.PUSH_SPREAD_AT_ONCE, settings.PUSH_SPREAD_CHUNK = 10, 20
    crowd(scene, 50)
    muted = people(50, "muted")
    Membership.objects.bulk_create(Membership(conversation=scene.group, user_id=user, notify="none") for user in muted)
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    assert PushDelivery.objects.count() == 0
    assert Spreading.objects.count() == 1
    counts, due = [], 0
    while spreading.is_waiting():
        with CaptureQueriesContext(connection) as asked:
            ids, _ = spreading.spread_next()
        due += len(ids)
        counts.append(len(asked))
    assert (due, PushDelivery.objects.count()) == (50, 50)
    assert len(counts) == 3
    assert max(counts) <= 12
    assert spreading.spread_next() == ([], False)


def test_a_person_with_many_devices_is_never_cut_in_two(scene, settings):
    settings.PUSH_SPREAD_AT_ONCE, settings.PUSH_SPREAD_CHUNK = 0, 3
    [one, two, _] = crowd(scene, 3)
    for user in (one, two):
        extra = Device.objects.create(user_id=user, platform="mobile", name="Tablet")
        PushSubscription.objects.create(device=extra, provider="fcm", endpoint=f"fcm:tablet-{extra.pk}")
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    while spreading.is_waiting():
        spreading.spread_next()
    assert PushDelivery.objects.count() == 5


def test_what_is_announced_twice_is_there_once(scene):
    crowd(scene, 3)
    said = send(scene.alice, scene.id, "one")
    entry = spreading.selectors.get_entries([(scene.id, said.seq)])[scene.id, said.seq]
    spreading.announce([entry])
    spreading.announce([entry])
    assert PushDelivery.objects.count() == 3


def test_an_urgent_message_reaches_the_muted(scene):
    crowd(scene, 3, notify="none")
    messages.send(actor=scene.alice, conversation=scene.id, client_key=key(), body={"text": "Fire"}, urgent=True)
    listening.pump(scene.id)
    assert set(PushDelivery.objects.values_list("reason", flat=True)) == {"urgent"}


def test_a_message_of_long_ago_wakes_nobody(scene, settings):
    crowd(scene, 3)
    settings.PUSH_TTL_SECONDS = 0
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    assert PushDelivery.objects.count() == 0


def test_notes_to_oneself_wake_nobody(scene):
    crowd(scene, 1)
    listening.pump(Membership.objects.get(user=scene.alice.user, conversation__kind="personal").conversation_id)
    assert PushDelivery.objects.count() == 0


def test_the_number_on_the_icon_is_that_of_the_inbox(scene):
    first = send(scene.alice, scene.id, "one")
    send(scene.alice, scene.id, "two", mentions=[scene.bob.user])
    send(scene.alice, scene.id, "three")
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=first.seq)
    now = timezone.now()
    assert count_unread([scene.bob.user, scene.alice.user], now).get(scene.bob.user) == 2
    Membership.objects.filter(user=scene.bob.user).update(notify="none")
    assert count_unread([scene.bob.user], now)[scene.bob.user] == 1
    assert count_unread([], now) == {}


def test_a_mention_wakes_who_may_see_a_channel_without_having_subscribed(scene):
    [named, other] = crowd(scene, 2)
    channel = channel_of(scene)
    subscriptions.subscribe(actor=scene.alice, channel=channel.pk)
    send(scene.alice, channel.pk, "to all")
    send(scene.alice, channel.pk, "to one", mentions=[named, scene.charlie.user])
    listening.pump(channel.pk)
    [row] = PushDelivery.objects.all()
    assert (row.user_id, row.reason, row.seq) == (named, "mentioned", 2)
    place = (Conversation.objects.get(pk=channel.pk), named)
    assert spreading.selectors.find_people([place]).keys() == {(channel.pk, named)}
    ChannelPerson.objects.create(channel=channel, user_id=named, allowed=False)
    assert spreading.selectors.find_people([place]) == {}
    assert other not in PushDelivery.objects.values_list("user_id", flat=True)
