"""The whole installation in one file, and back: rows as of one moment, uploads, keys. The same file for both databases.

Written while the server runs. A file from SQLite restores into PostgreSQL and the other way round, so moving between the
forms is a backup and a restore. Not in it: the search index (built again) and Redis (holds nothing to keep).
"""

import hashlib
import io
import json
import shutil
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model

from accounts.models import User

FORMAT = 1
#: Rows in one statement and one piece of a table's file; SQLite takes no more than 32,766 values in one.
CHUNK = 500
#: Derived from the rest, and shaped differently on each database.
DERIVED = frozenset({"chat.SearchDocument"})
#: Secrets that would void sessions and browsers' subscriptions if they changed. Hence the file's mode, 0600.
KEYS = ("secret_key", "push_key")

Say = Callable[[str], Any]


class Unusable(Exception):
    """This file cannot be restored here; the text says why. Nothing was changed."""


def models() -> list[type[Model]]:
    """What is kept: every table of every room and library, those between two models included, each once."""
    found = apps.get_models(include_auto_created=True)
    # A proxy is another view of rows that its model has already.
    return [each for each in found if each._meta.label not in DERIVED and not each._meta.proxy]


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database as it is now, whatever is written meanwhile, and holds up no writer."""
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Django's own transactions take SQLite's write lock at once (settings); this one only reads.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            cursor.execute("COMMIT")


def _migrations() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _rows(model: type[Model]) -> Iterator[tuple[Any, ...]]:
    names = [each.attname for each in model._meta.concrete_fields]
    return iter(model._base_manager.order_by("pk").values_list(*names).iterator(chunk_size=CHUNK))


class _Archive:
    """The growing file, and the sum of each of its parts."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self._tar = tar
        self.sums: dict[str, str] = {}

    def add(self, name: str, source: Any) -> None:
        size = source.seek(0, io.SEEK_END)
        source.seek(0)
        self.sums[name] = hashlib.file_digest(source, "sha256").hexdigest()
        source.seek(0)
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = size, 0o600, int(time.time())
        self._tar.addfile(entry, source)

    def add_json(self, name: str, value: object) -> None:
        self.add(name, io.BytesIO(json.dumps(value, indent=1).encode()))


def write(place: Path, say: Say = print) -> dict[str, int]:
    """Write everything into ``place``, which appears only when it is complete. Answers the rows of each table."""
    unfinished = place.with_name(place.name + ".unfinished")
    unfinished.touch(mode=0o600)
    counts: dict[str, int] = {}
    pack = msgspec.msgpack.Encoder().encode
    with tarfile.open(unfinished, "w:gz", compresslevel=3) as tar:
        archive = _Archive(tar)
        with _one_moment():
            archive.add_json("about.json", {"format": FORMAT, "migrations": _migrations()})
            for model in models():
                label = model._meta.label
                with tempfile.TemporaryFile() as table:
                    counts[label] = 0
                    for row in _rows(model):
                        packed = pack(list(row))
                        table.write(len(packed).to_bytes(4, "big") + packed)
                        counts[label] += 1
                    archive.add(f"tables/{label}", table)
        # After the rows: a file is complete before its row is written, so none that a row names can be missing.
        files = 0
        for path in sorted(settings.MEDIA_ROOT.rglob("*")) if settings.MEDIA_ROOT.exists() else []:
            try:
                with path.open("rb") as source:
                    archive.add(f"files/{path.relative_to(settings.MEDIA_ROOT).as_posix()}", source)
                files += 1
            except (FileNotFoundError, IsADirectoryError):
                continue  # a folder, or an upload that nobody needed and that was swept just now
        for key in KEYS:
            if (settings.VAR_DIR / key).exists():
                with (settings.VAR_DIR / key).open("rb") as source:
                    archive.add(f"keys/{key}", source)
        # Last, so that a file that was cut off is known by its absence.
        archive.add_json("sums.json", {"counts": counts, "sums": archive.sums})
    unfinished.replace(place)
    say(f"{sum(counts.values()):,} rows, {files:,} files, {place.stat().st_size:,} bytes: {place}")
    return counts


def read(place: Path, *, files: bool = True, say: Say = print) -> dict[str, int]:
    """Restore ``place`` into this installation, which must hold no people and no files. Raises Unusable.

    ``files``: uploads and keys too; without, they are where they should be already. All rows come in one transaction.
    """
    with tempfile.TemporaryDirectory(prefix="parley-restore-") as folder:
        parts = Path(folder)
        counts = _unpacked(place, parts)
        if User.objects.exists():
            raise Unusable("There are people in this database already; restore into an empty one.")
        if files and settings.MEDIA_ROOT.exists() and any(settings.MEDIA_ROOT.iterdir()):
            raise Unusable(f"There are files in {settings.MEDIA_ROOT} already.")
        with transaction.atomic():
            # What the migrations put there comes from the file, with the ids that other rows mean.
            for model in reversed(models()):
                model._base_manager.all()._raw_delete(connection.alias)
            for model in models():
                _insert(model, parts / "tables" / model._meta.label, counts[model._meta.label])
            for statement in connection.ops.sequence_reset_sql(no_style(), models()):
                with connection.cursor() as cursor:
                    cursor.execute(statement)
            if files:
                _place(parts)
    ContentType.objects.clear_cache()
    call_command("reindex_search", from_the_start=True, stdout=io.StringIO())
    say(f"{sum(counts.values()):,} rows are back, and the search index is built.")
    return counts


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Plain files below ``folder`` and nothing else. By hand: Debian 12's Python 3.11.2 knows no extraction filters."""
    for member in tar:
        inside = PurePosixPath(member.name)
        if member.isdir():
            continue
        source = tar.extractfile(member) if member.isfile() else None
        if source is None or inside.is_absolute() or ".." in inside.parts:
            raise tarfile.TarError(f"it holds {member.name}, which no backup does")
        target = folder / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        with source, target.open("wb") as file:
            shutil.copyfileobj(source, file)


def _unpacked(place: Path, folder: Path) -> dict[str, int]:
    """Take the file apart and make sure that it is whole and of this release; answers the rows of each table."""
    try:
        with tarfile.open(place, "r:gz") as tar:
            _extract(tar, folder)
        told = json.loads((folder / "sums.json").read_text())
        about = json.loads((folder / "about.json").read_text())
    except (OSError, EOFError, tarfile.TarError, ValueError) as problem:
        raise Unusable(f"{place} is not a whole backup: {problem}") from None
    for name, wanted in told["sums"].items():
        part = folder / name
        if not part.is_file() or hashlib.sha256(part.read_bytes()).hexdigest() != wanted:
            raise Unusable(f"{place}: {name} is damaged.")
    if about["format"] != FORMAT:
        raise Unusable(f"{place} has format {about['format']}; this release reads {FORMAT}.")
    if about["migrations"] != _migrations():
        raise Unusable("The backup is of another release: restore it with that one, then upgrade.")
    counts: dict[str, int] = told["counts"]
    return counts


def _insert(model: type[Model], part: Path, count: int) -> None:
    fields = model._meta.concrete_fields
    names = [each.attname for each in fields]
    made = 0
    for rows in _chunks(part):
        found = [
            model(**{name: field.to_python(value) for name, field, value in zip(names, fields, row, strict=True)})
            for row in rows
        ]
        # Raw: no field may change what was stored (secrets would be hashed again, times become now).
        model._base_manager._insert(found, fields=fields, using=connection.alias, raw=True)  # type: ignore[attr-defined]
        made += len(found)
    if made != count:
        raise Unusable(f"{model._meta.label}: {made} rows instead of {count}.")


def _chunks(part: Path) -> Iterator[list[list[Any]]]:
    unpack = msgspec.msgpack.Decoder().decode
    with part.open("rb") as table:
        rows: list[list[Any]] = []
        while size := table.read(4):
            rows.append(unpack(table.read(int.from_bytes(size, "big"))))
            if len(rows) == CHUNK:
                yield rows
                rows = []
        if rows:
            yield rows


def _place(parts: Path) -> None:
    """Uploads and keys to where they belong."""
    for kind, root in (("files", settings.MEDIA_ROOT), ("keys", settings.VAR_DIR)):
        for path in sorted((parts / kind).rglob("*")):
            if path.is_file():
                target = root / path.relative_to(parts / kind)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
                target.chmod(0o600 if kind == "keys" else settings.FILE_UPLOAD_PERMISSIONS)
