"""The embedded form's worker and beat: a real process, because the threads are one set per process."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

SCRIPT = """
import time, threading
import django; django.setup()
from celery import shared_task
from imsite import embedded
from imsite.celery import app

done = threading.Event()
tries = []

@app.task(name="test.slow_to_succeed", bind=True, max_retries=3)
def slow_to_succeed(self):
    tries.append((time.monotonic(), threading.current_thread().name))
    if len(tries) < 2:
        raise self.retry(countdown=1)
    done.set()

assert not embedded.is_alive()
embedded.start(app)
embedded.start(app)
names = [thread.name for thread in threading.enumerate()]
assert names.count("celery-worker") == 1 and names.count("celery-beat") == 1, names
sent = time.monotonic()
app.send_task("test.slow_to_succeed")
assert done.wait(20), tries
assert embedded.is_alive()
assert tries[0][1] == "celery-worker"
print("picked up after", round(tries[0][0] - sent, 3))
print("pause", round(tries[1][0] - tries[0][0], 2))
"""


def run(tmp_path: Path) -> str:
    env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    env |= {"PARLEY_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "imsite.settings"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], check=False, capture_output=True, text=True, cwd=ROOT, env=env, timeout=90
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_a_task_runs_in_the_worker_thread_and_its_retry_keeps_its_pause(tmp_path):
    said = run(tmp_path)
    pause = float(said.split("pause ")[1])
    assert pause >= 0.9, "eager mode would not pause at all"
