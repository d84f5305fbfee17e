"""``manage.py export_audit FILE``: the whole log as JSON lines, which ``verify_audit --file`` checks anywhere."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from audit import selectors


class Command(BaseCommand):
    """One record a line, and the head as the last line. Written beside and renamed: never half a file."""

    help = "Write the audit log to a file, one JSON object a line, the head last."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to."""
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Write it."""
        head, digest = selectors.get_head()
        beside = file.with_name(file.name + ".part")
        with beside.open("w", encoding="utf-8") as out:
            for told in selectors.iterate(until=head):
                out.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")
                if told["seq"] % 10_000 == 0:
                    self.stderr.write(f"  {told['seq']:,} of {head:,}")
            out.write(json.dumps({"head": head, "digest": digest}) + "\n")
        beside.rename(file)
        self.stdout.write(f"{head:,} records in {file}")
