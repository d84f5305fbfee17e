"""``manage.py backup FILE``: rows, uploads and keys in one file, while the server runs."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from imsite import backup


class Command(BaseCommand):
    """Writes a new file, readable by its owner only, that appears when it is complete."""

    help = "Write the whole installation into one file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write it."""
        backup.write(file, self.stdout.write)
