"""The inbox, groups and direct conversations over HTTP."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from chat.models import Conversation, Entry
from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


@pytest.fixture
def world(db: None) -> World:
    """Its own: rivals commit, so no transaction may lie around this module's tests."""
    return World()


KEY = "key-0001"


def test_the_inbox_shows_conversations_with_unread(world: World):
    world.say("one more")
    states = world.bob.get("conversations").json()["states"]
    row = next(each for each in states if each["conversation"] == world.group)
    said = Entry.objects.filter(
        conversation=world.group, number__gt=0, recalled_at=None, sender=world.alice.user
    ).count()
    assert said >= 4
    assert (row["title"], row["unread"], row["member_count"]) == ("Budget", said, 2)
    assert row["last"]["body"] == {"text": "one more"}


def test_the_inbox_costs_the_same_however_many_conversations(world: World, django_assert_max_num_queries):
    for number in range(12):
        world.alice.post("conversations", {"title": f"Group {number}", "members": [world.bob.user.pk]})
    world.bob.get("me")  # notes that the token was used
    with django_assert_max_num_queries(6):  # token, heads, memberships, recalled, mentioned, last messages
        assert len(world.bob.get("conversations").json()["states"]) >= 13


def test_a_group_is_made_once_under_a_key(world: World):
    body = {"title": "Plans", "members": [world.bob.user.pk]}
    first, again = (world.alice.post("conversations", body, key=KEY) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Conversation.objects.filter(title="Plans").count() == 1


def test_the_key_for_another_group_is_409(world: World):
    world.alice.post("conversations", {"title": "Plans"}, key=KEY)
    is_problem(world.alice.post("conversations", {"title": "Other"}, key=KEY), 409, "key_reused")
    assert not Conversation.objects.filter(title="Other").exists()


def test_a_refused_group_leaves_its_key_free(world: World):
    is_problem(world.alice.post("conversations", {"title": "Plans", "members": [987654]}, key=KEY), 400, "invalid")
    assert world.alice.post("conversations", {"title": "Plans"}, key=KEY).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_rivals_with_one_key_make_one_group():
    world = World()

    def make(_: int):
        try:
            return world.alice.post("conversations", {"title": "Plans", "members": [world.bob.user.pk]}, key=KEY)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(make, range(12)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert Conversation.objects.filter(title="Plans").count() == 1


def test_a_direct_conversation_is_the_same_from_both_sides(world: World):
    there = world.bob.post("conversations/direct", {"user": world.charlie.user.pk}).json()["state"]
    back = world.charlie.post("conversations/direct", {"user": world.bob.user.pk}).json()["state"]
    assert there["conversation"] == back["conversation"]
    assert (there["peer"], back["peer"]) == (world.charlie.user.pk, world.bob.user.pk)


def test_nobody_talks_to_somebody_who_is_not_there(world: World):
    is_problem(world.bob.post("conversations/direct", {"user": 987654}), 404, "not_found")


def test_settings_change_what_is_named_and_nothing_else(world: World):
    changed = world.alice.ask("PATCH", f"conversations/{world.group}", {"description": "2027"}).json()["state"]
    assert (changed["title"], changed["description"]) == ("Budget", "2027")
    is_problem(world.alice.ask("PATCH", f"conversations/{world.group}", {}), 400, "invalid")
    problem = is_problem(world.alice.ask("PATCH", f"conversations/{world.group}", {"post_policy": "x"}), 400, "invalid")
    assert problem["details"]["path"] == "post_policy"
