"""Subscriptions: only by who may see the channel, ended with the right, silent for the others; mentions reach beyond them."""

from itertools import product

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tests.factories import actor_of, person
from chat import selectors
from chat.channels import ChannelPerson
from chat.models import Conversation, Entry, Membership
from chat.rendering import events_of
from chat.services import conversations, members, subscriptions
from chat.sight import find_right, list_rights
from chat.tests.factories import channel_of, people, scene, seat, send
from protocol.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db


def facts(actor, kind):
    own = conversations.personal_of(actor.user)
    return [each.body for each in Entry.objects.filter(conversation=own, type=kind).order_by("seq")]


def is_in(channel, actor):
    return selectors.is_member(actor.user, channel.pk)


def test_a_subscription_gives_a_row_in_the_inbox_and_costs_the_channel_no_entry():
    it = scene()
    channel = channel_of(it)
    assert channel.pk not in {each.conversation for each in selectors.list_inbox(it.bob.user, {}).states}
    with pytest.raises(Forbidden):
        send(it.bob, channel.pk)
    subscriptions.subscribe(actor=it.bob, channel=channel.pk)
    subscriptions.subscribe(actor=it.bob, channel=channel.pk)  # again: nothing
    assert channel.pk in {each.conversation for each in selectors.list_inbox(it.bob.user, {}).states}
    assert [each["state"]["conversation"] for each in facts(it.bob, "inbox.joined")][-1:] == [channel.pk]
    send(it.bob, channel.pk)
    found = Conversation.objects.get(pk=channel.pk)
    assert (found.member_count, found.last_seq) == (1, 1)
    subscriptions.unsubscribe(actor=it.bob, channel=channel.pk)
    subscriptions.unsubscribe(actor=it.bob, channel=channel.pk)
    found.refresh_from_db()
    assert (found.member_count, found.last_seq, is_in(channel, it.bob)) == (0, 1, False)
    assert facts(it.bob, "inbox.left") == [{"target": channel.pk}]


def test_outsiders_and_who_may_not_see_it_get_the_same_answer():
    it = scene()
    hidden, barred = channel_of(it, "hidden", private=True), channel_of(it, "barred")
    ChannelPerson.objects.create(channel=barred, user_id=it.bob.user, allowed=False)
    for verb in (subscriptions.subscribe, subscriptions.unsubscribe):
        for actor, channel in ((it.charlie, hidden.pk), (it.charlie, barred.pk), (it.bob, hidden.pk), (it.bob, barred.pk),
                               (it.alice, it.id), (it.alice, 999_999)):  # fmt: skip
            with pytest.raises(Forbidden) as refused:
                verb(actor=actor, channel=channel)
            assert refused.value.code == "not_a_member"
    assert not Membership.objects.filter(conversation__in=[hidden.pk, barred.pk]).exists()
    subscriptions.subscribe(actor=it.alice, channel=hidden.pk)
    assert seat(hidden.pk, it.alice).role == "admin"


def test_nobody_is_put_into_a_channel_or_governed_there_by_itself():
    it = scene()
    channel = channel_of(it)
    subscriptions.subscribe(actor=it.alice, channel=channel.pk)
    subscriptions.subscribe(actor=it.bob, channel=channel.pk)
    for act in (
        lambda: members.add_members(actor=it.alice, conversation=channel.pk, users=[it.charlie.user]),
        lambda: members.remove_members(actor=it.alice, conversation=channel.pk, users=[it.bob.user]),
        lambda: members.set_role(actor=it.alice, conversation=channel.pk, user=it.bob.user, role="admin"),
    ):
        with pytest.raises(Forbidden) as refused:
            act()
        assert refused.value.details == {"rule": "space_decides"}
    with pytest.raises(Conflict):  # whatever door forgets to ask
        members.add_members(actor=type(it.alice)(user=0), conversation=channel.pk, users=[it.charlie.user])
    assert not is_in(channel, it.charlie)
    assert is_in(channel, it.bob)


def test_who_goes_out_of_the_space_is_out_of_its_channels():
    it = scene()
    channels = [channel_of(it, title) for title in ("one", "two", "three")]
    dora = actor_of(person("dora"))
    members.add_members(actor=it.alice, conversation=it.id, users=[dora.user])
    for channel in channels[:2]:
        for actor in (it.bob, dora):
            subscriptions.subscribe(actor=actor, channel=channel.pk)
    members.remove_members(actor=it.alice, conversation=it.id, users=[it.bob.user])
    members.leave(actor=dora, conversation=it.id)
    assert not Membership.objects.filter(conversation__in=[each.pk for each in channels]).exists()
    assert set(Conversation.objects.filter(space=it.id).exclude(pk=it.id).values_list("member_count", flat=True)) == {0}
    assert [each["target"] for each in facts(it.bob, "inbox.left")] == [channels[0].pk, channels[1].pk, it.id]


def test_a_subscription_follows_role_and_mute_and_ends_with_the_right():
    it = scene()
    public, private = channel_of(it), channel_of(it, "admins", private=True)
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    for channel in (public, private):
        subscriptions.subscribe(actor=it.bob, channel=channel.pk)
        assert seat(channel.pk, it.bob).role == "admin"
    until = 4_000_000_000_000
    members.mute_member(actor=it.alice, conversation=it.id, user=it.bob.user, until=until)
    with pytest.raises(Forbidden) as muted:
        send(it.bob, public.pk)
    assert muted.value.code == "muted"
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="member")
    assert seat(public.pk, it.bob).role == "member"
    assert not is_in(private, it.bob)
    assert [each["target"] for each in facts(it.bob, "inbox.left")] == [private.pk]


def test_a_mention_reaches_who_may_see_the_channel_and_nobody_else():
    it = scene()
    channel = channel_of(it, private=True)
    dora = actor_of(person("dora"))
    members.add_members(actor=it.alice, conversation=it.id, users=[dora.user])
    ChannelPerson.objects.create(channel=channel, user_id=dora.user, allowed=True)
    subscriptions.subscribe(actor=it.alice, channel=channel.pk)
    send(it.alice, channel.pk, "look", mentions=[dora.user, it.bob.user, it.charlie.user])
    own = conversations.personal_of(dora.user)
    told = list(Entry.objects.filter(conversation=own, type="mention.received"))
    assert [each.message.body for each in events_of(told, user=dora.user)] == [{"text": "look"}]
    for nobody in (it.bob, it.charlie):
        assert facts(nobody, "mention.received") == []
    assert not is_in(channel, dora)
    ChannelPerson.objects.update(allowed=False)
    assert [each.message.body for each in events_of(told, user=dora.user)] == [{}]


def test_a_message_costs_a_channel_of_a_large_space_what_it_costs_a_group_of_ten(settings):
    it = scene()
    group = conversations.create_group(actor=it.alice, title="Ten", members=people(9, "ten")).pk
    members.add_members(actor=it.alice, conversation=it.id, users=people(300))
    channel = channel_of(it, private=True, roles={"1": True, "2": False}).pk
    subscriptions.subscribe(actor=it.alice, channel=channel)
    costs = []
    for conversation in (group, channel):
        send(it.alice, conversation)
        before = Entry.objects.count()
        with CaptureQueriesContext(connection) as asked:
            send(it.alice, conversation)
        costs.append((len(asked), Entry.objects.count() - before))
    assert costs[0] == costs[1]


def test_rights_of_many_cost_what_those_of_one_do(django_assert_num_queries):
    it = scene()
    channel = selectors.get_channel(channel_of(it).pk)
    for users in ([it.bob.user], [it.alice.user, it.bob.user, it.charlie.user]):
        with django_assert_num_queries(2):
            found = list_rights(channel, users)
    assert [right.rule for right in found.values()] == ["owner", "public", "not_in_space"]


def test_the_right_of_one_is_what_it_is_among_many():
    it = scene()
    Conversation.objects.filter(pk=it.id).update(rules={"roles": {"1": {"name": "Host"}, "2": {"name": "Guest"}}})
    people = [it.alice.user, it.bob.user, it.charlie.user]
    for private, roles, line, own in product(
        (False, True), ({}, {"1": True}, {"1": False}), (None, True, False), (0, 1, 2)
    ):
        channel = channel_of(it, private=private, roles=roles)
        Membership.objects.filter(conversation=it.id, user_id=it.bob.user).update(custom_role=own)
        if line is not None:
            ChannelPerson.objects.create(channel=channel, user_id=it.bob.user, allowed=line)
        many = list_rights(selectors.get_channel(channel.pk), people)
        assert {user: find_right(channel.pk, user) for user in people} == many
    assert find_right(999_999, it.alice.user) is None
