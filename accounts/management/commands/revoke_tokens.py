"""``manage.py revoke_tokens leaked.txt``: ends every token of this server that the text holds, whoever's they are."""

import sys
from argparse import ArgumentParser, FileType
from typing import Any

from django.core.management.base import BaseCommand

from accounts.actor import SYSTEM
from accounts.services import leaks


class Command(BaseCommand):
    """Reads any text: a log, a diff, a scanner's report."""

    help = (
        "End every token found in a text (default: standard input). They are refused at once, sockets cut within 5 s."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The text."""
        parser.add_argument("file", nargs="?", type=FileType(encoding="utf-8", errors="replace"), default=sys.stdin)

    def handle(self, *args: Any, **options: Any) -> None:
        """Find, end, count."""
        with options["file"] as text:
            found = leaks.find(text.read())
        ended = leaks.revoke(actor=SYSTEM, leaked=found)
        self.stdout.write(f"{len(found)} tokens found, {ended} were alive and are ended.")
