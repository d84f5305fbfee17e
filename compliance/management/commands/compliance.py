"""``manage.py compliance …``: legal holds, retention, erasing a person, personal data, eDiscovery, checking an export."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actor import SYSTEM
from accounts.selectors import get_user_named
from compliance.models import LegalHold
from compliance.services import archive, erasing, exporting, holds, retention
from protocol.errors import ParleyError


class Command(BaseCommand):
    """Each act is recorded as done by the server itself."""

    help = "Legal holds, retention, erasure, personal data and eDiscovery exports."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One subcommand for each act."""
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("holds", help="list the holds that stand")
        hold = acts.add_parser("hold", help="let nothing of a person or a conversation go")
        hold.add_argument("--user", default="")
        hold.add_argument("--conversation", type=int, default=0)
        hold.add_argument("--reason", required=True)
        release = acts.add_parser("release", help="end a hold")
        release.add_argument("hold", type=int)
        release.add_argument("--reason", required=True)
        rule = acts.add_parser("retain", help="days after which messages go; 0: never")
        rule.add_argument("days", type=int)
        rule.add_argument("--conversation", type=int, default=0, help="default: the whole server")
        acts.add_parser("sweep", help="take what is too old, now")
        erase = acts.add_parser("erase", help="erase a person")
        erase.add_argument("user")
        erase.add_argument("--words", action="store_true", help="what the person said, too")
        erase.add_argument("--reason", required=True)
        person = acts.add_parser("export-person", help="a person's own data, as a ZIP file")
        person.add_argument("user")
        person.add_argument("file", type=Path)
        found = acts.add_parser("ediscovery", help="messages of conversations or people, as a ZIP file")
        found.add_argument("file", type=Path)
        found.add_argument("--conversation", type=int, action="append", default=[])
        found.add_argument("--user", action="append", default=[])
        found.add_argument("--since", type=datetime.fromisoformat, default=None)
        found.add_argument("--until", type=datetime.fromisoformat, default=None)
        found.add_argument("--reason", required=True)
        acts.add_parser("check", help="compare an export with its manifest").add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say what came of it."""
        try:
            self.stdout.write(getattr(self, f"_{options['act'].replace('-', '_')}")(options))
        except ParleyError as problem:
            raise CommandError(problem.message) from None
        except OSError as problem:
            raise CommandError(str(problem)) from None

    def _holds(self, options: dict[str, Any]) -> str:
        rows = LegalHold.objects.filter(released_at=None).order_by("pk")
        return "\n".join(f"{each.pk}: {each}, since {each.at:%Y-%m-%d}: {each.reason}" for each in rows) or "None."

    def _hold(self, options: dict[str, Any]) -> str:
        user = get_user_named(options["user"]).pk if options["user"] else 0
        made = holds.place(actor=SYSTEM, reason=options["reason"], user=user, conversation=options["conversation"])
        return f"Hold {made.pk} is upon {made}."

    def _release(self, options: dict[str, Any]) -> str:
        holds.release(actor=SYSTEM, hold=options["hold"], reason=options["reason"])
        return "Released."

    def _retain(self, options: dict[str, Any]) -> str:
        return str(retention.set_rule(actor=SYSTEM, days=options["days"], conversation=options["conversation"]))

    def _sweep(self, options: dict[str, Any]) -> str:
        while not retention.sweep():
            self.stdout.write("…")
        return "Swept."

    def _erase(self, options: dict[str, Any]) -> str:
        user = get_user_named(options["user"]).pk
        gone = erasing.erase(actor=SYSTEM, user=user, reason=options["reason"], words=options["words"])
        return f"Person {user} is erased; {gone} messages went."

    def _export_person(self, options: dict[str, Any]) -> str:
        user = get_user_named(options["user"]).pk
        return f"sha256 {exporting.export_person(actor=SYSTEM, user=user, place=options['file'])}"

    def _ediscovery(self, options: dict[str, Any]) -> str:
        since, until = (
            each and (each if each.tzinfo else each.replace(tzinfo=UTC))
            for each in (options["since"], options["until"])
        )
        users = tuple(get_user_named(each).pk for each in options["user"])
        scope = exporting.Scope(tuple(options["conversation"]), users, since, until)
        digest = exporting.export_ediscovery(actor=SYSTEM, scope=scope, reason=options["reason"], place=options["file"])
        return f"sha256 {digest}"

    def _check(self, options: dict[str, Any]) -> str:
        if wrong := archive.check(options["file"]):
            raise CommandError("\n".join(wrong))
        return "Whole: every part is as the manifest says."
