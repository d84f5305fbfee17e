"""Catching up over HTTP."""

import msgspec

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem
from protocol.replies import InboxPage


def test_what_was_missed_comes_along(world: World):
    head = world.bob.get(f"conversations/{world.group}").json()["state"]["head_seq"]
    world.say("while you were away")
    page = msgspec.json.decode(world.bob.post("sync", {"positions": {str(world.group): head}}).content, type=InboxPage)
    delta = next(each for each in page.deltas if each.conversation == world.group)
    assert delta.complete
    assert [each.body for each in delta.events] == [{"text": "while you were away"}]


def test_a_client_that_holds_everything_is_told_nothing(world: World):
    states = world.bob.get("conversations").json()["states"]
    held = {str(each["conversation"]): each["head_seq"] for each in states}
    assert world.bob.post("sync", {"positions": held}).json()["states"] == []


def test_positions_must_be_numbers_and_not_too_many(world: World):
    is_problem(world.bob.post("sync", {"positions": {"x": 1}}), 400, "invalid")
    is_problem(world.bob.post("sync", {"positions": {"1": "x"}}), 400, "invalid")
    is_problem(world.bob.post("sync", {"positions": {str(n): 1 for n in range(5001)}}), 400, "invalid")
    is_problem(world.bob.post("sync", {"cursor": "nonsense"}), 400, "invalid")
