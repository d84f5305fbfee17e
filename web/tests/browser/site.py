"""A real server in a process of its own, which can be killed without mercy and started again on the same data."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests import template

ROOT = Path(__file__).resolve().parents[3]
#: A cold start with migrations took 9 s on two shared cores.
PATIENCE_SECONDS = 90


class Site:
    """One server over one folder of data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        keep = {
            name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "DATABASE_", "REDIS_"))
        }
        self.environment = keep | {
            "PARLEY_VAR": str(folder),
            "PARLEY_HOSTS": "127.0.0.1,localhost",
            "PARLEY_SECURE": "0",
            "DJANGO_SETTINGS_MODULE": "imsite.settings",
            "PYTHONUNBUFFERED": "1",
        }
        self._process: subprocess.Popen[bytes] | None = None

    def prepare(self) -> None:
        """An empty database."""
        template.copy_sqlite(self.folder / "parley.sqlite3")

    def make_company(self) -> dict[str, int]:
        """The people and conversations of ``company``; ids by name."""
        self.prepare()
        return dict(json.loads(self.ask("from web.tests.browser import company; company.tell()").splitlines()[-1]))

    def copy(self, folder: Path) -> "Site":
        """Another site with the same people and conversations, from here on its own. Neither may be running."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Site(folder)

    def start(self) -> None:
        """Start and wait until it answers."""
        log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "run_parley", "--no-demo", "--port", str(self.port)],
            cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "server.log").read_text()[-3000:])
            try:
                with urllib.request.urlopen(f"{self.url}/livez", timeout=1):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError("the server did not answer")

    def kill(self) -> None:
        """kill -9: nothing is said good-bye to."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def ask(self, code: str) -> str:
        """Run ``code`` in a shell of the same site and give what it printed."""
        return self._run("manage.py", "shell", "--no-imports", "-c", code).strip()

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
        return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
