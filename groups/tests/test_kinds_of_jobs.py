"""What each kind of job does to a group: the file it makes, the roles it gives, the end, the emptied history."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AuditRecord
from chat import conf as chat_conf
from chat.models import Conversation, Entry, Membership
from chat.services import members, messages
from chat.tests.factories import scene, send
from groups import words
from groups.models import JobPart
from groups.services import governance, jobs, roles
from groups.services.governance import Wish
from groups.services.jobs import exporting, promoting, purging
from groups.tests.jobbing import crowd, ids, order, refusals, seated, work_off
from protocol.errors import Forbidden, NotFound

pytestmark = pytest.mark.django_db


# export


def test_members_come_as_a_file_that_no_spreadsheet_takes_for_formulas(monkeypatch):
    monkeypatch.setattr(exporting, "ROWS", 2)
    it = scene()
    wicked = User.objects.create(username="w", name="=HYPERLINK(1)", other_name="王, 爱丽", password="!")
    host = roles.put(actor=it.alice, conversation=it.id, name="Host")
    seated(it, [wicked])
    roles.give(actor=it.alice, conversation=it.id, user=it.bob.user, role=host)
    job = work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("export")))
    assert (job.state, job.done) == ("done", 3)
    parts = JobPart.objects.filter(job=job, of="made").order_by("position")
    text = b"".join(bytes(each.data) for each in parts).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [each["username"] for each in rows] == ["alice", "bob", "w"]
    assert [each["role"] for each in rows] == ["owner", "member", "member"]
    assert rows[1]["own_role"] == "Host"
    assert (rows[2]["name"], rows[2]["other_name"]) == ("'=HYPERLINK(1)", "王, 爱丽")
    assert AuditRecord.objects.filter(action="group.members_exported").count() == 1


# roles


def test_everybody_below_gets_the_role_and_the_report_says_who_did_not(monkeypatch):
    monkeypatch.setattr(promoting, "ROWS", 3)
    it = scene()
    seated(it, crowd(7))
    job = work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("roles")))
    assert (job.state, job.done, job.refused) == ("done", 9, 1)
    assert refusals(job) == {it.alice.user: "own_role"}
    assert set(Membership.objects.filter(conversation=it.id).exclude(user_id=it.alice.user).values_list("role")) == {
        ("admin",)
    }
    told = AuditRecord.objects.filter(action="member.roles_changed").order_by("seq")
    assert sum(len(each.before["users"]["member"]) for each in told) == 8
    assert Entry.objects.filter(conversation=it.id, type="member.changed").count() == 8  # a small group: each is told


def test_many_get_a_role_of_the_groups_own_and_a_large_group_is_told_once(settings):
    settings.CHAT_LARGE_CONVERSATION = 5
    it = scene()
    people = crowd(6)
    seated(it, people)
    host = roles.put(actor=it.alice, conversation=it.id, name="Host", allow=["invite"])
    before = Entry.objects.filter(conversation=it.id).count()
    named = [people[0].pk, people[1].pk, it.charlie.user, it.alice.user]
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("roles", custom_role=host, users=named))
    assert work_off(job).done == 4
    assert refusals(job) == {it.charlie.user: "not_a_member", it.alice.user: "lower_rank"}
    bearers = Membership.objects.filter(conversation=it.id, custom_role=host)
    assert set(bearers.values_list("user_id", flat=True)) == {people[0].pk, people[1].pk}
    assert list(Entry.objects.filter(conversation=it.id).order_by("seq").values_list("type", flat=True))[before:] == [
        "conversation.updated"
    ]
    with pytest.raises(NotFound):
        jobs.start(actor=it.alice, conversation=it.id, order=order("roles", custom_role=77))
    assert chat_conf.LARGE_CONVERSATION == 5


def test_roles_for_many_cost_the_same_queries_however_many(settings):
    settings.CHAT_LARGE_CONVERSATION = 2
    it = scene()
    seated(it, crowd(2))
    counts = []
    for name, more in (("Host", 0), ("Guest", 60)):
        seated(it, crowd(more, 2))
        role = roles.put(actor=it.alice, conversation=it.id, name=name)
        job = jobs.start(actor=it.alice, conversation=it.id, order=order("roles", custom_role=role))
        ((pk, ticket),) = jobs.find_due()
        with CaptureQueriesContext(connection) as asked:
            jobs.run(job=pk, ticket=ticket)
        counts.append(len(asked))
        job.refresh_from_db()
        assert (job.done, job.refused) == (4 + more, 1)
        assert Membership.objects.filter(conversation=it.id, custom_role=role).count() == 3 + more
    assert counts[0] == counts[1]


def test_an_admin_who_gives_roles_reaches_only_who_is_below():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(permissions={"set_role": "admin"}))
    seated(it, crowd(2))
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    job = work_off(jobs.start(actor=it.bob, conversation=it.id, order=order("roles", role="admin")))
    assert (job.done, job.refused) == (4, 4)  # no admin makes admins
    assert set(refusals(job).values()) <= set(words.REASONS)


# dissolving


def test_a_dissolved_group_is_closed_at_once_and_then_empty():
    it = scene()
    seated(it, crowd(4))
    send(it.bob, it.id)
    job = jobs.start(actor=it.alice, conversation=it.id, order=order("dissolve"))
    job = work_off(job)
    assert (job.state, job.done) == ("done", 6)
    group = Conversation.objects.get(pk=it.id)
    assert group.archived_at
    assert group.member_count == 0
    assert ids(it) == set()
    for actor in (it.alice, it.bob):
        with pytest.raises(Forbidden):
            messages.send(actor=actor, conversation=it.id, client_key="after-the-end", body={"text": "?"})
    assert Entry.objects.filter(type="inbox.left").count() == 6
    assert AuditRecord.objects.get(action="group.dissolved").before == {"members": 6}


# purging


def test_what_is_older_is_emptied_for_everybody_and_what_is_newer_stays(monkeypatch):
    monkeypatch.setattr(purging, "ROWS", 2)
    it = scene()
    old = [send(it.bob, it.id, text=f"old {at}").seq for at in range(5)]
    new = send(it.bob, it.id, text="new").seq
    hour = timedelta(hours=1)
    Entry.objects.filter(conversation=it.id, seq__in=old).update(at=timezone.now() - hour)
    messages.recall(actor=it.bob, conversation=it.id, client_key="by-himself-1", target=old[1])
    before = int((timezone.now() - hour / 2).timestamp() * 1000)
    job = work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("purge", before=before)))
    assert (job.state, job.done, job.total) == ("done", 6, 6)
    rows = {each.seq: each for each in Entry.objects.filter(conversation=it.id, number__isnull=False)}
    assert all(rows[seq].body == {} and rows[seq].recalled_at for seq in old)
    assert rows[new].body["text"] == "new"
    assert Entry.objects.filter(conversation=it.id, type="message.recalled").count() == 5
    told = AuditRecord.objects.filter(action="history.purged").values_list("after", flat=True)
    assert sum(each["messages"] for each in told) == 4
    assert not AuditRecord.objects.filter(action="message.removed").exists()
