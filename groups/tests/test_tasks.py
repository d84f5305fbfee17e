"""Jobs as workers get them: one turn, then the next with its ticket; nothing twice."""

from chat.tests.factories import scene
from groups import tasks
from groups.models import Job
from groups.services import jobs


def test_a_turn_hands_the_next_one_on_with_its_ticket(db, settings, monkeypatch):
    settings.GROUPS_JOB_TURN = 0.0
    handed = []
    monkeypatch.setattr(tasks.run_job, "delay", lambda job, ticket: handed.append((job, ticket)))
    it = scene()
    made = jobs.start(actor=it.alice, conversation=it.id, order=jobs.Order("import", file=b"charlie\n" * 600))
    tasks.sweep_jobs()
    tasks.sweep_jobs()
    assert len(handed) == 1
    tasks.run_job(*handed[0])
    assert [job for job, _ in handed] == [made.pk, made.pk]
    tasks.run_job(*handed[1])
    assert len(handed) == 2
    made.refresh_from_db()
    assert made.state == "done"
    settings.GROUPS_JOB_DAYS = 0
    tasks.forget_jobs()
    assert not Job.objects.exists()
