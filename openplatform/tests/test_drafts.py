"""Drafts over HTTP: what one device writes, the next one finds."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def test_a_draft_is_found_until_it_is_cleared(world: World):
    address = f"conversations/{world.group}/draft"
    seq = world.bob.ask("PUT", address, {"text": "Dear all", "reply_to": world.message}).json()["seq"]
    found = world.bob.get("me/drafts").json()
    assert found["seq"] == seq
    [draft] = found["drafts"]
    assert draft.pop("at") > 0
    assert draft == {"conversation": world.group, "text": "Dear all", "reply_to": world.message}
    assert world.alice.get("me/drafts").json()["drafts"] == []
    world.bob.ask("PUT", address, {"text": ""})
    assert world.bob.get("me/drafts").json()["drafts"] == []


def test_wrong_drafts_are_refused(world: World):
    address = f"conversations/{world.group}/draft"
    is_problem(world.bob.ask("PUT", address, {"text": "x" * 10_001}), 400, "invalid")
    is_problem(world.bob.ask("PUT", address, {"text": "x", "thread_root": 987_654}), 404, "not_found")
    is_problem(world.bob.ask("PUT", address, {"text": "a\x00b"}), 400, "invalid")
