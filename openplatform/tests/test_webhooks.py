"""The resource of incoming webhooks; who may do what is test_api.py's, what a hook does test_incoming.py's."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def test_made_listed_changed_renewed_and_ended(world: World):
    where = f"conversations/{world.group}/webhooks"
    made = world.alice.post(where, {"name": "Builds"}).json()
    one = f"{where}/{made['webhook']['id']}"
    assert world.alice.ask("PATCH", one, {"may_rename": True}).json()["may_rename"] is True
    fresh = world.alice.post(f"{one}/secret").json()
    assert fresh["url"] != made["url"]
    assert [each["name"] for each in world.alice.get(where).json()["webhooks"]] == ["Builds"]
    assert world.alice.ask("DELETE", one).status_code == 204
    assert world.alice.get(where).json()["webhooks"] == []
    is_problem(world.alice.ask("DELETE", one), 404, "not_found")


def test_a_change_that_changes_nothing_is_refused(world: World):
    where = f"conversations/{world.group}/webhooks"
    made = world.alice.post(where, {"name": "Builds"}).json()
    is_problem(world.alice.ask("PATCH", f"{where}/{made['webhook']['id']}", {}), 400, "invalid")
