"""The process layout of the scaled form: PostgreSQL, Redis, gateways, a worker for each queue, beat. All by name.

Whoever holds one may start, end, kill, freeze and thaw each process: ``make cluster`` shows it to people, ``make chaos``
breaks it. The balancer in front is in ``balancer``. Servers are found or installed by ``tests/services``.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.services import Keeper, Postgres, Redis
from tests.services.redis import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 90.0
#: The queues of imsite/celery.py: one worker each, so that slow deliveries never hold up what reacts to messages.
QUEUES = ("reactions", "push", "later")


class DidNotStart(RuntimeError):
    """A process of the layout ended or stayed silent; the text holds its last words."""


class Layout:
    """See the module. Owns everything it starts through ``keeper``; nothing is left when that closes."""

    def __init__(
        self,
        keeper: Keeper,
        *,
        gateways: int = 4,
        server: str = "uvicorn",
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.keeper, self.server = keeper, server
        #: What stands in for ``manage.py`` at a gateway's next start: a way to run one that is wrong on purpose.
        self.gateway_program: tuple[str, ...] = ("manage.py",)
        self.folder = keeper.own(Path(tempfile.mkdtemp(prefix="parley-cluster-")))
        # PostgreSQL keeps what it acknowledged even here: a cluster that is killed on purpose must show that it does.
        self.postgres, self.redis = Postgres(keeper, durable=True), Redis(keeper)
        self.ports = [free_port() for _ in range(gateways)]
        self.names = [
            *(f"gateway{number}" for number in range(1, gateways + 1)),
            *(f"worker-{queue}" for queue in QUEUES),
            "beat",
        ]
        self.processes: dict[str, subprocess.Popen[Any]] = {}
        self.env = self._environment(env or {})

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PARLEY_")}
        own = {
            "DATABASE_URL": self.postgres.create("parley"),
            "REDIS_URL": self.redis.url(),
            "DJANGO_SETTINGS_MODULE": "imsite.settings",
            "PARLEY_VAR": str(self.folder),
            "PARLEY_SECRET_KEY": os.urandom(32).hex(),
            "PARLEY_HOSTS": "127.0.0.1,localhost",
            "PARLEY_SECURE": "0",
            "PARLEY_LOG_LEVEL": "INFO",
        }
        return {**inherited, **own, **more}

    # Before the first start

    def manage(self, *words: str, quiet: bool = True) -> str:
        """One ``manage.py`` command in this environment; raises DidNotStart with what it said when it fails."""
        return self.run("manage.py", *words, quiet=quiet)

    def run(self, *words: str, quiet: bool = True) -> str:
        """One Python program in this environment."""
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.env, check=False, capture_output=quiet, text=True
        )
        if done.returncode:
            raise DidNotStart(f"{' '.join(words)} failed\n{(done.stderr or '')[-2_000:]}")
        return done.stdout or ""

    def prepare(self) -> None:
        """What a release does once: the tables and the static files."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")

    # The processes

    def command(self, name: str) -> list[str]:
        """The command line of one process, as deploy/README.md gives it."""
        celery = [sys.executable, "-m", "celery", "-A", "imsite"]
        if name == "beat":
            return [*celery, "beat", "--schedule", str(self.folder / "beat"), "--pidfile="]
        if name.startswith("worker-"):
            queue = name.removeprefix("worker-")
            words = ["worker", "-Q", queue, "-n", f"{queue}@%h", "--without-gossip", "--without-mingle"]
            return [*celery, *words, "--concurrency", "1", "--pool", "solo"]
        port = str(self.ports[int(name.removeprefix("gateway")) - 1])
        words = ["run_parley", "--serve-only", "--port", port, "--server", self.server]
        return [sys.executable, *self.gateway_program, *words]

    def start(self, name: str) -> None:
        """Start one process; it writes to ``<name>.log``."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = self.keeper.start(self.command(name), cwd=ROOT, env=self.env, stdout=log, stderr=log)

    def start_all(self) -> None:
        """Start everything and wait until every gateway answers."""
        for name in self.names:
            self.start(name)
        for name in self.names:
            if name.startswith("gateway"):
                self.wait(name)

    def wait(self, name: str, page: str = "/livez") -> None:
        """Until a gateway answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.processes[name].poll() is not None:
                break
            try:
                with urllib.request.urlopen(self.url(name) + page, timeout=2):  # noqa: S310 - an address made here
                    return
            except OSError:
                time.sleep(0.1)
        raise DidNotStart(f"{name} did not start\n{self.said(name)[-2_000:]}")

    def url(self, name: str) -> str:
        """A gateway's root."""
        return f"http://127.0.0.1:{self.ports[int(name.removeprefix('gateway')) - 1]}"

    def said(self, name: str) -> str:
        """Everything a process wrote."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    # What may happen to them

    def kill(self, name: str) -> None:
        """Kill -9."""
        self.keeper.stop(self.processes[name], number=signal.SIGKILL)

    def freeze(self, name: str) -> None:
        """SIGSTOP: it holds its sockets and does nothing."""
        self.processes[name].send_signal(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self.processes[name].send_signal(signal.SIGCONT)

    def stop(self, name: str) -> tuple[int, float]:
        """SIGTERM, as a supervisor ends it: the exit status and the seconds it took."""
        process, began = self.processes[name], time.monotonic()
        self.keeper.stop(process, number=signal.SIGTERM, wait=15)
        return process.returncode, time.monotonic() - began

    def stop_all(self) -> None:
        """All of ours, gateways first so that their last writes find everything else still there."""
        for name in self.names:
            process = self.processes.get(name)
            if process is not None and process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for name in self.names:
            if name in self.processes:
                self.keeper.stop(self.processes[name], number=signal.SIGTERM, wait=15)
