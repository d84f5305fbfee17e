"""Gateways with a bug on purpose: the checker must report each, or it proves nothing. ``python -m`` in place of manage.py.

The bug is named by PLANTED_BUG. This is the whole of it: the product knows nothing of planting.
"""

import itertools
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import django
from django.core.management import execute_from_command_line
from django.db import transaction
from django.db.models import F

django.setup()

from chat import relay, timeline  # noqa: E402 - after setup
from chat.models import Conversation  # noqa: E402
from chat.services import messages  # noqa: E402

#: One commit in so many goes wrong.
EVERY = 5


def ack_before_commit() -> None:
    """The answer goes out and the transaction does not stand: as when a gateway answers first and dies."""
    real, count = timeline.append, itertools.count(1)

    def commit(drafts: Sequence[Any]) -> list[Any]:
        if next(count) % EVERY:
            outcomes = real(drafts)
            messages.publish([each for outcome in outcomes for each in outcome.emitted])
            return outcomes
        with transaction.atomic():
            outcomes = real(drafts)
            transaction.set_rollback(True)
        return outcomes

    messages.commit = commit


def skipped_seq() -> None:
    """A position is handed out that nothing ever takes: as with a sequence that does not roll back."""
    real, count = timeline.append, itertools.count(1)

    def append(drafts: Sequence[Any]) -> list[Any]:
        outcomes = real(drafts)
        if not next(count) % EVERY:
            pks = {draft.conversation for draft in drafts}
            Conversation.objects.filter(pk__in=pks).update(last_seq=F("last_seq") + 1)
        return outcomes

    timeline.append = append


def doubled_delivery() -> None:
    """An event is published twice: as when a retry does not know that the first try arrived."""
    real, count = relay.publish, itertools.count(1)

    def publish(emitted: Iterable[Any]) -> None:
        told = list(emitted)
        real(told)
        if not next(count) % EVERY:
            real(told)

    relay.publish = publish


BUGS = {each.__name__: each for each in (ack_before_commit, skipped_seq, doubled_delivery)}

if __name__ == "__main__":
    BUGS[os.environ["PLANTED_BUG"]]()
    execute_from_command_line(["manage.py", *sys.argv[1:]])
