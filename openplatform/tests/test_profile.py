"""What people say of themselves, over HTTP: status, picture, name; and a person's card."""

from accounts.models import Department, User
from openplatform.tests.factories import PNG, Caller, Form, World
from openplatform.tests.test_door import is_problem

LATER = 4_000_000_000_000


def send_picture(who: Caller, address: str, content: bytes = PNG):
    return who.ask("PUT", address, Form("file", "me.png", content))


def test_a_status_is_part_of_the_person(world: World):
    answer = world.bob.ask("PUT", "me/status", {"emoji": "🍜", "text": "Lunch", "until": LATER}).json()
    assert (answer["status_emoji"], answer["status_text"], answer["status_until"]) == ("🍜", "Lunch", LATER)
    assert world.charlie.get(f"users/{world.bob.user.pk}").json()["status_text"] == "Lunch"
    world.bob.ask("PUT", "me/status", {})
    assert "status_text" not in world.charlie.get(f"users/{world.bob.user.pk}").json()
    is_problem(world.bob.ask("PUT", "me/status", {"until": -1}), 400, "invalid")


def test_one_changes_ones_own_name_and_nothing_else(world: World):
    assert world.bob.ask("PATCH", "me", {"name": "王芳"}).json()["person"]["initials"] == "wf wangfang"
    for body in ({}, {"username": "root"}, {"name": ""}, {"locale": "tlh"}):
        is_problem(world.bob.ask("PATCH", "me", body), 400, "invalid")
    assert [each["name"] for each in world.charlie.get("users?query=wf").json()["people"]] == ["王芳"]


def test_a_picture_is_put_shown_kept_and_taken_away(world: World):
    found = send_picture(world.bob, "me/avatar").json()["avatar"]
    assert world.charlie.get(f"users/{world.bob.user.pk}").json()["avatar"] == found
    shown = world.charlie.get(f"avatars/{found}")
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/webp")
    assert "immutable" in shown["Cache-Control"]
    assert b"".join(shown.streaming_content)[8:12] == b"WEBP"
    assert world.bob.ask("DELETE", "me/avatar").status_code == 204
    is_problem(world.charlie.get(f"avatars/{found}"), 404, "not_found")
    is_problem(send_picture(world.bob, "me/avatar", b"no picture"), 400, "invalid")
    assert world.bob.ask("PUT", "me/avatar", b"raw").status_code == 415


def test_a_groups_picture_is_for_its_members(world: World):
    found = send_picture(world.alice, f"conversations/{world.group}/avatar").json()["avatar"]
    assert world.bob.get(f"conversations/{world.group}").json()["state"]["avatar"] == found
    assert world.bob.get(f"avatars/{found}").status_code == 200
    is_problem(world.charlie.get(f"avatars/{found}"), 404, "not_found")
    is_problem(send_picture(world.bob, f"conversations/{world.group}/avatar"), 403, "not_allowed")
    is_problem(send_picture(world.charlie, f"conversations/{world.group}/avatar"), 403, "not_a_member")


def test_a_card_shows_departments_and_shared_groups_at_a_constant_cost(world: World, django_assert_max_num_queries):
    top = Department.objects.create(name="Company")
    User.objects.filter(pk=world.bob.user.pk).update(department=Department.objects.create(name="Sales", parent=top))
    world.alice.get("me")  # notes that the token was used
    with django_assert_max_num_queries(4):  # token, person, departments, groups
        card = world.alice.get(f"users/{world.bob.user.pk}").json()
    assert (card["departments"], card["shared"], card["department"]) == (["Company", "Sales"], 1, "Sales")
    assert "shared" not in world.charlie.get(f"users/{world.bob.user.pk}").json()


def test_members_are_found_by_name_and_role(world: World, django_assert_max_num_queries):
    def ids(query: str) -> list[int]:
        return [
            each["user"] for each in world.bob.get(f"conversations/{world.group}/members?{query}").json()["members"]
        ]

    alice, bob = world.alice.user.pk, world.bob.user.pk
    User.objects.filter(pk=bob).update(initials="wf wangfang")
    assert (ids("query=wangf"), ids("query=nobody"), ids("query=ALI")) == ([bob], [], [alice])
    assert (ids("role=managers"), ids("role=owner"), ids("role=admin"), ids("role=member")) == (
        [alice], [alice], [], [bob],
    )  # fmt: skip
    assert ids("query=bob&role=managers") == []
    with django_assert_max_num_queries(3):  # token, membership, page
        ids("query=a&role=managers")
    is_problem(world.bob.get(f"conversations/{world.group}/members?role=king"), 400, "invalid")
