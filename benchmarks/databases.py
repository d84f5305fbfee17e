"""Search at a million messages on both databases, each in a process and a database of its own that is thrown away."""

import json
import os
import subprocess
import sys
import tempfile
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from benchmarks.cluster import ROOT

MESSAGES = 1_000_000


def search(total: int = 0) -> list[dict[str, Any]]:
    """Rows of ``benchmarks.search``, first on the PostgreSQL that was given, then on SQLite."""
    total = total or int(os.environ.get("PARLEY_BENCH_MESSAGES", MESSAGES))
    name = f"search_{os.getpid()}"
    given = urlsplit(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        rows = _measure(total, {"DATABASE_URL": urlunsplit(given._replace(path=f"/{name}"))})
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    with tempfile.TemporaryDirectory(prefix="parley-search-") as folder:
        return rows + _measure(total, {"PARLEY_VAR": folder})


def _measure(total: int, own: dict[str, str]) -> list[dict[str, Any]]:
    plain = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}}
    with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
        command = [sys.executable, "-m", "benchmarks.search", str(total), answer.name]
        subprocess.run(command, cwd=ROOT, env={**plain, "PARLEY_DB_POOL": "0", **own}, check=True)
        found: list[dict[str, Any]] = json.load(answer)
    return found
