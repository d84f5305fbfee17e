"""``manage.py issue_token alice``: a token for an SDK or a script, printed once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import selectors
from accounts.services import tokens
from protocol import errors


class Command(BaseCommand):
    """Prints the token alone on standard output, so that a shell can catch it."""

    help = "Issue a bearer token for a person or bot and print it (once: only its hash is kept)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The user name, and what the device is called."""
        parser.add_argument("username")
        parser.add_argument("--device", default="Command line", help="name in the person's device list")
        parser.add_argument("--days", type=float, default=None, help="days until it expires (default: never)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue and print."""
        lifetime = timedelta(days=options["days"]) if options["days"] is not None else None
        try:
            user = selectors.get_user_named(options["username"])
            raw, token = tokens.issue(user=user, device_name=options["device"], lifetime=lifetime)
        except errors.ParleyError as problem:
            raise CommandError(problem.message) from None
        until = f"until {token.expires_at:%Y-%m-%d %H:%M} UTC" if token.expires_at else "until it is revoked"
        self.stderr.write(f"Token of {user.username}, device {token.device_id} ({options['device']}), valid {until}:")
        self.stdout.write(raw)
