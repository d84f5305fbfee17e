"""Spaces: made, divided, seen by each person as far as he may; rights that narrow end subscriptions, of many by a job."""

import pytest

from accounts.tests.factories import actor_of, person
from audit.models import AuditRecord
from chat.channels import Category, Channel, ChannelPerson
from chat.models import Conversation, Membership
from chat.services import members, subscriptions
from chat.tests.factories import people, scene, send
from groups import selectors
from groups.models import Job
from groups.services import jobs, roles
from groups.services.spaces import access, channels, making
from groups.services.spaces.channels import Wish
from groups.tests.factories import enter, page_of
from groups.tests.jobbing import order, work_off
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


def space():
    """Alice's group made a space, Bob in it."""
    it = scene()
    making.turn(actor=it.alice, conversation=it.id)
    return it


def new(it, title="general", **fields):
    return channels.create(actor=it.alice, space=it.id, wish=Wish(title=title, **fields))


def titles(it, actor):
    return [each.channel.conversation.title for each in selectors.get_tree(actor.user, it.id).channels]


def subscribers(channel):
    return set(Membership.objects.filter(conversation=channel).values_list("user_id", flat=True))


def test_a_space_is_a_group_with_a_lobby_in_which_who_governs_it_speaks():
    it = scene()
    made = making.create(actor=it.alice, title="World", members=[it.bob.user], client_key="space-key-1")
    again = making.create(actor=it.alice, title="World", members=[it.bob.user], client_key="space-key-1")
    assert (made.pk, made.space) == (again.pk, made.pk)
    assert [each.conversation_id for each in selectors.list_spaces(it.bob.user)] == [made.pk]
    assert selectors.list_spaces(it.charlie.user) == []
    with pytest.raises(Forbidden):
        send(it.bob, made.pk)
    send(it.alice, made.pk)
    assert AuditRecord.objects.filter(action="space.created").count() == 1
    with pytest.raises(Forbidden):
        making.turn(actor=it.bob, conversation=it.id)
    channel = channels.create(actor=it.alice, space=made.pk, wish=Wish(title="inside"))
    with pytest.raises(Forbidden):
        making.turn(actor=it.alice, conversation=channel)


def test_each_person_sees_the_channels_that_he_may(django_assert_num_queries):
    it = space()
    heading = channels.put_category(actor=it.alice, space=it.id, name="Work", position=1)
    host = roles.put(actor=it.alice, conversation=it.id, name="Host")
    new(it, "open", category=heading)
    secret, barred = new(it, "secret", private=True), new(it, "barred")
    access.set_person(actor=it.alice, channel=barred, user=it.bob.user, allowed=False)
    assert titles(it, it.alice) == ["open", "secret", "barred"]
    assert titles(it, it.bob) == ["open"]
    access.set_role(actor=it.alice, channel=secret, role=host, allowed=True)
    roles.give(actor=it.alice, conversation=it.id, user=it.bob.user, role=host)
    with django_assert_num_queries(5):
        tree = selectors.get_tree(it.bob.user, it.id)
    assert [(each.channel.pk, each.right.rule, each.subscribed) for each in tree.channels][1] == (
        secret, "role_allowed", False,
    )  # fmt: skip
    assert [each.name for each in tree.categories] == ["Work"]
    assert not tree.governs
    assert selectors.explain_channel(it.alice.user, barred, it.bob.user).rule == "person_denied"
    assert selectors.explain_channel(it.bob.user, secret).role == "Host"
    assert [each.user_id for each in selectors.get_access(it.alice.user, barred).people] == [it.bob.user]


def test_outsiders_and_members_govern_nothing_and_see_nothing_hidden():
    it = space()
    hidden = new(it, "hidden", private=True)
    acts = [
        lambda actor: channels.create(actor=actor, space=it.id, wish=Wish(title="mine")),
        lambda actor: channels.change(actor=actor, channel=hidden, wish=Wish(private=False)),
        lambda actor: channels.put_category(actor=actor, space=it.id, name="Mine"),
        lambda actor: channels.remove_category(actor=actor, space=it.id, category=1),
        lambda actor: access.set_role(actor=actor, channel=hidden, role=1, allowed=True),
        lambda actor: access.set_person(actor=actor, channel=hidden, user=actor.user, allowed=True),
        lambda actor: making.turn(actor=actor, conversation=it.id),
        lambda actor: selectors.get_access(actor.user, hidden),
        lambda actor: selectors.explain_channel(actor.user, hidden),
        lambda actor: selectors.explain_channel(actor.user, hidden, it.alice.user),
    ]
    for act in acts:
        for actor in (it.charlie, it.bob):
            with pytest.raises(Forbidden):
                act(actor)
    with pytest.raises(Forbidden):
        selectors.get_tree(it.charlie.user, it.id)
    assert Channel.objects.get(pk=hidden).private
    assert not ChannelPerson.objects.exists()
    assert not Category.objects.exists()


def test_what_makes_no_sense_is_refused_and_nothing_is_written():
    it = space()
    channel = new(it)
    heading = channels.put_category(actor=it.alice, space=it.id, name="Work")
    plain = making.create(actor=it.alice, title="Other").pk
    for error, act in [
        (BadRequest, lambda: new(it, "")),
        (BadRequest, lambda: new(it, "x", post_policy="some")),
        (BadRequest, lambda: new(it, "x", position=-1)),
        (NotFound, lambda: new(it, "x", category=999)),
        (NotFound, lambda: channels.create(actor=it.alice, space=plain, wish=Wish(title="x", category=heading))),
        (Forbidden, lambda: channels.create(actor=it.alice, space=channel, wish=Wish(title="x"))),
        (Conflict, lambda: channels.put_category(actor=it.alice, space=it.id, name="Work")),
        (NotFound, lambda: channels.put_category(actor=it.alice, space=it.id, name="Play", category=999)),
        (NotFound, lambda: access.set_role(actor=it.alice, channel=channel, role=9, allowed=True)),
        (NotFound, lambda: access.set_person(actor=it.alice, channel=channel, user=it.charlie.user, allowed=True)),
        (Forbidden, lambda: access.set_person(actor=it.alice, channel=it.id, user=it.bob.user, allowed=True)),
    ]:
        with pytest.raises(error):
            act()
    assert Channel.objects.count() == 1


def test_a_channel_is_changed_as_a_whole_and_archived_for_reading():
    it = space()
    channel = new(it)
    subscriptions.subscribe(actor=it.bob, channel=channel)
    wish = Wish(title="News", description="of the day", post_policy="admins", position=3)
    channels.change(actor=it.alice, channel=channel, wish=wish)
    with pytest.raises(Forbidden):
        send(it.bob, channel)
    send(it.alice, channel)
    channels.change(actor=it.alice, channel=channel, wish=Wish(archived=True))
    with pytest.raises(Forbidden):
        send(it.alice, channel)
    told = AuditRecord.objects.filter(action="channel.changed").order_by("seq").values_list("after", flat=True)
    assert list(told)[1:] == [{"archived": True}]
    heading = channels.put_category(actor=it.alice, space=it.id, name="Work")
    channels.change(actor=it.alice, channel=channel, wish=Wish(category=heading))
    channels.remove_category(actor=it.alice, space=it.id, category=heading)
    assert Channel.objects.get(pk=channel).category is None


def test_who_loses_the_right_loses_the_subscription_whatever_took_it():
    it = space()
    dora = actor_of(person("dora"))
    members.add_members(actor=it.alice, conversation=it.id, users=[dora.user])
    host = roles.put(actor=it.alice, conversation=it.id, name="Host")
    channel = new(it)
    everybody = {it.alice.user, it.bob.user, dora.user}

    def enter(*actors):
        for actor in actors:
            subscriptions.subscribe(actor=actor, channel=channel)

    enter(it.bob, dora)
    assert subscribers(channel) == everybody
    channels.change(actor=it.alice, channel=channel, wish=Wish(private=True))
    assert subscribers(channel) == {it.alice.user}
    access.set_role(actor=it.alice, channel=channel, role=host, allowed=True)
    for actor in (it.bob, dora):
        roles.give(actor=it.alice, conversation=it.id, user=actor.user, role=host)
    enter(it.bob, dora)
    access.set_person(actor=it.alice, channel=channel, user=dora.user, allowed=False)
    assert subscribers(channel) == {it.alice.user, it.bob.user}
    access.set_person(actor=it.alice, channel=channel, user=dora.user, allowed=None)
    enter(dora)
    roles.give(actor=it.alice, conversation=it.id, user=dora.user, role=0)
    assert subscribers(channel) == {it.alice.user, it.bob.user}
    roles.remove(actor=it.alice, conversation=it.id, role=host)
    assert subscribers(channel) == {it.alice.user}
    assert Channel.objects.get(pk=channel).roles == {}


@pytest.mark.parametrize("chunk", [1, 500])
def test_a_role_for_everybody_ends_what_those_who_bear_it_may_not_see(settings, chunk):
    settings.CHAT_MEMBER_CHUNK = chunk  # one: as where thousands are in a chunk of the job
    it = space()
    members.add_members(actor=it.alice, conversation=it.id, users=people(3))
    host = roles.put(actor=it.alice, conversation=it.id, name="Host")
    guest = roles.put(actor=it.alice, conversation=it.id, name="Guest")
    channel = new(it)
    access.set_role(actor=it.alice, channel=channel, role=guest, allowed=False)
    work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("roles", custom_role=host)))
    subscriptions.subscribe(actor=it.bob, channel=channel)
    work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("roles", custom_role=guest)))
    assert subscribers(channel) == {it.alice.user}


def test_where_many_have_subscribed_a_job_of_the_servers_own_ends_it(settings):
    settings.GROUPS_SETTLE_AT_ONCE = 3
    it = space()
    crowd = people(8)
    members.add_members(actor=it.alice, conversation=it.id, users=crowd)
    channel = new(it)
    for user in crowd:
        subscriptions.subscribe(actor=type(it.alice)(user=user), channel=channel)
    channels.change(actor=it.alice, channel=channel, wish=Wish(private=True))
    job = Job.objects.get(kind="settle")
    assert (job.conversation, job.by, job.total, len(subscribers(channel))) == (channel, 0, 9, 9)
    channels.change(actor=it.alice, channel=channel, wish=Wish(private=False))
    channels.change(actor=it.alice, channel=channel, wish=Wish(private=True))  # the one under way begins anew
    job = work_off(job)
    assert (job.state, job.done, Job.objects.count()) == ("done", 9, 1)
    assert subscribers(channel) == {it.alice.user}
    assert Conversation.objects.get(pk=channel).member_count == 1
    with pytest.raises(BadRequest):
        jobs.start(actor=it.alice, conversation=channel, order=order("settle"))


def test_operators_see_the_channels_of_a_space_and_nothing_that_is_said(django_assert_max_num_queries):
    it = space()
    channel = new(it, "Secret plans", private=True)
    send(it.alice, channel, "a secret sentence")
    _, client = enter("auditor")
    with django_assert_max_num_queries(12):
        seen = client.get(page_of(it.id)).content.decode()
    assert "Secret plans" in seen
    assert "who is let in" in seen
    assert "a secret sentence" not in seen + client.get(page_of(channel)).content.decode()
