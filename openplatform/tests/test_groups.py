"""Governance over HTTP: rules, own roles, bans, archive, and the explainer."""

from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def test_rules_are_changed_and_read_back(world: World):
    here = f"conversations/{world.group}/governance"
    changed = world.alice.ask("PATCH", here, {"slow_seconds": 60, "permissions": {"invite": "member"}})
    assert changed.status_code == 200
    seen = world.bob.get(here).json()
    assert seen == changed.json()
    assert (seen["slow_seconds"], seen["permissions"]["invite"]) == (60, "member")
    is_problem(world.alice.ask("PATCH", here, {}), 400, "invalid")
    is_problem(world.alice.ask("PATCH", here, {"permissions": {"dissolve": "member"}}), 400, "invalid")


def test_slow_mode_is_told_with_its_end(world: World):
    world.alice.ask("PATCH", f"conversations/{world.group}/governance", {"slow_seconds": 60})
    messages = f"conversations/{world.group}/messages"
    assert world.bob.post(messages, {"body": {"text": "x"}}).status_code == 201
    problem = is_problem(world.bob.post(messages, {"body": {"text": "y"}}), 403, "muted")
    assert problem["details"]["rule"] == "slow_mode"


def test_the_explainer_names_the_rule_in_both_languages(world: World):
    acts = world.bob.get(f"conversations/{world.group}/permissions").json()["acts"]
    told = {each["act"]: each for each in acts}
    assert told["invite"] == {
        "act": "invite",
        "allowed": False,
        "rule": "default",
        "needs": "admin",
        "en": "Bring people in",
        "zh": "邀请成员",
    }
    about_alice = f"conversations/{world.group}/permissions?user={world.alice.user.pk}"
    is_problem(world.bob.get(about_alice), 403, "not_allowed")


def test_a_role_of_the_groups_own_is_made_given_and_borne(world: World):
    made = world.alice.post(f"conversations/{world.group}/roles", {"name": "Host", "allow": ["invite"]}).json()["role"]
    bob = f"conversations/{world.group}/members/{world.bob.user.pk}/role"
    assert world.alice.ask("PUT", bob, {"role": made}).status_code == 204
    brought = world.bob.post(f"conversations/{world.group}/members", {"users": [world.charlie.user.pk]})
    assert brought.status_code == 204
    is_problem(world.alice.ask("PUT", f"conversations/{world.group}/roles/0", {"name": "Host 2"}), 404, "not_found")


def test_who_is_banned_is_listed_and_cannot_come_back(world: World):
    bob = f"conversations/{world.group}/bans/{world.bob.user.pk}"
    assert world.alice.ask("PUT", bob, {"reason": "spam"}).status_code == 204
    listed = world.alice.get(f"conversations/{world.group}/bans").json()["bans"]
    assert [(each["user"], each["reason"]) for each in listed] == [(world.bob.user.pk, "spam")]
    back = world.alice.post(f"conversations/{world.group}/members", {"users": [world.bob.user.pk]})
    assert is_problem(back, 409, "conflict")["details"]["rule"] == "banned"
    assert world.alice.ask("DELETE", bob).status_code == 204


def test_an_archived_group_is_read_only(world: World):
    assert world.alice.ask("PUT", f"conversations/{world.group}/archive").status_code == 204
    said = world.alice.post(f"conversations/{world.group}/messages", {"body": {"text": "x"}})
    assert is_problem(said, 403, "read_only")["details"]["rule"] == "archived"
    assert world.alice.ask("DELETE", f"conversations/{world.group}/archive").status_code == 204
