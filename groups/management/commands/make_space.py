"""``manage.py make_space "Everybody" --owner alice --members 1000000``: a large space, for trials and measurements."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import selectors
from accounts.actor import Actor
from groups.services import roles
from groups.services.spaces import access, channels, crowding, making
from protocol.errors import ParleyError


class Command(BaseCommand):
    """Its people can never sign in; the owner is somebody who is there."""

    help = "Make a space with a crowd in it, two roles, a public and a private channel, and print their ids."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What it is called, whose it is, how many are in it."""
        parser.add_argument("title")
        parser.add_argument("--owner", required=True, help="user name")
        parser.add_argument("--members", type=int, default=1_000_000)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say how far it is."""
        began, count = time.monotonic(), options["members"]
        try:
            user = selectors.get_user_named(options["owner"])
            owner = Actor(user=user.pk, name=user.name)
            space = making.create(actor=owner, title=options["title"]).pk
            for made in crowding.crowd(space=space, count=count):
                self.stdout.write(f"  {time.monotonic() - began:5.1f} s  {made:,} of {count:,} members")
                self.stdout.flush()
            host, guest = (roles.put(actor=owner, conversation=space, name=name) for name in ("Host", "Guest"))
            general = channels.create(actor=owner, space=space, wish=channels.Wish(title="general"))
            hosts = channels.create(actor=owner, space=space, wish=channels.Wish(title="hosts", private=True))
            access.set_role(actor=owner, channel=hosts, role=host, allowed=True)
        except ParleyError as problem:
            raise CommandError(problem.message) from None
        self.stdout.write(f"space {space} general {general} hosts {hosts} host {host} guest {guest}")
