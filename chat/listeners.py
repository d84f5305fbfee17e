"""What chat itself does after a commit: keep the search index true, and let people follow the threads they are in."""

from collections.abc import Sequence

from chat import search
from chat.models import Entry
from chat.registry import listens
from chat.services import polls, threads


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
