"""What push does after a commit: deliveries for messages, withdrawals for what was read or recalled. Rows, no calls."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from chat.models import Entry
from chat.registry import listens
from push import conf, selectors
from push.services import mailing, spreading, withdrawing
from push.tasks import hand_out, spread


@listens("message.created")
def push(entries: Sequence[Entry]) -> None:
    """Deliveries for whoever is to be told; of what was said long ago (imported, or found late) nothing."""
    oldest = timezone.now() - timedelta(seconds=conf.TTL_SECONDS)
    young = [entry for entry in entries if entry.at > oldest]
    if not young:
        return
    due, more = spreading.announce(young)
    if due:
        transaction.on_commit(partial(hand_out, due), robust=True)
    if more:
        transaction.on_commit(spread.delay, robust=True)


@listens("message.created")
def write_letters(entries: Sequence[Entry]) -> None:
    """A letter for whom it was said to, once it stays unread."""
    oldest = timezone.now() - timedelta(seconds=conf.TTL_SECONDS)
    young = [entry for entry in entries if entry.at > oldest]
    if young:
        mailing.announce(young)


@listens("setting.changed")
def plan_summaries(entries: Sequence[Entry]) -> None:
    """The next summary when the person chose anew."""
    for user in {entry.sender_id for entry in entries if entry.body.get("name") == "mail" and entry.sender_id}:
        mailing.plan(user)


@listens("read.moved")
def take_back_what_is_read(entries: Sequence[Entry]) -> None:
    """Read on one device: gone from the others."""
    furthest: dict[tuple[int, int], int] = {}
    for entry in entries:
        if entry.sender_id:
            place = entry.sender_id, int(entry.body["target"])
            furthest[place] = max(furthest.get(place, 0), int(entry.body["read_number"]))
    for (user, conversation), number in furthest.items():
        due = withdrawing.read(user=user, conversation=conversation, read_number=number)
        if due:
            transaction.on_commit(partial(hand_out, due), robust=True)


@listens("reminder.changed")
def remind(entries: Sequence[Entry]) -> None:
    """Reminders that are due go to the person's devices; those done with or moved go from them."""
    user, conversation = entries[0].sender_id, entries[0].conversation_id
    if user is None:
        return
    over = {(each.body["target"], each.body["message"]) for each in entries if each.body.get("state") != "due"}
    due = withdrawing.reminded(user=user, conversation=conversation, places=over) if over else []
    if told := [entry for entry in entries if selectors.is_due(entry)]:
        due += spreading.remind(told)
    if due:
        transaction.on_commit(partial(hand_out, due), robust=True)


@listens("message.recalled")
def take_back_what_is_recalled(entries: Sequence[Entry]) -> None:
    """Recalled: gone from locked screens too."""
    due = withdrawing.recalled(conversation=entries[0].conversation_id, seqs=[each.target for each in entries])
    if due:
        transaction.on_commit(partial(hand_out, due), robust=True)
