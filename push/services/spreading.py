"""From committed messages to deliveries: who is to be told, chunk by chunk, without ever loading all members.

Idempotent: a delivery is there once for each message and device, whatever is run twice.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat.models import Conversation, Entry
from chat.policy.channels import is_channel
from push import conf, selectors
from push.decision import Message, decide
from push.models import PushDelivery, Spreading


def announce(entries: Sequence[Entry]) -> tuple[list[int], bool]:
    """Take in messages of one conversation. Ids of deliveries that are due now, and whether chunks are left to spread."""
    conversation = Conversation.objects.get(pk=entries[0].conversation_id)
    if conversation.kind == Conversation.Kind.PERSONAL:
        return [], False
    messages = [selectors.message_of(each, conversation) for each in entries]
    if conversation.member_count > conf.SPREAD_AT_ONCE:
        rows = [Spreading(conversation=conversation, seq=each.seq) for each in messages]
        Spreading.objects.bulk_create(rows, ignore_conflicts=True)
        return [], True
    due, after = _spread(conversation, messages, 0)
    while after:
        more, after = _spread(conversation, messages, after)
        due += more
    return due, False


def remind(entries: Sequence[Entry]) -> list[int]:
    """Reminders of one person whose time has come, each by itself. Ids of deliveries that are due now."""
    conversation = Conversation.objects.get(pk=entries[0].conversation_id)
    due: list[int] = []
    for entry in entries:
        due += _spread(conversation, [selectors.message_of(entry, conversation)], 0)[0]
    return due


def spread_next() -> tuple[list[int], bool]:
    """One chunk of the oldest message that waits; deliveries that are due now, and whether something is left."""
    with transaction.atomic():
        row = (
            Spreading.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("conversation")
            .order_by("pk")
            .first()
        )
        if row is None:
            return [], False
        entry = selectors.get_entries([(row.conversation_id, row.seq)]).get((row.conversation_id, row.seq))
        due: list[int] = []
        after = 0
        if entry is not None:
            due, after = _spread(row.conversation, [selectors.message_of(entry, row.conversation)], row.after)
        if after:
            row.after = after
            row.save(update_fields=["after"])
        else:
            row.delete()
        return due, True


def _spread(conversation: Conversation, messages: Sequence[Message], after: int) -> tuple[list[int], int]:
    """Deliveries of one chunk of people: four queries. Of several messages a device is told the newest alone."""
    now = timezone.now()
    candidates, last = selectors.find_candidates(
        conversation, urgent=any(each.urgent for each in messages), now=now, after=after, limit=conf.SPREAD_CHUNK
    )
    if not after and is_channel(conversation) and (named := {user for each in messages for user in each.mentions}):
        candidates += selectors.find_named(conversation, named)
    rows = [row for each in candidates for row in _of_device(conversation, messages, each, now)]
    if not rows:
        return [], last
    PushDelivery.objects.bulk_create(rows, ignore_conflicts=True)
    due = [row for row in rows if row.handed_at]
    if not due:
        return [], last
    ids = PushDelivery.objects.filter(
        conversation=conversation,
        seq__in={row.seq for row in due},
        device__in={row.device_id for row in due},
        state=PushDelivery.State.WAITING,
        next_at__lte=now,
    )
    return list(ids.values_list("pk", flat=True)), last


def _of_device(
    conversation: Conversation, messages: Sequence[Message], candidate: selectors.Candidate, now: datetime
) -> list[PushDelivery]:
    person = candidate.told.person
    found = [(message, decide(message, person, now)) for message in messages]
    wanted = [(message, verdict) for message, verdict in found if verdict.action != "not"]
    newest = wanted[-1][0].seq if wanted else 0
    return [
        PushDelivery(
            user_id=person.user,
            device_id=candidate.device,
            provider=candidate.provider,
            conversation=conversation,
            seq=message.seq,
            number=message.number,
            created_at=now,
            **(
                {"reason": verdict.reason, "next_at": verdict.at or now, "handed_at": None if verdict.at else now}
                if message.seq == newest
                else {"state": PushDelivery.State.SKIPPED, "reason": "newer", "done_at": now}
            ),
        )
        for message, verdict in wanted
    ]


def is_waiting() -> bool:
    """Whether a message is left to spread."""
    return Spreading.objects.exists()
