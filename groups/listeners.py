"""What governance does after a commit: messages with words that flag go into the moderators' queue."""

from collections.abc import Sequence

from chat.models import Entry
from chat.registry import listens
from groups.services import reports


@listens("message.created", "message.edited")
def flag_words(entries: Sequence[Entry]) -> None:
    """Look for the words of lists that flag."""
    reports.flag(entries)
