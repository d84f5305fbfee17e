"""Mass operations over HTTP: started at once, watched, called off, their reports and files read."""

from groups.services import jobs
from groups.services.jobs import Order
from openplatform.tests.factories import World
from openplatform.tests.test_door import is_problem


def finish():
    for job, ticket in jobs.find_due():
        jobs.run(job=job, ticket=ticket)


def test_a_file_of_people_lands_line_by_line_and_its_report_says_what_did_not(world: World):
    answer = world.alice.post(
        f"conversations/{world.group}/jobs/import", "username\ncharlie\n张三\n".encode() + b"\xff\n"
    )
    assert answer.status_code == 202
    started = answer.json()
    assert (started["state"], started["total"], started["done"]) == ("waiting", 3, 0)
    finish()
    here = f"jobs/{started['id']}"
    seen = world.alice.get(here).json()
    assert (seen["state"], seen["done"], seen["refused"]) == ("done", 3, 2)
    rows = world.alice.get(f"{here}/report").json()["rows"]
    assert [(each["row"], each["reason"], each.get("text")) for each in rows] == [
        (3, "unknown_person", "张三"),
        (4, "not_utf8", "\ufffd"),
    ]
    assert rows[0]["zh"] == "查无此人。"
    assert [each["row"] for each in world.alice.get(f"{here}/report?after=3").json()["rows"]] == [4]
    assert world.charlie.get(f"conversations/{world.group}").status_code == 200
    is_problem(world.alice.get(f"{here}/file"), 409, "conflict")


def test_a_file_that_cannot_be_read_or_is_too_large_is_refused_at_once(world: World, settings):
    here = f"conversations/{world.group}/jobs/import"
    is_problem(world.alice.post(here, "charlie".encode("utf-16")), 400, "invalid")
    is_problem(world.alice.post(here, b" "), 400, "invalid")
    settings.GROUPS_IMPORT_MAX_BYTES = 10
    is_problem(world.alice.post(here, b"charlie\n" * 2), 413, "too_large")
    assert world.alice.get("jobs").json()["jobs"] == []


def test_the_members_as_a_file(world: World):
    job = world.job(done=True).pk
    answer = world.alice.get(f"jobs/{job}/file")
    assert answer["Content-Type"].startswith("text/csv")
    assert "attachment" in answer["Content-Disposition"]
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert [line.split(",")[1] for line in text.splitlines()] == ["username", "alice", "bob"]


def test_ones_own_jobs_and_nobody_elses_the_newest_first(world: World):
    first = world.job(done=True).pk
    second = world.job(Order("roles", role="admin")).pk
    assert [each["id"] for each in world.alice.get("jobs").json()["jobs"]] == [second, first]
    assert [each["id"] for each in world.alice.get(f"jobs?after={second}&limit=1").json()["jobs"]] == [first]
    assert world.alice.get(f"jobs?conversation={world.group + 1}").json()["jobs"] == []
    assert world.charlie.get("jobs").json()["jobs"] == []
    is_problem(
        world.alice.post(f"conversations/{world.group}/jobs", {"kind": "roles", "role": "member"}), 409, "conflict"
    )
    assert world.alice.ask("DELETE", f"jobs/{second}").status_code == 204
    assert world.alice.get(f"jobs/{second}").json()["state"] == "cancelled"
    is_problem(world.alice.ask("DELETE", f"jobs/{second}"), 409, "conflict")
