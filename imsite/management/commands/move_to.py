"""``manage.py move_to DATABASE_URL``: everything in this database into another, empty one: from SQLite to PostgreSQL."""

import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from imsite import backup


class Command(BaseCommand):
    """Stop the server first: what is written to the old database after this is not in the new one."""

    help = "Copy everything into another, empty database. Uploads and keys stay where they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("database_url", help="postgres://user:password@host:5432/name")

    def handle(self, *args: Any, database_url: str, **options: Any) -> None:
        """A backup, and a restore by a process whose database is the other one."""
        with tempfile.TemporaryDirectory(prefix="parley-move-") as folder:
            file = Path(folder) / "all"
            backup.write(file, lambda _: None)
            done = subprocess.run(  # noqa: S603 - our own program, its argument is a file made here
                [sys.executable, str(settings.BASE_DIR / "manage.py"), "restore", "--without-files", str(file)],
                env={**os.environ, "DATABASE_URL": database_url, "PARLEY_DB_POOL": "0"},
                check=False,
                capture_output=True,
                text=True,
            )
        if done.returncode:
            raise CommandError(done.stderr.strip()[-2_000:])
        self.stdout.write(done.stdout.strip())
        self.stdout.write("Now set DATABASE_URL for the server and start it.")
