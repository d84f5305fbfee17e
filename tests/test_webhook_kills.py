"""An app's endpoint is away for an hour (360 times compressed) while worker and server are killed: every event arrives, in
order per conversation; and an endpoint that hangs delays no other.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections import defaultdict

import httpx
import pytest

from openplatform.tests.endpoints import Endpoint
from tests.gateways import ROOT, Deployment

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.skipif(
        "DATABASE_URL" not in os.environ, reason="workers are processes of their own in the scaled form"
    ),
]
GROUPS, EACH = 3, 16
HASTE = 360
HOUR = 3600 / HASTE
SETUP = """
import json, sys
from django.conf import settings
settings.OPENPLATFORM["webhook_ports"] = range(1, 65536)
from accounts.actor import Actor
from accounts.models import User
from chat.services import conversations
from openplatform.services import apps, installations, subscriptions
User.objects.filter(username="alice").update(is_staff=True)
alice, bob = (User.objects.get(username=each) for each in ("alice", "bob"))
actor = Actor(user=alice.pk, name="Alice", staff=True)
groups = [conversations.create_group(actor=actor, title=f"G{at}", members=[bob.pk]).pk for at in range(%d)]
secrets = []
for url in %r:
    app = apps.create(actor=actor, name="App", scopes=["events:read"])[0]
    apps.request_approval(actor=actor, app=app.pk)
    apps.approve(actor=actor, app=app.pk)
    installations.install(actor=actor, app=app.pk)
    app.refresh_from_db()
    for group in groups:
        conversations.add_members(actor=actor, conversation=group, users=[app.bot_id])
    row, secret = subscriptions.create(actor=actor, app=app.pk, url=url, types=["message.created"])
    subscriptions.activate(actor=actor, subscription=row.pk)
    secrets.append(secret)
print(json.dumps([groups, secrets]))
"""


class Platform:
    """A gateway and a worker with its clock; who speaks repeats under the same key until it is answered."""

    def __init__(self):
        reachable = {"PARLEY_WEBHOOK_PLAIN": "1", "PARLEY_WEBHOOK_NETWORKS": "127.0.0.0/8"}
        self.deployment = Deployment(2, server="uvicorn", HASTE=str(HASTE), **reachable)
        self.worker = None
        self.sent = {}

    def setup(self, urls):
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", SETUP % (GROUPS, urls)]
        done = subprocess.run(command, cwd=ROOT, env=self.deployment.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        self.groups, secrets = json.loads(done.stdout)
        return secrets

    def start(self):
        command = [sys.executable, "-m", "celery", "-A", "tests.hasty", "worker", "-B", "-c", "2", "-l", "WARNING"]
        command += ["-s", str(self.deployment.folder / "beat"), "--without-gossip", "--without-mingle"]
        with (self.deployment.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                command, cwd=ROOT, env=self.deployment.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self):
        if self.worker is not None:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()

    def say(self, number, round_):
        group, key = self.groups[number % GROUPS], f"{round_}-{number:05d}"
        headers = {"Authorization": f"Bearer {self.deployment.people[0][1]}", "Idempotency-Key": key}
        address = f"{self.deployment.url()}/api/v1/conversations/{group}/messages"
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                answer = httpx.post(address, json={"body": {"text": key}}, headers=headers, timeout=10)
            except httpx.TransportError:
                time.sleep(0.2)
                continue
            assert answer.status_code in (200, 201), answer.text
            self.sent[key] = time.time()
            return
        raise AssertionError("the server did not come back")

    def close(self):
        self.kill()
        self.deployment.close()


def until(holds, seconds, what):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


def check(got, keys):
    """Everything came; under one id it was always the same; in each conversation in the order in which it was said."""
    first, order = {}, defaultdict(list)
    for told in got:
        if told["id"] not in first:
            first[told["id"]] = told
            order[told["event"]["conversation"]].append(told["event"]["seq"])
        assert told["event"]["seq"] == first[told["id"]]["event"]["seq"]
    assert {told["event"]["body"]["text"] for told in first.values()} == set(keys)
    assert len(first) == len(keys)
    assert [seqs == sorted(seqs) for seqs in order.values()] == [True] * GROUPS


def test_an_hour_without_an_endpoint_and_three_kills_lose_nothing():
    away, poisoned, healthy = Endpoint(), Endpoint(), Endpoint()
    poisoned.sleep = 4.0  # an answer is waited for 3 s
    platform = Platform()
    back = None
    try:
        secrets = platform.setup([each.url for each in (away, poisoned, healthy)])
        away.secret, poisoned.secret, healthy.secret = secrets
        platform.start()
        platform.say(0, "warm")
        until(lambda: healthy.got and poisoned.asked, 180, lambda: "the worker did not start")
        # A poisoned endpoint beside a healthy one.
        asked = poisoned.asked
        for number in range(GROUPS * EACH):
            platform.say(number, "calm")
            time.sleep(0.1)
        until(lambda: len(healthy.got) >= len(platform.sent), 60, lambda: len(healthy.got))
        assert poisoned.asked > asked
        waited = sorted(
            came - platform.sent[told["event"]["body"]["text"]]
            for told, came in zip(healthy.got, healthy.came, strict=True)
            if told["event"]["body"]["text"].startswith("calm")
        )
        # One behind the other, the first five attempts at the poisoned one alone would be 15 s.
        assert waited[int(len(waited) * 0.99)] < 6.0, f"it waited for the poisoned one: {waited[-5:]}"
        until(lambda: len(away.got) >= len(platform.sent), 60, lambda: len(away.got))
        # The hour.
        away.close()
        began = time.monotonic()
        for number in range(GROUPS * EACH):
            if number == EACH:
                platform.kill()
                platform.start()
            if number == 2 * EACH:
                platform.deployment.kill()
                platform.deployment.start()
            platform.say(number, "hour")
            time.sleep(max(0.0, HOUR / GROUPS / EACH - 0.05))
        time.sleep(max(0.0, HOUR - (time.monotonic() - began)))
        back = Endpoint(port=away.port)
        back.secret = away.secret
        until(lambda: len(back.got) >= 5, 120, lambda: "nothing came when it was back")
        platform.kill()
        platform.start()
        until(
            lambda: len({each["id"] for each in away.got + back.got}) >= len(platform.sent), 180, lambda: len(back.got)
        )
        until(lambda: len({each["id"] for each in healthy.got}) >= len(platform.sent), 60, lambda: len(healthy.got))
        check(away.got + back.got, platform.sent)
        check(healthy.got, platform.sent)
        print(f"healthy beside a poisoned one: p50 {waited[len(waited) // 2]:.3f} s, p99 {waited[-1]:.3f} s")
    finally:
        platform.close()
        for each in filter(None, (away, poisoned, healthy, back)):
            each.close()
