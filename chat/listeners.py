"""What chat itself does after a commit: keep the search index true, follow threads, look up what links lead to."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from chat import search
from chat.models import Entry
from chat.registry import listens
from chat.services import polls, previews, threads
from chat.tasks import preview

#: A link older than this is read by nobody who waits for a preview.
LONG_AGO = timedelta(hours=1)


@listens("message.created", "message.edited", "message.recalled")
def index_for_search(entries: Sequence[Entry]) -> None:
    """Index what was said and changed, forget what was recalled."""
    search.index(entries)


@listens("message.created", "message.recalled")
def follow_threads(entries: Sequence[Entry]) -> None:
    """Who speaks in a thread, or is spoken to, follows it."""
    threads.take_in(entries)


@listens("message.recalled")
def forget_polls(entries: Sequence[Entry]) -> None:
    """A recalled poll leaves neither its question nor its votes."""
    polls.forget(entries[0].conversation_id, [each.target for each in entries])


@listens("message.created", "message.edited")
def look_up_links(entries: Sequence[Entry]) -> None:
    """Let a worker find out what new links lead to; of what was said long ago (imported, or found late) nothing."""
    young = [entry for entry in entries if timezone.now() - entry.at < LONG_AGO]
    for conversation, seq in previews.find_wanted(young):
        transaction.on_commit(partial(preview.delay, conversation, seq), robust=True)


@listens("message.recalled")
def forget_previews(entries: Sequence[Entry]) -> None:
    """What the links of a recalled message led to is gone with it."""
    previews.forget(entries)
