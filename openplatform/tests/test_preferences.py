"""Preferences over HTTP: part of the inbox row, whole in the answer."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def test_a_change_answers_with_the_whole_and_is_in_the_inbox(world: World):
    address = f"conversations/{world.group}/preferences"
    world.bob.ask("PUT", address, {"notify": "mentions"})
    answer = world.bob.ask("PUT", address, {"silent_until": 4_000_000_000_000, "unread_from": 1}).json()
    assert answer == {"notify": "mentions", "silent_until": 4_000_000_000_000, "starred_at": 0, "unread_from": 1}
    row = next(each for each in world.bob.get("conversations").json()["states"] if each["conversation"] == world.group)
    assert (row["notify"], row["silent_until"], row["unread_from"]) == ("mentions", 4_000_000_000_000, 1)
    world.bob.post(f"conversations/{world.group}/read", {"read_number": 3})
    assert world.bob.ask("PUT", address, {"starred": True}).json()["unread_from"] == 0


def test_the_inbox_costs_no_query_more_for_them(world: World, django_assert_max_num_queries):
    world.bob.ask("PUT", f"conversations/{world.group}/preferences", {"starred": True})
    with django_assert_max_num_queries(6):  # token, heads, seats, recalled, mentions, last messages
        assert world.bob.get("conversations").json()["states"]


def test_wrong_wishes_are_refused_with_their_place(world: World):
    address = f"conversations/{world.group}/preferences"
    for body, path in (({"notify": "x"}, "notify"), ({"starred": 1}, "starred"), ({"unread_from": 99}, "unread_from")):
        refused = world.bob.ask("PUT", address, body)
        is_problem(refused, 400, "invalid")
        assert refused.json()["details"]["path"] == path
