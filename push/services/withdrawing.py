"""Taking back what a device shows: the message was read on another one, or recalled.

Only the newest notification of a conversation is in sight, so only that one costs a request.
"""

from collections.abc import Collection, Sequence

from django.db.models import Max, Q
from django.utils import timezone

from chat.models import Entry, Membership
from push.models import PushDelivery

State = PushDelivery.State


def read(*, user: int, conversation: int, read_number: int) -> list[int]:
    """``user`` has read up to there. Ids of deliveries that are now to be withdrawn."""
    shown = PushDelivery.objects.filter(user=user, conversation=conversation, state=State.SENT)
    newest = dict(shown.order_by().values_list("device").annotate(Max("number")))
    if not newest:
        return []
    in_sight = [device for device, number in newest.items() if number <= read_number]
    sights = Q()
    for device in in_sight:
        sights |= Q(device=device, number=newest[device])
    due = list(shown.filter(sights).values_list("pk", flat=True)) if in_sight else []
    _begin(due)
    rest = shown.filter(number__lte=read_number).exclude(pk__in=due)
    rest.update(state=State.WITHDRAWN, done_at=timezone.now())
    return due


def recalled(*, conversation: int, seqs: Collection[int]) -> list[int]:
    """These messages were recalled. Ids of deliveries that are now to be withdrawn."""
    shown = PushDelivery.objects.filter(conversation=conversation, seq__in=list(seqs), state=State.SENT)
    due = list(shown.values_list("pk", flat=True))
    _begin(due)
    return due


def reminded(*, user: int, conversation: int, places: Collection[tuple[int, int]]) -> list[int]:
    """These reminders are done with, or moved. Ids of deliveries that are now to be withdrawn."""
    shown = PushDelivery.objects.filter(user=user, conversation=conversation, state=State.SENT)
    seqs = dict(shown.values_list("seq", "pk"))
    entries = Entry.objects.filter(conversation=conversation, seq__in=list(seqs), type="reminder.changed")
    due = [seqs[each.seq] for each in entries if (each.body.get("target"), each.body.get("message")) in places]
    _begin(due)
    return due


def take_back_what_was_read_meanwhile(rows: Sequence[PushDelivery]) -> None:
    """Just sent; whoever read it while it was on its way sees it go. The sweep hands it to a worker."""
    if not rows:
        return
    seats = Membership.objects.filter(
        user__in={row.user_id for row in rows}, conversation__in={row.conversation_id for row in rows}
    )
    held = {(user, place): number for user, place, number in seats.values_list("user", "conversation", "read_number")}
    for row in rows:
        number = held.get((row.user_id, row.conversation_id), 0)
        if number >= row.number:
            read(user=row.user_id, conversation=row.conversation_id, read_number=number)


def _begin(ids: Sequence[int]) -> None:
    PushDelivery.objects.filter(pk__in=ids, state=State.SENT).update(
        state=State.WITHDRAWING, next_at=timezone.now(), handed_at=None, attempts=0
    )
