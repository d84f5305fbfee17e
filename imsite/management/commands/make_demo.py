"""``manage.py make_demo``: a company to look at: 2,000 people, groups, weeks of history, and four sign-ins."""

import time
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from imsite.demo import access, company, history, people, scripts, showing


class Command(BaseCommand):
    """Only in an empty database, or in one that holds this company already; then a second run only says the sign-ins."""

    help = "Make the demo company (once) and print its sign-ins."

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, then say who can sign in."""
        if not company.is_made_here() and not company.is_empty():
            self.stdout.write("There are people here already: no demo company was made.")
            return
        began = time.monotonic()
        owner = company.owner()
        if owner is None or not history.is_complete(owner):
            self._make(began)
        secret, source = access.password()
        access.grant(secret)
        names = ", ".join(access.SIGN_INS[:-1])
        self.stdout.write(f"Sign in as {names} or {access.SIGN_INS[-1]} (administration: /admin/).")
        self.stdout.write(f"Password: {secret}   ({source})")

    def _make(self, began: float) -> None:
        def say(text: str) -> None:
            self.stdout.write(f"  {time.monotonic() - began:4.1f} s  {text}")
            self.stdout.flush()

        self.stdout.write("Making the demo company …")
        ids = company.make()
        say(f"{len(ids):,} people")
        now = timezone.now()
        places = scripts.read(now)
        told = {place.key: history.open_place(place, ids) for place in places}
        say(f"{len(places)} conversations, the largest with {len(ids):,} members")
        written = history.tell(scripts.in_order(places), told, ids)
        say(f"{written:,} messages, reactions and edits of several weeks")
        named = {each.username for each in people.read()[1] if not each.is_bot}
        history.read_positions(places, told, ids, named)
        for place in places:
            if place.everybody:
                history.appoint(place, told[place.key], ids)
        say("who has read what")
        showing.show(told, ids, now)
        company.say_where(ids, now)
        say("a pin, a thread, an urgent message, a voice, a poll, a forward")
        history.index(told.values())
        history.complete(ids["admin"])
        say("search finds it all")
