"""A database with all tables and nothing in them, made once and then copied: 70 migrations cost ten seconds of a core.

Keyed by what the migrations and the libraries are, so a change makes a new one. Every test database, and every server that
a test starts, begins as a copy. What migrating does is tested by ``manage.py migrate`` itself, once for each template.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "var" / "templates"
#: Any number that nobody else locks by.
LOCK = 7_305_201


def digest() -> str:
    """Of every migration, of what else writes after one, and of the pinned libraries."""
    found = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted(ROOT.glob("*/migrations/*.py")) + sorted(ROOT.glob("*/permissions.py")):
        found.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()[:12]


def sqlite() -> Path:
    """A file to be copied."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    file = FOLDER / f"{digest()}.sqlite3"
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory() as folder:
                _migrate(PARLEY_VAR=folder)
                made = sqlite3.connect(Path(folder) / "parley.sqlite3")
                made.execute("VACUUM INTO ?", (f"{file}.new",))
                made.close()
            Path(f"{file}.new").rename(file)
    return file


def copy_sqlite(target: Path) -> None:
    """A new database at ``target``."""
    shutil.copyfile(sqlite(), target)


def postgres(url: str) -> str:
    """The name of a database on ``url``'s server to give as TEMPLATE. Stays there for the next run, older ones do not."""
    name = f"parley_template_{digest()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        found = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'parley_template_%'").fetchall()
        if (name,) not in found:
            for (old,) in found:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
            making = f"parley_making_{os.getpid()}"
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(making)))
            with tempfile.TemporaryDirectory() as folder:
                _migrate(PARLEY_VAR=folder, DATABASE_URL=at(url, making), PARLEY_DB_POOL="0")
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            connection.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
    return name


def copy_postgres(url: str, name: str) -> str:
    """A new database ``name`` on ``url``'s server; answers its address."""
    template = postgres(url)
    with psycopg.connect(url, autocommit=True) as connection:
        # One at a time: a template may have no other reader while it is copied.
        connection.execute("SELECT pg_advisory_lock(%s)", (LOCK,))
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(make.format(sql.Identifier(name), sql.Identifier(template)))
    return at(url, name)


def at(url: str, name: str) -> str:
    """The address of another database of the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _migrate(**own: str) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PARLEY_", "DATABASE_", "REDIS_"))
    }
    env = {**kept, "DJANGO_SETTINGS_MODULE": "imsite.settings", "PARLEY_SQLITE_SYNCHRONOUS": "OFF", **own}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3_000:]
