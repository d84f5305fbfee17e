"""Members over HTTP: pages, joining, roles, mutes, leaving."""

import pytest

from openplatform.tests.factories import Caller, World
from openplatform.tests.test_door import is_problem


def test_members_come_in_pages(world: World):
    world.alice.post(f"conversations/{world.group}/members", {"users": [world.charlie.user.pk]})
    first = world.bob.get(f"conversations/{world.group}/members?limit=2").json()
    rest = world.bob.get(f"conversations/{world.group}/members?limit=2&cursor={first['next']}").json()
    assert first["member_count"] == 3
    assert [each["user"] for each in first["members"] + rest["members"]] == [
        each.user.pk for each in (world.alice, world.bob, world.charlie)
    ]
    assert first["members"][0]["role"] == "owner"
    assert "next" not in rest


def test_a_page_of_members_costs_the_same_however_many_there_are(world: World, django_assert_max_num_queries):
    people = [Caller(f"colleague{number}").user.pk for number in range(20)]
    world.alice.post(f"conversations/{world.group}/members", {"users": people})
    world.bob.get("me")  # notes that the token was used
    with django_assert_max_num_queries(3):  # token, membership, page
        assert len(world.bob.get(f"conversations/{world.group}/members").json()["members"]) == 22


def test_who_joins_can_read_and_who_is_taken_out_cannot(world: World):
    world.alice.post(f"conversations/{world.group}/members", {"users": [world.charlie.user.pk]})
    assert world.charlie.get(f"conversations/{world.group}").status_code == 200
    world.alice.ask("DELETE", f"conversations/{world.group}/members/{world.charlie.user.pk}")
    is_problem(world.charlie.get(f"conversations/{world.group}"), 403, "not_a_member")


def test_a_muted_member_cannot_post_until_unmuted(world: World):
    bob = f"conversations/{world.group}/members/{world.bob.user.pk}"
    assert world.alice.ask("PATCH", bob, {"muted_until": 4_000_000_000_000}).status_code == 204
    is_problem(world.bob.post(f"conversations/{world.group}/messages", {"body": {"text": "x"}}), 403, "muted")
    assert world.alice.ask("PATCH", bob, {"muted_until": 0}).status_code == 204
    assert world.bob.post(f"conversations/{world.group}/messages", {"body": {"text": "x"}}).status_code == 201


def test_role_and_mute_change_together_or_not_at_all(world: World):
    """The owner cannot be muted any more than demoted by a new owner's first request: one refusal undoes both."""
    alice = f"conversations/{world.group}/members/{world.alice.user.pk}"
    world.alice.ask("PATCH", f"conversations/{world.group}/members/{world.bob.user.pk}", {"role": "admin"})
    refused = world.bob.ask("PATCH", alice, {"role": "member", "muted_until": 4_000_000_000_000})
    assert refused.status_code == 403
    rows = world.bob.get(f"conversations/{world.group}/members").json()["members"]
    assert (rows[0]["role"], rows[0].get("muted_until", 0)) == ("owner", 0)


@pytest.mark.parametrize("body", [{}, {"role": "king"}, {"muted_until": -1}, {"muted_until": 10**18}])
def test_a_change_that_is_none_is_refused(world: World, body: dict):
    response = world.alice.ask("PATCH", f"conversations/{world.group}/members/{world.bob.user.pk}", body)
    is_problem(response, 400, "invalid")


def test_leaving_twice_under_one_key_is_one_leaving(world: World):
    first, again = (world.bob.post(f"conversations/{world.group}/leave", key="key-0001") for _ in range(2))
    assert (first.status_code, again.status_code) == (204, 204)
    assert again["Idempotency-Replayed"] == "true"
    is_problem(world.bob.post(f"conversations/{world.group}/leave"), 403, "not_a_member")
