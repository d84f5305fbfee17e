"""A real worker process is killed in the middle of a job, twice; the next one ends what it began, once."""

import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
from django.db import connection

from accounts.models import User
from audit.models import AuditRecord
from chat.models import Conversation, Membership
from chat.tests.factories import scene
from groups.models import JobRefusal
from groups.services import jobs

ROOT = Path(__file__).resolve().parent.parent
PEOPLE = 4_000


def worker(folder):
    """A worker of the queue that jobs are in, and its clock, on the test's own database."""
    env = os.environ | {
        "PARLEY_VAR": str(folder),
        "PARLEY_REDIS_PREFIX": f"jobs-{uuid.uuid4().hex[:8]}",
        "PARLEY_SECRET_KEY": "for-tests-only-" + "x" * 50,
        "PARLEY_HOSTS": "127.0.0.1",
        "PARLEY_SECURE": "0",
        "DATABASE_URL": os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "tests.impatient",
    }
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "imsite.celery",
        "worker",
        "-B",
        "-Q",
        "later",
        "-c",
        "1",
        "-l",
        "WARNING",
    ]
    command += ["-s", str(folder / "beat"), "--without-gossip", "--without-mingle"]
    with (folder / "worker.log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)


def kill(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(job, holds, folder, seconds=60):
    end = time.monotonic() + seconds
    while not holds(job):
        assert time.monotonic() < end, (job.state, job.done, job.problem, (folder / "worker.log").read_text()[-2000:])
        time.sleep(0.02)
        job.refresh_from_db()


@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="workers are processes of their own in the scaled form")
@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_killed_twice_costs_nothing_but_time(tmp_path):
    it = scene()
    names = [f"m{at:05}" for at in range(PEOPLE)]
    User.objects.bulk_create(User(username=each, name=each, password="!") for each in names)
    file = "\n".join([*names, "nobody.here", names[0]]).encode()
    job = jobs.start(actor=it.alice, conversation=it.id, order=jobs.Order("import", file=file))
    for enough in (1_000, 2_500):
        process = worker(tmp_path)
        try:
            until(job, lambda job, enough=enough: job.done >= enough, tmp_path)
        finally:
            kill(process)
        job.refresh_from_db()
        assert job.is_open, "the worker was too fast to be killed in the middle"
    process = worker(tmp_path)
    try:
        until(job, lambda job: not job.is_open, tmp_path)
    finally:
        kill(process)
    assert (job.state, job.done, job.refused) == ("done", PEOPLE + 2, 2)
    assert Membership.objects.filter(conversation=it.id).count() == PEOPLE + 2
    assert Conversation.objects.get(pk=it.id).member_count == PEOPLE + 2
    assert sorted(JobRefusal.objects.values_list("row", "reason")) == [
        (PEOPLE + 1, "unknown_person"),
        (PEOPLE + 2, "duplicate"),
    ]
    told = [each.after["users"] for each in AuditRecord.objects.filter(action="member.added")]
    assert sorted(user for users in told for user in users) == sorted(
        User.objects.filter(username__in=names).values_list("pk", flat=True)
    )
