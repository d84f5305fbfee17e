"""HAProxy in front of the gateways, from ``deploy/haproxy.cfg``: the file that production uses, with addresses of this machine.

A gateway that is dead or stuck leaves the rotation within 3 s and its sockets are cut, so that clients go elsewhere.
"""

import contextlib
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from imsite import serving
from tests.services import Keeper, machine

CONFIG = Path(__file__).resolve().parent.parent / "haproxy.cfg"
START_SECONDS = 15.0
#: Where Debian puts it: not on everybody's path.
_FOLDERS = (Path("/usr/sbin"), Path("/usr/local/sbin"))


def program() -> Path:
    """HAProxy, installed when it is missing. Raises Missing."""
    found = machine.find("haproxy", folders=_FOLDERS)
    if found is None:
        machine.install("haproxy")
        found = machine.find("haproxy", folders=_FOLDERS)
    if found is None:
        raise machine.Missing("no HAProxy: install the package haproxy")
    return found


def config(port: int, gateways: Sequence[int], *, host: str = "127.0.0.1") -> str:
    """The production file with one plain door on ``port`` and these gateways behind it."""
    lines = []
    # Without a number HAProxy takes as many connections as this machine's file limit allows.
    left_out = ("server gateway", "http-request redirect scheme https", "bind :80", "maxconn ")
    for line in CONFIG.read_text().splitlines():
        if line.strip().startswith("bind :443"):
            # Plain, because there is no certificate here.
            lines.append(f"    bind {host}:{port}")
        elif not line.strip().startswith(left_out):
            lines.append(line.replace("X-Forwarded-Proto https", "X-Forwarded-Proto http"))
    lines += [f"    server gateway{number} 127.0.0.1:{each}" for number, each in enumerate(gateways, 1)]
    return "\n".join(lines) + "\n"


class Balancer:
    """A running HAProxy."""

    def __init__(
        self, keeper: Keeper, folder: Path, port: int, gateways: Sequence[int], *, host: str = "127.0.0.1"
    ) -> None:
        self._keeper, self.port = keeper, port
        # Asked first: HAProxy would end with a line in its log, while whoever has the port answers in its place.
        serving.bind(host, port).close()
        where = program()
        self._file, self._log = folder / "haproxy.cfg", folder / "haproxy.log"
        self._file.write_text(config(port, gateways, host=host))
        with self._log.open("ab") as log:
            command = [str(where), "-db", "-f", str(self._file)]
            self.process: subprocess.Popen[Any] = keeper.start(command, stdout=log, stderr=log)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
                return
            time.sleep(0.05)
        raise machine.Missing(f"HAProxy did not start: {self.said()[-1_000:]}")

    def said(self) -> str:
        """Everything it wrote."""
        return self._log.read_text(errors="replace")

    def stop(self) -> None:
        """End it; connections through it are cut."""
        self._keeper.stop(self.process)
