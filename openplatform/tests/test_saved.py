"""Saved messages over HTTP: kept, listed in pages, let go."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def test_kept_listed_and_let_go(world: World):
    seqs = [world.message, world.say("second").seq, world.say("third").seq]
    for seq in seqs:
        assert world.bob.ask("PUT", f"conversations/{world.group}/messages/{seq}/saved").status_code == 204
    first = world.bob.get("saved?limit=2").json()
    rest = world.bob.get(f"saved?limit=2&cursor={first['next']}").json()
    assert [each["seq"] for each in first["messages"] + rest["messages"]] == seqs[::-1]
    assert "next" not in rest
    world.bob.ask("DELETE", f"conversations/{world.group}/messages/{seqs[1]}/saved")
    assert [each["seq"] for each in world.bob.get("saved").json()["messages"]] == [seqs[2], seqs[0]]


def test_who_was_taken_out_keeps_an_empty_message(world: World):
    world.bob.ask("PUT", f"conversations/{world.group}/messages/{world.message}/saved")
    world.alice.ask("DELETE", f"conversations/{world.group}/members/{world.bob.user.pk}")
    [kept] = world.bob.get("saved").json()["messages"]
    assert kept["body"] == {}


def test_only_messages_can_be_kept(world: World):
    is_problem(world.bob.ask("PUT", f"conversations/{world.group}/messages/1/saved"), 404, "not_found")
    is_problem(world.bob.get("saved?cursor=x"), 400, "invalid")
