"""Taking back what a device shows: the message was read on another one, or recalled.

Only the newest notification of a conversation is in sight, so only that one costs a request.
"""

from collections.abc import Collection, Sequence

from django.db.models import Exists, Max, OuterRef, Q
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


def take_back_what_was_read_meanwhile(sent: Sequence[int]) -> None:
    """These were just sent; whoever read one while it was on its way sees it go. The sweep hands it to a worker."""
    if not sent:
        return
    seats = Membership.objects.filter(
        user=OuterRef("user"), conversation=OuterRef("conversation"), read_number__gte=OuterRef("number")
    )
    seen = PushDelivery.objects.filter(Exists(seats), pk__in=sent, state=State.SENT).order_by()
    for user, conversation, number in seen.values_list("user", "conversation").annotate(Max("number")):
        read(user=user, conversation=conversation, read_number=number)


def _begin(ids: Sequence[int]) -> None:
    PushDelivery.objects.filter(pk__in=ids, state=State.SENT).update(
        state=State.WITHDRAWING, next_at=timezone.now(), handed_at=None, attempts=0
    )
