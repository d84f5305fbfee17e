"""``manage.py changepassword NAME``: in place of Django's own, which would save the password past the service."""

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import selectors
from accounts.actor import SYSTEM
from accounts.services import users
from protocol import errors


class Command(BaseCommand):
    """Asks twice at a terminal; reads one line from a pipe."""

    help = "Set a person's password. All devices of the person are signed out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose."""
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask and set."""
        try:
            user = selectors.get_user_named(options["username"])
            users.set_password(actor=SYSTEM, user=user, password=self._ask())
        except errors.ParleyError as problem:
            raise CommandError(problem.message) from None
        self.stdout.write(f"Password of {user.username} changed; all devices are signed out.")

    def _ask(self) -> str:
        if not sys.stdin.isatty():
            return sys.stdin.readline().rstrip("\n")
        first = getpass.getpass("New password: ")
        if first != getpass.getpass("Again: "):
            raise CommandError("The two are not the same.")
        return first
