"""Takes somebody's second factors away: for the administrator who lost the phone and the recovery codes too."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actor import SYSTEM
from accounts.selectors import get_user_named
from identity.services import factors
from protocol.errors import NotFound


class Command(BaseCommand):
    """``manage.py reset_factors USERNAME``."""

    help = "Take the second factors of a person away; recorded as the server's act."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and say how many there were."""
        try:
            user = get_user_named(options["username"])
        except NotFound as problem:
            raise CommandError(problem.message) from None
        self.stdout.write(f"{factors.reset(actor=SYSTEM, user=user)} second factors of {user} are gone.")
