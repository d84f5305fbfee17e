"""The scaled form as ``make cluster`` lays it out: sockets through the balancer while gateways stop, die, freeze."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time

import pytest
from parley_sdk import Client, WriteState

from deploy.cluster.balancer import CONFIG, Balancer, config
from deploy.cluster.layout import QUEUES, ROOT, Layout
from imsite.celery import app
from tests.services import Keeper, machine
from tests.services.redis import free_port

scaled = pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="starts servers of its own; once is enough")


@pytest.fixture(scope="module")
def cluster():
    with Keeper() as keeper:
        try:
            layout = Layout(keeper, gateways=2, env={"PARLEY_BEHIND_PROXY": "1", "PARLEY_LOG_LEVEL": "WARNING"})
            layout.prepare()
            people = json.loads(layout.run("-m", "tests.delivery_setup", "make", "3"))["people"]
            layout.start_all()
            layout.balancer = Balancer(keeper, layout.folder, free_port(), layout.ports)
        except machine.Missing as problem:
            pytest.skip(str(problem))
        layout.people = people
        yield layout
        layout.stop_all()


async def talk(cluster, trouble, count=40):
    """Two people through the balancer while ``trouble`` happens; everything arrives once, in order. Seconds to be back."""
    url = f"http://127.0.0.1:{cluster.balancer.port}"
    async with (
        Client(url, token=cluster.people[0][1]) as alice,
        Client(url, token=cluster.people[1][1]) as bob,
    ):
        chat = await alice.direct(bob.me.user)
        heard = []
        bob.on("event", lambda event: heard.append(event) if getattr(event, "number", 0) else None)
        handles = []
        for turn in range(count):
            handles.append(chat.send(f"{turn}"))
            if turn == count // 4:
                working = asyncio.create_task(asyncio.to_thread(trouble))
            await asyncio.sleep(0.02)
        await working
        began = time.monotonic()
        while any(each.state is not WriteState.SENT for each in handles) or len(heard) < count:
            assert time.monotonic() - began < 60, ([each.state for each in handles], len(heard))
            await asyncio.sleep(0.05)
        assert [event.client_key for event in heard] == [each.client_key for each in handles]
        return time.monotonic() - began


@scaled
@pytest.mark.slow
@pytest.mark.timeout(240)
class TestThroughTheBalancer:
    async def test_a_rolling_restart_loses_and_doubles_nothing(self, cluster):
        def roll():
            for name in ("gateway1", "gateway2"):
                status, seconds = cluster.stop(name)
                assert status == 0, cluster.said(name)
                assert seconds < 10
                cluster.start(name)
                cluster.wait(name)
                time.sleep(1.5)  # the balancer looks every second

        await talk(cluster, roll)

    async def test_a_killed_gateway_loses_nothing(self, cluster):
        def kill():
            cluster.kill("gateway1")
            time.sleep(1)
            cluster.start("gateway1")
            cluster.wait("gateway1")

        await talk(cluster, kill)

    async def test_a_frozen_gateway_is_out_of_rotation_within_10_s(self, cluster):
        cluster.freeze("gateway2")
        try:
            back = await talk(cluster, lambda: time.sleep(6))
            assert back < 30
        finally:
            cluster.thaw("gateway2")

    async def test_the_scaled_form_is_what_serves(self, cluster):
        """Both workers took their queue, and a file that was collected is served under its content's name."""
        for queue in QUEUES:
            assert cluster.processes[f"worker-{queue}"].poll() is None, cluster.said(f"worker-{queue}")
        assert cluster.processes["beat"].poll() is None


def test_the_balancer_runs_the_file_of_production():
    text = config(9, [1, 2])
    assert "bind 127.0.0.1:9" in text
    assert "server gateway2 127.0.0.1:2" in text
    assert "ssl" not in "\n".join(line for line in text.splitlines() if not line.strip().startswith("#"))
    shared = [line for line in CONFIG.read_text().splitlines() if "check" in line or "deny" in line]
    assert len(shared) == 2
    assert set(shared) <= set(text.splitlines())


def test_every_queue_has_a_worker_in_every_layout():
    queues = {queue.name for queue in app.conf.task_queues}
    assert queues == set(QUEUES)
    routed = {route["queue"] for route in app.conf.task_routes.values()} | {app.conf.task_default_queue}
    assert routed == queues
    for file in ("deploy/README.md", "deploy/compose.yaml"):
        text = (ROOT / file).read_text()
        assert all(f"-Q {queue}" in text for queue in queues), file
    kubernetes = (ROOT / "deploy/kubernetes/parley.yaml").read_text()
    assert all(f"-Q, {queue}" in kubernetes for queue in queues)


def test_the_files_for_deployment_run_commands_that_exist():
    """Every option of ours that they give is one that ``run_parley`` has, and every file is well-formed."""
    yaml = pytest.importorskip("yaml")
    assert yaml.safe_load((ROOT / "deploy/compose.yaml").read_text())["services"]["gateway4"]["command"]
    manifests = list(yaml.safe_load_all((ROOT / "deploy/kubernetes/parley.yaml").read_text()))
    assert {each["kind"] for each in manifests} >= {"Deployment", "Service", "Ingress", "Job"}
    told = subprocess.run(
        [sys.executable, "manage.py", "run_parley", "--help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    files = [*(ROOT / "deploy/systemd").iterdir(), ROOT / "deploy/Dockerfile", ROOT / "deploy/compose.yaml"]
    lines = [line for file in files for line in file.read_text().splitlines() if "run_parley" in line]
    assert len(lines) >= 3
    for line in lines:
        for option in re.findall(r"--[a-z-]+", line):
            assert option in told, line
