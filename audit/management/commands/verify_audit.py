"""``manage.py verify_audit``: is the log whole and unaltered? Names every row that is not. Exit code 1 when one is found."""

import json
import re
from argparse import ArgumentParser
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import chain, selectors

#: The lines that ``record`` leaves in the log of the process, in whatever dress that log gives them.
_ANCHOR = re.compile(r"\baudit (\d+) ([0-9a-f]{64})\b")


class Command(BaseCommand):
    """Checks the database, or an exported file; with anchors also against a log that was rewritten as a whole."""

    help = "Verify the audit log: the chain of digests, that nothing is missing, and that it ends where its head says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to check, and against what."""
        parser.add_argument("--file", type=Path, help="an export instead of the database")
        parser.add_argument("--anchors", type=Path, help='a kept process log with lines "audit SEQ DIGEST ACTION"')

    def handle(self, *args: Any, file: Path | None, anchors: Path | None, **options: Any) -> None:
        """Check, and say what was found."""
        try:
            noted = _anchors(anchors) if anchors else {}
            records, head = _exported(file) if file else _stored()
        except (OSError, ValueError, KeyError) as problem:
            raise CommandError(f"This cannot be read: {problem}") from None
        found = 0
        for finding in chain.check(self._counted(records, head[0]), head=head, anchors=noted):
            found += 1
            self.stdout.write(f"record {finding.seq}: {finding.what}")
        if found:
            raise CommandError(f"{found} thing(s) wrong with the audit log")
        against = f", {len(noted):,} anchors agree" if noted else ""
        self.stdout.write(f"{head[0]:,} records, whole and unaltered{against}. The last digest: {head[1]}")

    def _counted(self, records: Iterator[dict[str, Any]], head: int) -> Iterator[dict[str, Any]]:
        for told in records:
            if told["seq"] % 50_000 == 0:
                self.stderr.write(f"  {told['seq']:,} of {head:,}")
            yield told


def _stored() -> tuple[Iterator[dict[str, Any]], tuple[int, str]]:
    head = selectors.get_head()
    return selectors.iterate(until=2**62), head


def _exported(file: Path) -> tuple[Iterator[dict[str, Any]], tuple[int, str]]:
    with file.open(encoding="utf-8") as lines:
        last = deque(lines, maxlen=1)
    told = json.loads(last[0]) if last else {}
    head = int(told["head"]), str(told["digest"])
    return _lines(file), head


def _lines(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            told = json.loads(line)
            if "head" not in told:
                yield told


def _anchors(file: Path) -> dict[int, str]:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return {int(each[1]): each[2] for line in lines for each in _ANCHOR.finditer(line)}
