"""A backup restored into an empty place is the same installation: every row, every file, both keys; on either database."""

import io
import json
import os
import subprocess
import sys
import tarfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from imsite import backup
from tests import template

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

#: A company with a bit of everything that is stored, and one upload.
FILL = """
import django; django.setup()
from django.core.management import call_command
call_command("make_demo", verbosity=0)
call_command("reindex_search", from_the_start=True, verbosity=0)
"""
#: Every row of every table that is kept, as text; and whether search finds what it found.
TELL = """
import django; django.setup()
import hashlib, json
from accounts.models import User
from accounts.tests.factories import actor_of
from chat.models import SearchDocument
from imsite import backup
told = {}
for model in backup.models():
    # By content: PostgreSQL keeps keys of JSON in another order, and sorts texts in another way.
    rows = sorted(json.dumps(row, default=str, sort_keys=True, ensure_ascii=False) for row in backup._rows(model))
    told[model._meta.label] = [len(rows), hashlib.sha256("".join(rows).encode()).hexdigest()]
print(json.dumps([told, SearchDocument.objects.count()]))
"""


class Place:
    """An installation of its own: a folder, and a database in it or on the given server."""

    def __init__(self, folder, database_url=""):
        folder.mkdir()
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("PARLEY_", "DATABASE_", "REDIS_"))
        }
        self.folder = folder
        self.env = {**kept, "PARLEY_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "imsite.settings"}
        self.env |= {
            "PARLEY_DEMO_PASSWORD": "alice-and-bob",
            "PARLEY_LOG_LEVEL": "ERROR",
            "PARLEY_EMBEDDED_WORKER": "0",
        }
        if database_url:
            self.env |= {"DATABASE_URL": database_url, "PARLEY_DB_POOL": "0"}

    def run(self, *words, fails=False):
        done = subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.env, check=False, capture_output=True, text=True
        )
        assert bool(done.returncode) == fails, done.stderr[-3_000:]
        return done.stderr if fails else done.stdout

    def manage(self, *words, fails=False):
        return self.run("manage.py", *words, fails=fails)

    def told(self):
        return json.loads(self.run("-c", TELL).splitlines()[-1])

    def files(self):
        root = self.folder / "files"
        return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


#: These make installations of their own, on SQLite whatever the run is on: once is enough.
once = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="runs with the embedded form")


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("backup") / "first")
    template.copy_sqlite(place.folder / "parley.sqlite3")
    place.run("-c", FILL)
    place.manage("backup", str(place.folder.parent / "kept"))
    return place


@pytest.fixture
def empty_postgres():
    """An empty database on the server of this run."""
    if not os.environ.get("DATABASE_URL"):
        pytest.skip("runs with the scaled form")
    name = f"parley_restore_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def kept(first):
    return str(first.folder.parent / "kept")


@once
def test_an_empty_place_becomes_the_same_installation(first, tmp_path):
    other = Place(tmp_path / "other")
    # The very first command there has made keys of its own already; the old ones are what browsers know.
    other.manage("restore", kept(first))
    assert other.told() == first.told()
    assert other.files() == first.files()
    assert first.files()
    for key in backup.KEYS:
        assert (other.folder / key).read_bytes() == (first.folder / key).read_bytes()
        assert (other.folder / key).stat().st_mode & 0o777 == 0o600
    assert other.manage("verify_audit") == first.manage("verify_audit")  # a broken chain ends with a status, and fails


@once
def test_the_file_is_for_its_owner_only(first):
    assert Path(kept(first)).stat().st_mode & 0o777 == 0o600
    assert not list(first.folder.parent.glob("*.unfinished"))


def test_from_sqlite_to_postgresql_and_back(first, tmp_path, empty_postgres):
    first.manage("move_to", empty_postgres)
    moved = Place(tmp_path / "moved", empty_postgres)
    assert moved.told() == first.told()
    # New rows get new ids: the sequences stand behind what was restored.
    moved.run(
        "-c", 'import django; django.setup(); from accounts.models import User; User.objects.create_user("newcomer")'
    )
    moved.manage("backup", str(tmp_path / "from-postgres"))
    back = Place(tmp_path / "back")
    back.manage("restore", str(tmp_path / "from-postgres"))
    assert back.told() == moved.told()


@once
def test_a_place_with_people_is_refused_and_stays_as_it_is(first):
    before = first.told()
    assert "people" in first.manage("restore", kept(first), fails=True)
    assert first.told() == before


@once
@pytest.mark.parametrize("name", ["../beside", "/tmp/beside", "tables/link"])
def test_a_file_that_would_write_elsewhere_is_refused(tmp_path, name):
    with tarfile.open(tmp_path / "spoilt", "w:gz") as tar:
        entry = tarfile.TarInfo(name)
        if name.endswith("link"):
            entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(entry, io.BytesIO())
    with pytest.raises(backup.Unusable, match="no backup does"):
        backup._unpacked(tmp_path / "spoilt", tmp_path / "parts")
    assert not (tmp_path / "beside").exists()
    assert not (tmp_path / "parts").exists()


@once
@pytest.mark.parametrize("spoil", ["cut off", "changed", "another release"])
def test_a_file_that_is_not_whole_is_refused_and_nothing_is_written(first, tmp_path, spoil):
    file = tmp_path / "spoilt"
    whole = Path(kept(first)).read_bytes()
    if spoil == "cut off":
        file.write_bytes(whole[: len(whole) // 2])
    else:
        with tarfile.open(kept(first)) as tar:
            backup._extract(tar, tmp_path / "parts")
        part = tmp_path / "parts" / ("tables/accounts.User" if spoil == "changed" else "about.json")
        if spoil == "changed":
            part.write_bytes(part.read_bytes()[:-1] + b"!")
        else:
            about = json.loads(part.read_text())
            part.write_text(json.dumps({**about, "migrations": about["migrations"][:-1]}))
            sums = tmp_path / "parts" / "sums.json"
            told = json.loads(sums.read_text())
            del told["sums"]["about.json"]
            sums.write_text(json.dumps(told))
        with tarfile.open(file, "w:gz") as tar:
            tar.add(tmp_path / "parts", arcname=".")
    other = Place(tmp_path / "other")
    template.copy_sqlite(other.folder / "parley.sqlite3")
    said = other.manage("restore", str(file), fails=True)
    assert {"cut off": "whole", "changed": "damaged", "another release": "release"}[spoil] in said
    assert "Traceback" not in said
    assert other.told()[0]["accounts.User"][0] == 0


@pytest.mark.django_db
def test_no_table_is_forgotten():
    """Every table is kept, or is built again from those, or says which migrations ran."""
    tables = set(connection.introspection.table_names())
    kept = [model._meta.db_table for model in backup.models()]
    assert len(kept) == len(set(kept)), "a table twice"
    known = {*kept, "django_migrations"}
    assert {each for each in tables - known if not each.startswith("chat_search")} == set()
