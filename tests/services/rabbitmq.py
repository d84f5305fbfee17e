"""A RabbitMQ of our own: Debian's, on free ports in a fresh folder, with a port mapper of its own. For an opt-in test."""

import contextlib
import os
import pwd
import shutil
import socket
import tempfile
import time
from pathlib import Path

from kombu.connection import Connection
from kombu.exceptions import OperationalError

from tests.services import machine
from tests.services.keeper import Keeper
from tests.services.redis import free_port

_PROGRAM = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")


class RabbitMQ:
    """One running server."""

    def __init__(self, keeper: Keeper) -> None:
        if not _PROGRAM.exists():
            machine.install("rabbitmq-server")
        mapper = shutil.which("epmd")
        if not _PROGRAM.exists() or mapper is None:
            raise machine.Missing("no RabbitMQ: install the package rabbitmq-server")
        self._keeper, self.port = keeper, free_port()
        self.folder = keeper.own(Path(tempfile.mkdtemp(prefix="parley-rabbit-")))
        ports = {"ERL_EPMD_PORT": str(free_port()), "RABBITMQ_DIST_PORT": str(free_port())}
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"parley{self.port}@localhost",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            # Its script becomes the server instead of waiting for one in the background, so that ending it ends that.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput",
            **ports,
        }
        self._as = {}
        if os.geteuid() == 0:
            user = pwd.getpwnam("rabbitmq")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid}
        keeper.start([mapper, "-port", ports["ERL_EPMD_PORT"]], env=self._environment, cwd="/", **self._as)
        _wait_for(int(ports["ERL_EPMD_PORT"]))  # otherwise the server starts one that outlives everybody
        self.again()

    def url(self) -> str:
        """For PARLEY_BROKER."""
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def kill(self) -> None:
        """kill -9, and what it had on disk is gone too."""
        os.killpg(self.process.pid, 9)
        self.process.wait()
        shutil.rmtree(self.folder / "data", ignore_errors=True)

    def again(self) -> None:
        """Start it on the same port and wait until it takes connections."""
        with (self.folder / "out").open("ab") as out:
            self.process = self._keeper.start(
                [str(_PROGRAM)], env=self._environment, cwd="/", stdout=out, stderr=out, **self._as
            )
        end = time.monotonic() + 120
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with Connection(self.url(), connect_timeout=5) as connection:
                    connection.ensure_connection(max_retries=1, timeout=5)
                    return
            except OperationalError:
                time.sleep(0.2)
        raise machine.Missing(f"RabbitMQ did not start: {(self.folder / 'out').read_text()[-800:]}")


def _wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise machine.Missing("the port mapper of RabbitMQ did not start")
