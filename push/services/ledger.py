"""What an operator does to deliveries by hand: try dead ones again, give waiting ones up. Recorded in the audit log."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.actor import Actor
from audit.services.recording import Target, record
from protocol.errors import Forbidden
from push.models import Mail, PushDelivery

State = PushDelivery.State


def resume(*, actor: Actor, ids: Collection[int]) -> int:
    """Try dead deliveries again, from the first attempt. How many those were. Raises Forbidden."""
    _require_staff(actor)
    with transaction.atomic():
        dead = PushDelivery.objects.filter(pk__in=ids, state=State.DEAD)
        count = dead.update(
            state=State.WAITING, reason="resumed", attempts=0, next_at=timezone.now(), handed_at=None, done_at=None
        )
        if count:
            record(actor, "push.resumed", Target("push", min(ids), f"{count} deliveries"))
    return count


def give_up(*, actor: Actor, ids: Collection[int]) -> int:
    """Let waiting deliveries be dead letters. How many those were. Raises Forbidden."""
    _require_staff(actor)
    with transaction.atomic():
        waiting = PushDelivery.objects.filter(pk__in=ids, state__in=PushDelivery.OPEN)
        # Without its claim, what a worker is about to note about it comes too late.
        count = waiting.update(state=State.DEAD, claim="", answer="Given up by hand.", done_at=timezone.now())
        if count:
            record(actor, "push.given_up", Target("push", min(ids), f"{count} deliveries"))
    return count


def resume_letters(*, actor: Actor, ids: Collection[int]) -> int:
    """Write dead letters again, unless a newer one of the kind waits. How many those were. Raises Forbidden."""
    _require_staff(actor)
    with transaction.atomic():
        waiting = Mail.objects.filter(user=OuterRef("user"), kind=OuterRef("kind"), state=Mail.State.WAITING)
        dead = Mail.objects.filter(pk__in=ids, state=Mail.State.DEAD).exclude(Exists(waiting))
        chosen: dict[tuple[int, str], int] = {(each.user_id, each.kind): each.pk for each in dead.order_by("pk")}
        count = Mail.objects.filter(pk__in=list(chosen.values())).update(
            state=Mail.State.WAITING, attempts=0, next_at=timezone.now(), handed_at=None, done_at=None
        )
        if count:
            record(actor, "push.resumed", Target("push", min(ids), f"{count} letters"))
    return count


def _require_staff(actor: Actor) -> None:
    if not (actor.staff or actor.is_system):
        raise Forbidden("Only administrators may do that.", details={"rule": "staff"})
