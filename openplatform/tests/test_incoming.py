"""Incoming webhooks: who may make one, what it may say, and that it is dead when it was ended."""

import pytest

from accounts.models import User
from accounts.tests.factories import actor_of, person
from chat.models import Entry, Membership
from chat.services import members
from openplatform.dialects.posts import Unreadable
from openplatform.models import IncomingWebhook
from openplatform.services import incoming
from openplatform.tests.factories import World
from protocol import errors


def made(world: World, **more) -> tuple[str, IncomingWebhook]:
    return incoming.create(actor=world.owner, conversation=world.group, name="Builds", **more)


def last(world: World) -> Entry:
    found = Entry.objects.filter(conversation_id=world.group, visible=True).order_by("seq").last()
    assert found is not None
    return found


def test_a_manager_makes_one_and_its_secret_is_kept_nowhere(world: World):
    raw, hook = made(world)
    assert incoming.find(raw).pk == hook.pk
    assert raw.isalnum()
    assert len(raw) == 24
    values = IncomingWebhook.objects.filter(pk=hook.pk).values().get()
    assert raw not in str(values)
    assert (hook.bot.kind, hook.bot.name) == (User.Kind.BOT, "Builds")
    assert Membership.objects.filter(conversation=world.group, user=hook.bot).exists()


@pytest.mark.parametrize("who", ["bob", "charlie"])
def test_nobody_else_makes_sees_changes_or_ends_one(world: World, who: str):
    _, hook = made(world)
    actor = actor_of(getattr(world, who).user)
    where = {"actor": actor, "conversation": world.group}
    for verb in (
        lambda: incoming.create(**where, name="Mine"),
        lambda: incoming.list_of(**where),
        lambda: incoming.change(**where, hook=hook.pk, name="Mine"),
        lambda: incoming.renew(**where, hook=hook.pk),
        lambda: incoming.revoke(**where, hook=hook.pk),
        lambda: incoming.end(actor=actor, hook=hook),
    ):
        with pytest.raises(errors.Forbidden):
            verb()
    assert IncomingWebhook.objects.count() == 1


def test_a_hook_of_another_conversation_is_not_there(world: World):
    _, hook = made(world)
    other = world.alice.post("conversations", {"title": "Other"}).json()["state"]["conversation"]
    with pytest.raises(errors.NotFound):
        incoming.revoke(actor=world.owner, conversation=other, hook=hook.pk)


def test_what_it_posts_is_said_by_its_bot(world: World):
    raw, hook = made(world)
    incoming.post(hook=incoming.find(raw), payload={"text": f"Done <@U{world.bob.user.pk:010d}>", "username": "CI"})
    said = last(world)
    assert (said.sender_id, said.body, said.mentions) == (
        hook.bot_id,
        {"text": "Done @Bob"},
        [world.bob.user.pk],
    )
    hook.refresh_from_db()
    assert hook.last_used_at is not None


def test_another_name_is_shown_beside_the_bot_where_it_is_allowed(world: World):
    _, hook = made(world, may_rename=True)
    incoming.post(hook=hook, payload={"text": "Done", "username": "CI", "icon_emoji": ":robot:"})
    assert last(world).body == {"text": ":robot: **CI**\nDone"}
    incoming.post(hook=hook, payload={"attachments": [{"title": "Seven"}], "username": "CI"})
    assert last(world).body == {"title": "Seven", "blocks": [{"type": "note", "text": "**CI**"}]}
    assert last(world).sender_id == hook.bot_id


def test_a_channel_in_the_payload_leads_nowhere_else(world: World):
    _, hook = made(world)
    other = world.alice.post("conversations", {"title": "general"}).json()["state"]["conversation"]
    incoming.post(hook=hook, payload={"text": "here", "channel": "#general"})
    assert last(world).body == {"text": "here"}
    assert not Entry.objects.filter(conversation_id=other, kind="text").exists()


def test_a_new_secret_ends_the_old_one(world: World):
    raw, hook = made(world)
    fresh, _ = incoming.renew(actor=world.owner, conversation=world.group, hook=hook.pk)
    assert incoming.find(fresh).pk == hook.pk
    with pytest.raises(incoming.NoService):
        incoming.find(raw)


def test_an_ended_hook_is_dead_and_what_it_said_stays(world: World):
    raw, hook = made(world)
    incoming.post(hook=hook, payload={"text": "still here"})
    incoming.revoke(actor=world.owner, conversation=world.group, hook=hook.pk)
    with pytest.raises(incoming.NoService):
        incoming.find(raw)
    assert not Membership.objects.filter(conversation=world.group, user=hook.bot).exists()
    assert not User.objects.get(pk=hook.bot_id).is_active
    assert incoming.list_of(actor=world.owner, conversation=world.group) == []
    assert [each.body for each in Entry.objects.filter(sender=hook.bot_id, kind="text")] == [{"text": "still here"}]


def test_an_administrator_ends_any(world: World):
    _, hook = made(world)
    incoming.end(actor=actor_of(person("grace", is_staff=True)), hook=hook)
    assert not IncomingWebhook.objects.filter(revoked_at=None).exists()


def test_a_bot_that_was_taken_out_may_not_speak(world: World):
    _, hook = made(world)
    members.remove_members(actor=world.owner, conversation=world.group, users=[hook.bot_id])
    with pytest.raises(errors.Forbidden) as refused:
        incoming.post(hook=hook, payload={"text": "let me"})
    assert refused.value.code == "not_a_member"


def test_what_cannot_be_read_says_nothing(world: World):
    _, hook = made(world)
    before = last(world).seq
    with pytest.raises(Unreadable):
        incoming.post(hook=hook, payload={"attachments": "x"})
    assert last(world).seq == before


def test_there_is_an_end_to_hooks(world: World, settings):
    settings.OPENPLATFORM = {"hooks_per_conversation": 1}
    made(world)
    with pytest.raises(errors.Conflict):
        made(world)
    assert User.objects.filter(kind="bot").count() == 1


def test_a_post_costs_the_same_whatever_it_says(world: World, django_assert_max_num_queries):
    _, hook = made(world)
    incoming.post(hook=hook, payload={"text": "warm"})
    with django_assert_max_num_queries(16) as few:
        incoming.post(hook=hook, payload={"text": "hello"})
    attachments = [{"text": "x", "fields": [{"title": "a", "value": "b"}]} for _ in range(10)]
    with django_assert_max_num_queries(len(few.captured_queries)):
        incoming.post(hook=hook, payload={"attachments": attachments})


def test_the_name_follows_to_the_bot(world: World):
    _, hook = made(world)
    incoming.change(actor=world.owner, conversation=world.group, hook=hook.pk, name=" CI  alarms ")
    assert User.objects.get(pk=hook.bot_id).name == "CI alarms"
    with pytest.raises(errors.BadRequest):
        incoming.change(actor=world.owner, conversation=world.group, hook=hook.pk, name="  ")


def test_a_muted_bot_is_silent(world: World):
    _, hook = made(world)
    members.mute_member(actor=world.owner, conversation=world.group, user=hook.bot_id, until=4_000_000_000_000)
    with pytest.raises(errors.Forbidden):
        incoming.post(hook=hook, payload={"text": "x"})


def test_an_app_hands_out_no_way_to_speak_in_its_owners_name(world: World):
    for actor in (
        actor_of(world.alice.user, app=7),
        actor_of(world.alice.user, scopes=frozenset({"conversations:write"})),
    ):
        with pytest.raises(errors.Forbidden):
            incoming.create(actor=actor, conversation=world.group, name="Builds")
    assert not IncomingWebhook.objects.exists()
