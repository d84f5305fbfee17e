"""Mass operations: started in a moment, done once whatever breaks, refused row by row, called off; not for outsiders."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.factories import actor_of, person
from audit.models import AuditRecord
from chat.services import members
from chat.tests.factories import scene
from groups import words
from groups.models import Job, JobPart, JobRefusal
from groups.services import bans, governance, jobs
from groups.services.governance import Wish
from groups.services.jobs import importing, lines, running
from groups.services.jobs.starting import ACTS
from groups.tests.jobbing import crowd, ids, order, refusals, work_off
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


# reading


@pytest.mark.parametrize(
    ("data", "holds", "keys"),
    [
        (b"alice\nbob\r\ncarol", "username", ["alice", "bob", "carol"]),
        (b"\xef\xbb\xbfusername,name\nalice,Alice", "username", ["alice"]),
        ("姓名;用户名\n王爱丽;alice\n".encode(), "username", ["alice"]),
        (b"name\tid\nAlice\t17\n", "id", ["17"]),
        (b'"Name","User Name"\n"Miller, Bob","bob"', "username", ["bob"]),
    ],
)
def test_people_are_read_from_what_spreadsheets_write(data, holds, keys):
    layout, pieces, total = lines.cut(data)
    assert layout.holds == holds
    assert [each.key for each in lines.read(pieces[0], 0, layout)] == keys
    assert total == len(keys)


def test_what_is_wrong_with_a_line_is_said_of_that_line():
    data = b'name,username\nA,alice\n\xc1\xf5\xc7\xbf,bob\n"x,carol\nD\n\nE,dora\x00\nF,frank\n'
    layout, pieces, total = lines.cut(data)
    found = [(each.number, each.key or each.reason) for each in lines.read(pieces[0], 0, layout)]
    assert found == [(2, "alice"), (3, "not_utf8"), (4, "malformed"), (5, "nobody"), (7, "not_utf8"), (8, "frank")]
    assert total == 7


def test_numbers_of_lines_go_on_over_pieces():
    data = b"username\n" + b"".join(b"m%d\n" % at for at in range(lines.LINES + 3))
    layout, pieces, _ = lines.cut(data)
    assert len(pieces) == 2
    assert [each.number for each in lines.read(pieces[1], 1, layout)] == [lines.LINES + 2 + at for at in range(3)]


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\xef\xbb\xbf", "alice\n".encode("utf-16")])
def test_a_file_that_says_nothing_at_all_is_refused_at_once(data):
    with pytest.raises(BadRequest):
        lines.cut(data)


# import


def test_good_lines_land_and_bad_ones_are_listed_with_reasons(monkeypatch):
    monkeypatch.setattr(lines, "LINES", 4)
    it = scene()
    dora, closed, full = person("dora"), person("Emil", is_active=False), crowd(2)
    bans.ban(actor=it.alice, conversation=it.id, user=dora.pk)
    file = b"\n".join(
        [b"username", b"Charlie", b"nobody.here", b"\xff\xfe", b"charlie", b"bob", b"dora", b"emil", b"charlie",
         b"m00000", b'"', b"m00001", b"parley"]
    )  # fmt: skip
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(size_limit=4))
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("import", file=file))
    assert (job.state, job.total) == ("waiting", 12)
    assert it.charlie.user not in ids(it)
    job = work_off(job)
    assert (job.state, job.done, job.refused, job.percent) == ("done", 12, 10, 100)
    assert ids(it) == {it.alice.user, it.bob.user, it.charlie.user, full[0].pk}
    assert refusals(job) == {
        3: "unknown_person", 4: "not_utf8", 5: "duplicate", 6: "already_member", 7: "banned", 8: "closed",
        9: "duplicate", 11: "malformed", 12: "full", 13: "unknown_person",
    }  # fmt: skip
    assert not closed.is_active
    added = [each.after["users"] for each in AuditRecord.objects.filter(action="member.added").order_by("seq")]
    assert added == [[it.charlie.user], [full[0].pk]]


def test_a_chunk_costs_the_same_queries_whatever_it_holds():
    it = scene()
    counts = []
    for first, count in ((0, 3), (3, 60)):
        file = "\n".join(each.username for each in crowd(count, first)).encode()
        jobs.start(actor=it.alice, conversation=it.id, order=order("import", file=file + b"\nnobody\n"))
        ((pk, ticket),) = jobs.find_due()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            jobs.run(job=pk, ticket=ticket)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# going on


def test_a_chunk_that_breaks_leaves_nothing_and_is_done_again(monkeypatch):
    monkeypatch.setattr(lines, "LINES", 2)
    it = scene()
    crowd(5)
    file = b"m00000\nm00001\nm00002\nnobody\nm00004\n"
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("import", file=file))
    real, broken = importing.refuse, []

    def breaks(job, rows):
        if job.cursor == 1 and not broken:
            broken.append(1)
            raise RuntimeError("the worker is out of memory")
        return real(job, rows)

    monkeypatch.setattr(importing, "refuse", breaks)
    ((pk, ticket),) = jobs.find_due()
    assert jobs.run(job=pk, ticket=ticket) == ""
    job.refresh_from_db()
    assert (job.state, job.cursor, job.done, job.attempts) == ("running", 1, 2, 1)
    assert len(ids(it)) == 4  # Alice, Bob and the first piece's two
    assert jobs.find_due() == []  # a pause first
    Job.objects.update(ticket_until=job.created_at)
    job = work_off(job)
    assert (job.state, job.done, job.refused, job.attempts) == ("done", 5, 1, 0)
    assert len(ids(it)) == 6
    assert refusals(job) == {4: "unknown_person"}


def test_a_job_whose_chunk_always_breaks_is_given_up(monkeypatch, settings):
    settings.GROUPS_JOB_ATTEMPTS = 3
    monkeypatch.setitem(running.WORKS, "export", lambda job, actor: 1 / 0)
    it = scene()
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("export"))
    for _ in range(3):
        Job.objects.update(ticket_until=job.created_at)
        work_off(job)
    job.refresh_from_db()
    assert (job.state, job.is_open) == ("failed", False)
    assert job.problem


def test_only_the_newest_ticket_goes_on(settings):
    settings.GROUPS_JOB_TURN = 0.0
    it = scene()
    crowd(2)
    file = b"m00000\n" * 600 + b"m00001\n"
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("import", file=file))
    ((pk, first),) = jobs.find_due()
    assert jobs.find_due() == []
    second = jobs.run(job=pk, ticket=first)
    assert second
    assert jobs.run(job=pk, ticket=first) == ""  # come twice: nothing
    job.refresh_from_db()
    assert (job.cursor, job.state) == (1, "running")
    Job.objects.update(ticket_until=job.created_at)  # its worker is silent
    ((_, third),) = jobs.find_due()
    assert jobs.run(job=pk, ticket=second) == ""  # believed dead, and wakes
    assert jobs.run(job=pk, ticket=third) == ""
    job.refresh_from_db()
    assert (job.state, job.done) == ("done", 601)


def test_who_started_it_must_still_be_allowed_at_every_turn():
    it = scene()
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    job = jobs.start(actor=it.bob, conversation=it.id, order=order("import"))
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="member")
    assert work_off(job).state == "failed"
    assert it.charlie.user not in ids(it)
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("import"))
    User.objects.filter(pk=it.alice.user).update(is_active=False)
    assert work_off(job).state == "failed"
    operator = replace(actor_of(person("olga")), operates=frozenset({"invite"}))
    job = jobs.start(actor=operator, conversation=it.id, order=order("import"), permission="groups.import_members")
    assert work_off(job).state == "failed"  # Olga bears no role
    assert it.charlie.user not in ids(it)


# who may


@pytest.mark.parametrize("kind", sorted(ACTS))
def test_outsiders_and_members_start_nothing(kind):
    it = scene()
    for actor in (it.charlie, it.bob):
        with pytest.raises(Forbidden):
            jobs.start(actor=actor, conversation=it.id, order=order(kind))
    with pytest.raises(Forbidden):
        jobs.start(actor=it.charlie, conversation=999_999, order=order(kind))
    assert not Job.objects.exists()
    assert not AuditRecord.objects.filter(action="job.started").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "everything"},
        {"kind": "roles", "role": "owner"},
        {"kind": "roles", "role": "", "custom_role": -1},
        {"kind": "roles", "role": "admin", "custom_role": 0},
        {"kind": "roles", "users": list(range(1, 10_002))},
        {"kind": "import", "file": b""},
        {"kind": "purge", "before": 0},
        {"kind": "purge", "before": 4_000_000_000_000},
    ],
)
def test_an_order_that_makes_no_sense_is_refused_at_once(wrong):
    it = scene()
    with pytest.raises(BadRequest):
        jobs.start(
            actor=it.alice,
            conversation=it.id,
            order=jobs.Order(**({"role": "admin"} if wrong.keys() == {"kind", "users"} else {}) | wrong),
        )
    assert not Job.objects.exists()


def test_one_job_of_a_kind_at_a_time_in_a_group():
    it = scene()
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("export"))
    with pytest.raises(Conflict):
        jobs.start(actor=it.alice, conversation=it.id, order=order("export"))
    work_off(job)
    jobs.start(actor=it.alice, conversation=it.id, order=order("export"))


def test_a_job_is_called_off_by_who_started_it_and_keeps_what_it_did(settings, monkeypatch):
    settings.GROUPS_JOB_TURN = 0.0
    monkeypatch.setattr(lines, "LINES", 1)
    it = scene()
    crowd(3)
    jobs.start(actor=it.alice, conversation=it.id, order=order("import", file=b"m00000\nm00001\nm00002"))
    ((pk, ticket),) = jobs.find_due()
    ticket = jobs.run(job=pk, ticket=ticket)
    for stranger in (it.charlie, it.bob):
        with pytest.raises(NotFound):
            jobs.cancel(actor=stranger, job=pk)
    assert jobs.cancel(actor=it.alice, job=pk).state == "cancelled"
    assert jobs.run(job=pk, ticket=ticket) == ""
    assert jobs.find_due() == []
    assert len(ids(it)) == 3
    with pytest.raises(Conflict):
        jobs.cancel(actor=it.alice, job=pk)
    assert AuditRecord.objects.get(action="job.cancelled").after == {"job": pk, "kind": "import", "done": 1}


def test_jobs_that_are_long_over_are_forgotten_with_their_files(settings):
    it = scene()
    job = work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("import", file=b"nobody\ncharlie")))
    assert jobs.forget() == 0
    settings.GROUPS_JOB_DAYS = 0
    assert jobs.forget() == 1
    assert not JobPart.objects.exists()
    assert not JobRefusal.objects.exists()
    assert not Job.objects.filter(pk=job.pk).exists()


def test_every_reason_that_is_given_can_be_read_in_both_languages():
    assert all(len(each) == 2 and all(each) for each in (*words.REASONS.values(), *words.KINDS.values()))
    assert set(ACTS) | {"settle"} == set(running.WORKS) == set(words.KINDS)  # nobody starts that one
