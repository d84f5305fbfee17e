"""The resource of apps over HTTP, from a manifest to an app at work; who may do what is test_api.py's."""

from accounts.services import users
from accounts.services.departments import create as create_department
from accounts.tests.factories import actor_of, person
from openplatform.tests.factories import Caller, World
from openplatform.tests.test_door import is_problem

MANIFEST = {"name": "Builds", "scopes": ["messages:write", "messages:read"], "redirect_urls": ["https://ci.example/b"]}


def reviewer() -> Caller:
    grace = Caller("grace")
    type(grace.user).objects.filter(pk=grace.user.pk).update(is_staff=True)
    return grace


def test_from_a_manifest_to_an_app_at_work(world: World):
    made = world.alice.post("apps", MANIFEST)
    assert made.status_code == 201
    app = f"apps/{made.json()['app']['id']}"
    assert made.json()["secrets"]["client"].startswith("plys_")
    assert world.alice.get(f"{app}/manifest").json()["redirect_urls"] == ["https://ci.example/b"]
    assert world.alice.ask("PUT", f"{app}/submission").json()["state"] == "pending"
    grace = reviewer()
    assert [each["name"] for each in grace.get("apps?list=waiting").json()["apps"]] == ["Builds"]
    assert world.alice.get("apps?list=waiting").json()["apps"] == []
    is_problem(grace.post(f"{app}/review", {"decision": "reject"}), 400, "invalid")
    assert grace.post(f"{app}/review", {"decision": "approve"}).json()["state"] == "approved"
    asked = [each["name"] for each in world.alice.get(f"{app}/consent").json()["scopes"]]
    assert asked == ["messages:read", "messages:write"]
    installed = world.alice.post(f"{app}/installation", {"scopes": ["messages:write"]}).json()
    assert installed["app"]["installation"]["scopes"] == ["messages:write"]
    world.charlie.headers["Authorization"] = f"Bearer {installed['token']}"
    assert world.charlie.get("me").status_code == 200
    assert world.alice.ask("PUT", f"{app}/installation", {"scopes": []}).status_code == 200
    is_problem(world.charlie.get("users"), 403, "not_allowed")
    assert grace.post(f"{app}/review", {"decision": "suspend", "reason": "Leaked"}).json()["state"] == "suspended"
    assert is_problem(world.charlie.get("me"), 401, "device_revoked")["details"]["rule"] == "app_suspended"
    assert grace.post(f"{app}/review", {"decision": "restore"}).json()["state"] == "approved"
    assert world.charlie.get("me").status_code == 200
    assert world.alice.ask("DELETE", f"{app}/installation").status_code == 204
    is_problem(world.charlie.get("me"), 401, "device_revoked")


def test_a_change_of_an_approved_app_is_proposed_answered_and_kept(world: World):
    app = f"apps/{world.approve()}"
    grace = reviewer()
    wish = {"name": "Build bot", "scopes": ["events:read", "members:write"]}
    said = world.alice.ask("PUT", f"{app}/manifest", wish).json()
    assert "applied" not in said
    assert said["changes"] == [{"path": "scopes", "after": "members:write"}]
    assert said["app"]["proposal"] == 2
    assert [each["id"] for each in grace.get("apps?list=waiting").json()["apps"]] == [said["app"]["id"]]
    grace.post(f"{app}/review", {"decision": "reject", "reason": "Too much"})
    newest = world.alice.get(f"{app}/manifest/versions").json()["versions"][0]
    assert (newest["state"], newest["reason"]) == ("refused", "Too much")
    assert world.alice.get(f"{app}/manifest").json()["scopes"] == ["events:read"]


def test_a_manifest_is_refused_with_the_path(world: World):
    problem = is_problem(
        world.alice.post("apps", {**MANIFEST, "commands": [{"name": "Ä", "help": "x"}]}), 400, "invalid"
    )
    assert problem["details"] == {"path": "commands[0].name"}
    problem = is_problem(world.alice.post("apps", {**MANIFEST, "scopes": ["x:y"]}), 400, "invalid")
    assert problem["details"] == {"path": "scopes[0]"}


def test_an_app_of_a_department_is_there_for_its_people_alone(world: World):
    admin = actor_of(person("grace", is_staff=True))
    works = create_department(actor=admin, name="Works")
    below = create_department(actor=admin, name="Foundry", parent=works)
    users.update(actor=admin, user=world.bob.user, changes={"department": below})
    app = world.approve()
    wish = {"name": "Build bot", "scopes": ["events:read"], "departments": [works.pk]}
    assert world.alice.ask("PUT", f"apps/{app}/manifest", wish).json()["applied"]
    world.alice.post(f"apps/{app}/installation", {"scopes": []})
    there = {each.name: each.get("apps?list=available").json()["apps"] for each in (world.bob, world.charlie)}
    assert [each["id"] for each in there["bob"]] == [app]
    assert there["charlie"] == []
    assert "client_id" not in there["bob"][0]
