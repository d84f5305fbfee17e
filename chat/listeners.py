"""What chat itself does after a commit: keep the search index true."""

from collections.abc import Sequence

from chat import search
from chat.models import Entry
from chat.registry import listens


@listens("message.created", "message.edited", "message.recalled")
def index_for_search(entries: Sequence[Entry]) -> None:
    """Index what was said and changed, forget what was recalled."""
    search.index(entries)
