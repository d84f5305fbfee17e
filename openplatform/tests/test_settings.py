"""Settings over HTTP: one by one in, all together out, each person's own."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def test_choices_are_listed_until_they_are_taken_back(world: World):
    folders = [{"id": 1, "name": "重要", "conversations": [world.group]}]
    for name, value in (("theme", "dark"), ("folders", folders)):
        answer = world.bob.ask("PUT", f"me/settings/{name}", {"value": value}).json()
        assert (answer["name"], answer["value"]) == (name, value)
    found = world.bob.get("me/settings").json()
    assert found == {"values": {"theme": "dark", "folders": folders}, "seq": answer["seq"]}
    assert world.charlie.get("me/settings").json()["values"] == {}
    world.bob.ask("PUT", "me/settings/theme", {"value": None})
    assert world.bob.get("me/settings").json()["values"] == {"folders": folders}


def test_what_is_no_setting_and_what_does_not_fit(world: World):
    is_problem(world.bob.ask("PUT", "me/settings/colour", {"value": 1}), 404, "not_found")
    refused = world.bob.ask("PUT", "me/settings/theme", {"value": "pink"})
    is_problem(refused, 400, "invalid")
    assert refused.json()["details"]["path"] == "value"
    is_problem(world.bob.ask("PUT", "me/settings/theme", {}), 400, "invalid")
