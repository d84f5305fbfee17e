"""A port is ours or we say so; the whole server starts, answers and stops cleanly on one signal."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from imsite import serving
from tests import template

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(serving.PortTaken, match=rf"Port {port} is taken .* make run PORT="):
            serving.bind("127.0.0.1", port)


def test_two_servers_that_start_at_once_do_not_share_a_port():
    with serving.bind("127.0.0.1", 0) as first, pytest.raises(serving.PortTaken):
        serving.bind("127.0.0.1", first.getsockname()[1])


def test_an_address_that_is_not_ours_is_no_traceback():
    with pytest.raises(serving.PortTaken, match="cannot be used"):
        serving.bind("203.0.113.1", 8000)


@pytest.mark.slow
@pytest.mark.skipif(
    "DATABASE_URL" in os.environ, reason="a server of its own on SQLite, with either form: once is enough"
)
@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
def test_the_server_answers_and_stops_on_one_signal(server, tmp_path):
    if server == "uvicorn":  # the other one starts as in a new clone
        template.copy_sqlite(tmp_path / "parley.sqlite3")
    env = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    env |= {"PARLEY_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "imsite.settings"}
    command = [sys.executable, "-u", "manage.py", "run_parley", "--port", "0", "--server", server, "--no-demo"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        said = []
        try:
            for line in process.stdout:
                said.append(line)
                if "Parley is at " in line:
                    break
            address = said[-1].split("Parley is at ")[1].split()[0]
            # The worker thread needs a moment longer than the socket.
            end = time.monotonic() + 20
            ready = b""
            while time.monotonic() < end and b'"ready": true' not in ready:
                with contextlib.suppress(OSError), urllib.request.urlopen(address + "readyz", timeout=30) as answer:
                    ready = answer.read()
            assert b'"ready": true' in ready
            with urllib.request.urlopen(address + "signin/", timeout=30) as page:
                assert page.headers["X-Request-ID"]
            process.send_signal(signal.SIGINT)
            began = time.monotonic()
            rest = process.stdout.read()
            assert process.wait(20) == 0
        finally:
            process.kill()
    assert time.monotonic() - began < 10
    assert "Traceback" not in "".join(said) + rest
    assert "Stopped." in rest
