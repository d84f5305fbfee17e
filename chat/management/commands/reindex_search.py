"""``manage.py reindex_search``: build the token index again from the messages, in chunks, with progress.

Needed after an upgrade that cuts tokens in another way. Safe while the server runs. Stopped, it goes on where it was.
"""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from chat import search
from chat.models import Conversation, Entry, HandOver
from chat.rendering import MESSAGE


class Command(BaseCommand):
    """Goes through the conversations by id and through each by seq; the place reached is kept in a file."""

    help = "Build the search index again. Goes on where the last run stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options."""
        parser.add_argument("--chunk", type=int, default=1000, help="Messages in one transaction.")
        parser.add_argument("--from-the-start", action="store_true", help="Forget where the last run stopped.")
        parser.add_argument("--stop-after", type=int, default=0, help="Stop after so many chunks.")

    def handle(self, *args: Any, chunk: int, from_the_start: bool, stop_after: int, **options: Any) -> None:
        """Index every message, chunk by chunk."""
        kept = Path(settings.VAR_DIR) / "reindex_search.json"
        conversation, seq, done = 0, 0, 0
        if kept.exists() and not from_the_start:
            conversation, seq, done = json.loads(kept.read_text())
            self.stdout.write(f"Going on after message {seq} of conversation {conversation}.")
        total = Entry.objects.filter(type=MESSAGE).count()
        chunks = 0
        while True:
            messages = list(
                Entry.objects.filter(type=MESSAGE, conversation_id=conversation, seq__gt=seq).order_by("seq")[:chunk]
            )
            if not messages:
                following = Conversation.objects.filter(pk__gt=conversation).order_by("pk").values_list("pk", flat=True)
                if (found := following.first()) is None:
                    break
                conversation, seq = found, 0
                continue
            seq = self._index(messages)
            done += len(messages)
            kept.write_text(json.dumps([conversation, seq, done]))
            self.stdout.write(f"{done} of {total} messages; conversation {conversation}, seq {seq}")
            chunks += 1
            if chunks == stop_after:
                return
        kept.unlink(missing_ok=True)
        self.stdout.write(self.style.SUCCESS(f"Done: {done} of {total} messages."))

    def _index(self, messages: list[Entry]) -> int:
        """One transaction. Its lock keeps the listener of the same conversation out, and the rows are read again inside
        it: an edit that comes in between is then seen here or indexed after.
        """
        last = messages[-1]
        with transaction.atomic():
            list(HandOver.objects.select_for_update().filter(conversation_id=last.conversation_id))
            search.index(messages)
        return last.seq
