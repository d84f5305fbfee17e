"""Jobs in the admin: who sees them, who starts and calls off which, bars, reports, files."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.tests.factories import person, sign_in
from audit.models import AuditRecord
from groups.admin.jobs import OPERATION_OF
from groups.models import Job
from groups.services import jobs
from groups.tests.factories import enter, governed, page_of

pytestmark = pytest.mark.django_db
LIST = "/admin/groups/job/"


def start_of(group):
    return f"{LIST}start/{group}/"


def fields_for(kind):
    more = {
        "import": {"file": SimpleUploadedFile("people.csv", b"charlie\nnobody\n")},
        "roles": {"role": "admin"},
        "dissolve": {"sure": "yes"},
        "purge": {"sure": "yes", "before": "2020-01-01"},
    }
    return {"kind": kind, **more.get(kind, {})}


def finish():
    for job, ticket in jobs.find_due():
        jobs.run(job=job, ticket=ticket)


@pytest.mark.parametrize("kind", sorted(OPERATION_OF))
def test_a_group_admin_starts_each_and_is_shown_its_page(kind):
    it = governed()
    operator, client = enter("group admin")
    assert f'value="{kind}"' in client.get(page_of(it.id)).content.decode()
    shown = client.post(start_of(it.id), fields_for(kind), follow=True)
    assert "Call it off" in shown.content.decode(), shown.content
    assert 'http-equiv="refresh"' in shown.content.decode()
    job = Job.objects.get()
    assert (job.kind, job.by, job.actor["operates"], job.state) == (
        kind,
        operator.pk,
        [*job.actor["operates"]],
        "waiting",
    )
    assert len(job.actor["operates"]) == 1
    told = AuditRecord.objects.get(action="job.started")
    assert (told.actor, told.actor_name) == (operator.pk, f"{operator.name} (operator)")
    finish()
    job.refresh_from_db()
    assert job.state in {"done", "running"}, job.problem


@pytest.mark.parametrize("kind", sorted(OPERATION_OF))
@pytest.mark.parametrize("role", ["auditor", "moderator", ""])
def test_nobody_else_starts_or_calls_off_anything(role, kind):
    it = governed()
    job = jobs.start(actor=it.alice, conversation=it.id, order=jobs.Order("export"))
    _, client = enter(role)
    for address, fields in ((start_of(it.id), fields_for(kind)), (f"{LIST}{job.pk}/cancel/", {})):
        assert client.post(address, fields).status_code in {302, 403}
    assert client.get(f"{LIST}{job.pk}/file/").status_code in {302, 403}
    assert [each.state for each in Job.objects.all()] == ["waiting"]
    if role:
        assert f'value="{kind}"' not in client.get(page_of(it.id)).content.decode()


def test_staff_without_a_role_see_no_jobs(client):
    sign_in(client, person("grace", is_staff=True))
    assert client.get(LIST).status_code == 403
    assert client.get(f"{LIST}1/change/").status_code == 403


def test_the_report_is_read_the_file_is_had_and_a_job_is_called_off():
    it = governed()
    _, client = enter("group admin")
    client.post(start_of(it.id), fields_for("import"))
    client.post(start_of(it.id), fields_for("export"))
    client.post(start_of(it.id), fields_for("purge"))
    brought, made, purge = Job.objects.order_by("pk")
    assert client.get(f"{LIST}{made.pk}/file/").status_code == 404
    client.post(f"{LIST}{purge.pk}/cancel/")
    finish()
    page = client.get(f"{LIST}{brought.pk}/change/").content.decode()
    assert "There is no such person." in page
    assert "nobody" in page
    assert 'http-equiv="refresh"' not in page
    text = b"".join(client.get(f"{LIST}{made.pk}/file/").streaming_content)
    assert b"alice" in text
    assert [each.state for each in Job.objects.order_by("pk")] == ["done", "done", "cancelled"]
    listed = client.get(LIST).content.decode()
    assert listed.count("<progress") == 3


def test_what_cannot_be_undone_wants_a_tick_and_what_makes_no_sense_is_said():
    it = governed()
    _, client = enter("group admin")
    for fields in (
        {"kind": "dissolve"},
        {"kind": "purge", "before": "2020-01-01"},
        {"kind": "purge", "before": "soon", "sure": "yes"},
        {"kind": "import"},
        {"kind": "roles", "role": "owner"},
    ):
        answer = client.post(start_of(it.id), fields, follow=True)
        assert list(answer.context["messages"]), fields
    assert client.get(start_of(it.id)).status_code == 405
    assert client.post(start_of(it.id), {"kind": "everything"}).status_code == 403
    assert client.post(start_of(987_654), fields_for("export"), follow=True).status_code == 404
    assert client.get(f"{LIST}{2**63}/change/").status_code == 404
    assert not Job.objects.exists()
