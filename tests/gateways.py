"""Real gateway processes over a database of their own, for tests that need a server to lie to, to kill and to restart.

The form follows the environment: with DATABASE_URL and REDIS_URL PostgreSQL and Redis, otherwise a SQLite file.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from pathlib import Path

import psycopg

from tests import template

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 90


def is_scaled() -> bool:
    """Whether this run is on PostgreSQL and Redis."""
    return bool(os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"))


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Deployment:
    """``people`` users with tokens, and gateways that can be started, killed and started again on the same port."""

    def __init__(
        self, people: int, gateways: int = 1, server: str = "daphne", hosts: str = "", **settings: str
    ) -> None:
        self.server, self.hosts = server, ",".join(filter(None, ("127.0.0.1", hosts)))
        self.folder = Path(tempfile.mkdtemp(prefix="parley-delivery-"))
        self._database = ""
        #: ``settings``: more of the environment, for instance PARLEY_EMBEDDED_WORKER="1".
        self.env = {**self._environment(), **settings}
        made = json.loads(self.run("make", people))
        self.people = [tuple(each) for each in made["people"]]
        self.ports = [free_port() for _ in range(gateways)]
        self.processes: list[subprocess.Popen[bytes] | None] = [None] * gateways
        for index in range(gateways):
            self.start(index)
        for index in range(gateways):
            self.wait(index)

    def url(self, index: int = 0) -> str:
        """A gateway's root."""
        return f"http://127.0.0.1:{self.ports[index]}"

    def socket_url(self, index: int = 0) -> str:
        """A gateway's socket."""
        return f"ws://127.0.0.1:{self.ports[index]}/ws/v1/"

    def run(self, what: str, number: int | str, module: str = "tests.delivery_setup") -> str:
        """One command of ``tests.delivery_setup``, or of another module, against this database."""
        done = subprocess.run(
            [sys.executable, "-m", module, what, str(number)],
            cwd=ROOT,
            env=self.env,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-2_000:]
        return done.stdout

    def table(self, conversation: int) -> list[list[object]]:
        """The entries that the database holds: seq, number, type, sender, client_key, body."""
        found: list[list[object]] = json.loads(self.run("table", conversation))
        return found

    def start(self, index: int = 0) -> None:
        """Start a gateway on its port."""
        port = str(self.ports[index])
        command = [sys.executable, "manage.py", "run_parley", "--serve-only", "--port", port, "--server", self.server]
        log = (self.folder / f"gateway{index}.log").open("ab")
        self.processes[index] = subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=log, stderr=log)
        log.close()

    def wait(self, index: int = 0) -> None:
        """Until a gateway answers."""
        process, until = self.processes[index], time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            assert process is not None
            assert process.poll() is None, (self.folder / f"gateway{index}.log").read_text()[-2_000:]
            with contextlib.suppress(OSError), urllib.request.urlopen(self.url(index) + "/livez", timeout=2):
                return
            time.sleep(0.1)
        raise AssertionError("the gateway did not start in time")

    def kill(self, index: int = 0) -> None:
        """kill -9."""
        process = self.processes[index]
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self, index: int = 0, *, how: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """A signal, and what came of it: the exit status and the seconds it took."""
        process = self.processes[index]
        assert process is not None
        began = time.monotonic()
        process.send_signal(how)
        return process.wait(30), time.monotonic() - began

    def said(self, index: int = 0) -> str:
        """What a gateway wrote."""
        return (self.folder / f"gateway{index}.log").read_text()

    def close(self) -> None:
        """Stop everything and leave nothing behind."""
        for process in self.processes:
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        if self._database:
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
                connection.execute(f'DROP DATABASE "{self._database}" WITH (FORCE)')
        shutil.rmtree(self.folder, ignore_errors=True)

    def _environment(self) -> dict[str, str]:
        env = {**os.environ, "PARLEY_VAR": str(self.folder), "PARLEY_LOG_LEVEL": "WARNING", "PARLEY_SECURE": "0"}
        env["DJANGO_SETTINGS_MODULE"] = "imsite.settings"
        env["PARLEY_REDIS_PREFIX"] = f"delivery-{uuid.uuid4().hex[:8]}"
        env.setdefault("PARLEY_SECRET_KEY", "for-tests-only-" + "x" * 50)
        env["PARLEY_HOSTS"] = self.hosts
        env["PARLEY_EMBEDDED_WORKER"] = "0"  # listeners are not what these tests are about
        if is_scaled():
            self._database = f"parley_delivery_{uuid.uuid4().hex[:8]}"
            env["DATABASE_URL"] = template.copy_postgres(os.environ["DATABASE_URL"], self._database)
        else:
            template.copy_sqlite(self.folder / "parley.sqlite3")
        return env
