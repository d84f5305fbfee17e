"""Slash commands over HTTP."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def run(world: World, text: str, **more: object):
    return world.bob.post(f"conversations/{world.group}/commands", {"text": text, **more})


def test_the_list_names_every_command_in_two_languages(world: World):
    rows = world.charlie.get("commands").json()["commands"]
    assert {"help", "me", "invite"} <= {row["name"] for row in rows}
    assert all(row["help_en"] and row["help_zh"] for row in rows)


def test_a_command_that_says_something_says_it_once(world: World):
    first, again = (run(world, "/shrug well", client_key="shrug-00001").json() for _ in range(2))
    assert first["seq"] == again["seq"] > 0
    page = world.bob.get(f"conversations/{world.group}/messages").json()
    assert page["events"][-1]["body"]["text"].startswith("well ¯")


def test_help_answers_in_the_asked_language(world: World):
    assert "列出" in run(world, "/help", language="zh-hans").json()["text"]
    assert "List" in run(world, "/help").json()["text"]


def test_what_is_no_command_is_refused_with_the_field(world: World):
    is_problem(run(world, "/nonsense"), 400, "invalid")
    assert run(world, "/nonsense").json()["details"]["path"] == "text"
    is_problem(run(world, "hello"), 400, "invalid")
