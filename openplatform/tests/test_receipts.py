"""Read positions over HTTP."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def state(world: World) -> dict:
    return world.bob.get(f"conversations/{world.group}").json()["state"]


def test_reading_moves_the_position_and_never_back(world: World):
    world.say("another")
    last = state(world)["last_number"]
    assert state(world)["unread"] == last
    for number in (last, 1):
        assert world.bob.post(f"conversations/{world.group}/read", {"read_number": number}).status_code == 204
        assert state(world)["read_number"] == last
        assert state(world).get("unread", 0) == 0


def test_nobody_reads_beyond_the_head(world: World):
    world.bob.post(f"conversations/{world.group}/read", {"read_number": 2**53 - 1})
    assert state(world)["read_number"] == state(world)["last_number"]


def test_a_position_must_be_a_number(world: World):
    is_problem(world.bob.post(f"conversations/{world.group}/read", {"read_number": "1"}), 400, "invalid")
    is_problem(world.bob.post(f"conversations/{world.group}/read", {}), 400, "invalid")
