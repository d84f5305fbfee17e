"""A person's own facts: one entry of the personal timeline, and forgetting what an earlier one said.

Decides nothing. Inside the transaction of the service that decided, after it locked the timeline with ``begin``.
"""

from typing import Any

from accounts.actor import SYSTEM
from chat import timeline
from chat.models import Entry
from chat.timeline import Draft, Outcome, personal


def begin(user: int) -> int:
    """The person's personal conversation, locked: before any other row, which is the order in which ``append`` locks."""
    found = personal.ensure([user])[user]
    timeline.lock([found])
    return found


def tell(user: int, conversation: int, kind: str, **fields: Any) -> Outcome:
    """A ``kind`` entry in ``user``'s personal ``conversation``; ``outcome.emitted`` is to be published."""
    draft = Draft(actor=SYSTEM, sender=user, conversation=conversation, type=kind, fields=fields)
    [outcome] = timeline.append([draft])
    if outcome.error is not None:
        raise outcome.error
    return outcome


def empty(conversation: int, seq: int, *, keep: tuple[str, ...]) -> None:
    """Forget what the entry at ``seq`` said, but for the fields in ``keep``: a later entry says something else.

    So a text that was saved a hundred times while it was written is stored once. The entry itself stays: positions have
    no gaps. Who replays the timeline sees the fact emptied and then, at the later seq, as it is now.
    """
    entry = Entry.objects.filter(conversation_id=conversation, seq=seq).first() if seq else None
    if entry is not None:
        entry.body = {name: entry.body[name] for name in keep if name in entry.body}
        entry.save(update_fields=["body"])
