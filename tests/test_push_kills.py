"""Worker, beat and broker are killed while pushes are on their way: nobody is left out, and what came twice says so.

The queue is emptied by the kill: what is owed is in the table. The provider is the operator's gateway, a real server here,
which knows a second attempt by its ``webhook-id``.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from push.tests.factories import PushService
from tests.services import Keeper, Postgres, Redis, machine

ROOT = Path(__file__).resolve().parent.parent
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(240),
    # It starts its own servers in either run; once is enough.
    pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="runs with the scaled form"),
]
PEOPLE = 300
OWED = f"""
from accounts.actor import Actor
from accounts.models import Device, PushSubscription, User
from chat.models import Entry
from chat.services import conversations, messages
from push.services import spreading
users = User.objects.bulk_create(User(username=f"p{{at}}", name=f"P {{at}}", password="!") for at in range({PEOPLE} + 1))
for at, user in enumerate(users[1:]):
    device = Device.objects.create(user=user, platform="mobile", name="phone")
    PushSubscription.objects.create(device=device, provider="gateway", endpoint=f"gateway:token-{{at:05d}}")
speaker = Actor(user=users[0].pk, name="Speaker")
group = conversations.create_group(actor=speaker, title="All", members=[each.pk for each in users[1:]]).pk
said = messages.send(actor=speaker, conversation=group, client_key="the-message", body={{"text": "to all"}})
spreading.announce([Entry.objects.get(conversation=group, seq=said.seq)])
"""
#: As if two minutes had passed: claims of the dead have ended, and what was handed to them is handed out again.
LATER = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from push.models import PushDelivery
PushDelivery.objects.filter(state="waiting").update(
    handed_at=None, next_at=timezone.now() - timedelta(seconds=1))
"""
STATES = """
import json
from django.db.models import Count
from push.models import PushDelivery
print(json.dumps(dict(PushDelivery.objects.values_list("state").annotate(number=Count("pk")))))
"""


class Jobs:
    """Worker and beat over databases of their own."""

    def __init__(self, postgres, redis, folder, gateway):
        self.folder = folder
        self.environment = {
            **os.environ,
            "DATABASE_URL": postgres.create("kills"),
            "REDIS_URL": redis.url(),
            "PARLEY_VAR": str(folder),
            "PARLEY_SECRET_KEY": "for-tests-only-" + "x" * 50,
            "PARLEY_HOSTS": "localhost",
            "PARLEY_SECURE": "0",
            "PARLEY_PUSH_GATEWAY": gateway,
            "PARLEY_PUSH_GATEWAY_SECRET": "a secret of the test",
            "DJANGO_SETTINGS_MODULE": "imsite.settings",
        }
        self.running = []

    def ask(self, code):
        done = self._run("manage.py", "shell", "--no-imports", "-c", code)
        return done.strip()

    def migrate(self):
        self._run("manage.py", "migrate", "--verbosity", "0")

    def start(self):
        for part in (
            [
                "worker",
                "--concurrency",
                "2",
                "--without-gossip",
                "--without-mingle",
                "-n",
                f"w{len(self.running)}@here",
            ],
            ["beat", "-s", str(self.folder / "beat"), "--pidfile="],
        ):
            command = [sys.executable, "-m", "celery", "-A", "imsite", *part]
            log = (self.folder / f"{part[0]}.log").open("ab")
            self.running.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            )
            log.close()

    def kill(self):
        for each in self.running:
            os.killpg(each.pid, signal.SIGKILL)
            each.wait()
        self.running.clear()

    def _run(self, *arguments):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout


def wait(holds, seconds):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)


def test_killed_worker_beat_and_broker_lose_nothing(tmp_path):
    service = PushService()
    service.pause = 0.3
    with Keeper() as keeper:
        try:
            postgres, redis = Postgres(keeper, durable=True), Redis(keeper)
        except machine.Missing as problem:
            pytest.skip(str(problem))
        jobs = Jobs(postgres, redis, tmp_path, f"{service.url}/sms")
        try:
            jobs.migrate()
            jobs.ask(OWED)
            jobs.ask(LATER)
            jobs.start()
            wait(lambda: len(service.taken) > PEOPLE // 10, 60)
            jobs.kill()
            redis.kill()
            left = json.loads(jobs.ask(STATES)).get("waiting", 0)
            assert left > 0, "it was killed in the middle"
            redis.again()
            service.pause = 0
            jobs.ask(LATER)
            jobs.start()
            wait(lambda: len({json.loads(body)["token"] for *_, body in service.taken}) == PEOPLE, 60)
            wait(lambda: json.loads(jobs.ask(STATES)) == {"sent": PEOPLE}, 30)
        finally:
            jobs.kill()
            service.stop()
    marks = Counter(json.loads(body)["token"] for *_, body in service.taken)
    ids = {(json.loads(body)["token"], headers["webhook-id"]) for _, headers, body in service.taken}
    assert len(ids) == PEOPLE, "a second attempt has the mark of the first"
    assert max(marks.values()) <= 2
