"""Records survive what they should survive."""

import subprocess
import sys

import pytest
from parley_sdk.storage import MemoryStorage, SqliteStorage


@pytest.fixture(params=["memory", "sqlite"])
def storage(request, tmp_path):
    return MemoryStorage() if request.param == "memory" else SqliteStorage(tmp_path / "me.sqlite3")


def test_records_are_kept_by_table_and_key(storage):
    storage.put("a", "1", b"one")
    storage.put("a", "1", b"uno")
    storage.put("a", "2", b"two")
    storage.put("b", "1", b"other")
    storage.delete("a", "2")
    storage.delete("a", "nothing")
    assert storage.load("a") == {"1": b"uno"}
    assert storage.load("b") == {"1": b"other"}
    assert storage.load("c") == {}


def test_a_record_survives_a_killed_process(tmp_path):
    path = tmp_path / "me.sqlite3"
    code = f"""
import os, signal
from parley_sdk.storage import SqliteStorage
SqliteStorage({str(path)!r}).put("outbox", "k", b"v")
os.kill(os.getpid(), signal.SIGKILL)
"""
    env = {"PYTHONPATH": ":".join(sys.path)}
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == -9
    again = SqliteStorage(path)
    assert again.load("outbox") == {"k": b"v"}
    again.close()
