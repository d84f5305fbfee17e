"""Starts what a measurement needs on free ports: gateways, a worker, the stock design; and accounts for their CPU.

The database and the broker are given by DATABASE_URL and REDIS_URL; ``make bench`` starts its own.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
#: What every process of a measurement runs with; secrets of a throw-away server.
ENVIRONMENT = {
    "PARLEY_SECRET_KEY": "benchmark-" + "x" * 60,
    "PARLEY_SECURE": "0",
    "PARLEY_HOSTS": "127.0.0.1",
    "PARLEY_LOG_LEVEL": "warning",
}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def server_command(server: str, port: int, application: str) -> list[str]:
    """The command line of one ASGI process."""
    if server == "daphne":
        return [sys.executable, "-m", "daphne", "-b", "127.0.0.1", "-p", str(port), "-v", "0", application]
    return [
        *(sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1", "--port", str(port)),
        *(
            "--ws",
            "websockets-sansio",
            "--loop",
            "uvloop",
            "--log-level",
            "warning",
            "--ws-per-message-deflate",
            "false",
        ),
        *("--backlog", "8192"),
    ]


@dataclass
class Cluster:
    """Running processes and where they answer."""

    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)

    @property
    def sockets(self) -> list[str]:
        """WebSocket address of every gateway."""
        return [f"ws://127.0.0.1:{port}/ws/v1/" for port in self.ports]

    def cpu_seconds(self) -> float:
        """CPU used so far by the processes of this cluster (not by the database or the broker)."""
        total = 0.0
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                times = psutil.Process(process.pid).cpu_times()
                total += times.user + times.system
        return total

    def memory_mib(self) -> float:
        """Resident memory of all gateways."""
        return float(sum(psutil.Process(process.pid).memory_info().rss for process in self.processes) / 2**20)


@contextlib.contextmanager
def running(
    server: str,
    *,
    gateways: int = 1,
    application: str = "imsite.asgi:application",
    ready: str = "/livez",
    worker: bool = True,
    **environment: str,
) -> Iterator[Cluster]:
    """A cluster that is ready to serve; stopped on leaving. Raises RuntimeError when it does not come up in 60 s."""
    cluster = Cluster()
    env = {**os.environ, **ENVIRONMENT, **environment}
    log = Path(os.environ.get("PARLEY_BENCH_LOG", "/dev/null")).open("ab")  # noqa: SIM115 - lives as long as they do
    try:
        for _ in range(gateways):
            port = free_port()
            cluster.ports.append(port)
            cluster.processes.append(
                subprocess.Popen(server_command(server, port, application), cwd=ROOT, env=env, stdout=log, stderr=log)
            )
        if worker:
            command = [sys.executable, "-m", "celery", "-A", "imsite", "worker", "-c", "1", "-P", "solo"]
            command += ["--without-gossip", "--without-mingle", "-l", "warning"]
            cluster.processes.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log))
        for port in cluster.ports:
            _wait(f"http://127.0.0.1:{port}{ready}", cluster)
        yield cluster
    finally:
        for process in cluster.processes:
            process.send_signal(signal.SIGTERM)
        for process in cluster.processes:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        log.close()


def _wait(url: str, cluster: Cluster) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if any(process.poll() is not None for process in cluster.processes):
            raise RuntimeError("a process of the measurement ended at once; set PARLEY_BENCH_LOG=FILE to see why")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return  # it answers; the stock design has no page of its own
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer in 60 s")
