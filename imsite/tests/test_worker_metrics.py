"""A worker tells what its children did and what waits: scraped from a real worker with two children."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings

from imsite import worker_metrics
from imsite.celery import QUEUES
from imsite.celery import app as parley
from tests.services.redis import free_port

ROOT = Path(__file__).resolve().parent.parent.parent


def scrape(port: int, token: str = "") -> str:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read().decode()


def test_with_a_token_only_who_has_it_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    app = Celery("tests", broker="memory://", set_as_current=False)
    with app.connection_for_write() as connection:
        app.amqp.queues["later"](connection.default_channel).declare()
    app.send_task("nobody.takes.it", queue="later")
    server = worker_metrics.serve(app, ("later",), 0, "a-secret")
    try:
        assert 'parley_queue_waiting{queue="later"} 1.0' in scrape(server.server_port, "a-secret")
        for wrong in ("", "another"):
            with pytest.raises(urllib.error.HTTPError) as refused:
                scrape(server.server_port, wrong)
            assert refused.value.code == 403
            refused.value.close()
    finally:
        server.shutdown()
        server.server_close()


def test_a_broker_that_is_away_is_no_zero(tmp_path, monkeypatch):
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    app = Celery("tests", broker="redis://127.0.0.1:1/0", set_as_current=False)
    [told] = worker_metrics.Waiting(app, ("later",)).collect()
    assert told.samples == []


@contextmanager
def worker(port: int, folder: Path) -> Iterator[Path]:
    """A real worker with two children that takes from ``later``."""
    said = folder / "worker.log"
    # Its own settings: those of tests would give it another prefix.
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "imsite.settings",
        "PARLEY_WORKER_METRICS_PORT": str(port),
        "PARLEY_REDIS_PREFIX": settings.REDIS_PREFIX,
    }
    words = ["-A", "imsite", "worker", "-Q", "later", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    with said.open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "celery", *words], cwd=ROOT, env=env, stdout=log, stderr=log)
        try:
            yield said
        finally:
            process.terminate()
            process.wait(20)


@pytest.mark.skipif(not settings.REDIS_URL, reason="a worker of its own needs a broker of its own")
def test_a_worker_tells_what_its_children_did(tmp_path):
    port = free_port()
    with worker(port, tmp_path) as said:
        for number in range(6):
            parley.send_task("celery.accumulate", args=(number,), queue="later", headers={"request_id": "abc.9"})
        wanted = 'parley_task_seconds_count{state="SUCCESS",task="celery.accumulate"} 6.0'
        deadline, told = time.monotonic() + 40, ""
        while wanted not in told:
            assert time.monotonic() < deadline, said.read_text() + told
            time.sleep(0.2)
            try:
                told = scrape(port)
            except OSError:
                continue
    assert all(f'parley_queue_waiting{{queue="{each}"}} ' in told for each in QUEUES)
    assert "abc.9" in said.read_text()
