"""``manage.py restore FILE``: an empty installation becomes the one that was backed up, on either database."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from imsite import backup


class Command(BaseCommand):
    """Migrates first. Refuses where there are people or files, and a file that is damaged or of another release."""

    help = "Restore a backup into an empty installation."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--without-files", action="store_true", help="rows only; uploads and keys are in place")

    def handle(self, *args: Any, file: Path, without_files: bool, **options: Any) -> None:
        """Restore it."""
        call_command("migrate", interactive=False, verbosity=0)
        try:
            backup.read(file, files=not without_files, say=self.stdout.write)
        except backup.Unusable as problem:
            raise CommandError(str(problem)) from None
