"""Why did I (not) get it? Per device: what was decided and what became of it, or what the rules say when nothing was kept."""

from dataclasses import dataclass
from datetime import datetime

from accounts.actor import Actor
from accounts.models import PushSubscription
from chat.selectors import get_seat
from protocol.errors import NotFound
from push import selectors, words
from push.decision import decide
from push.models import PushDelivery


@dataclass(frozen=True, slots=True)
class Trace:
    """One device. ``kept``: from the ledger; otherwise what the rules say of it now, and ``state`` is "none"."""

    device: int
    device_name: str
    provider: str
    state: str
    reason: str
    explanation: str
    kept: bool
    attempts: int = 0
    answer: str = ""
    created_at: datetime | None = None
    done_at: datetime | None = None


def explain(*, actor: Actor, conversation: int, seq: int) -> list[Trace]:
    """The actor's own devices, for one message. Raises Forbidden not_a_member, NotFound."""
    seat = get_seat(actor.user, conversation)
    entry = selectors.get_entries([(conversation, seq)]).get((conversation, seq))
    if entry is None or entry.number is None or seq < seat.history_from:
        raise NotFound("There is no such message.")
    told = selectors.find_people([(seat.conversation, actor.user)])[conversation, actor.user]
    rows = PushDelivery.objects.filter(conversation=conversation, seq=seq, user=actor.user).select_related("device")
    found = [_kept(row, chinese=told.chinese) for row in rows.order_by("device")]
    there = PushSubscription.objects.filter(device__user=actor.user, device__revoked_at__isnull=True)
    message = selectors.message_of(entry, seat.conversation)
    verdict = decide(message, told.person, entry.at)
    for each in there.exclude(device__in=[row.device for row in found]).select_related("device").order_by("device"):
        reason = verdict.reason
        sentence = words.explain(reason, chinese=told.chinese)
        found.append(Trace(each.device_id, each.device.name, each.provider, "none", reason, sentence, kept=False))
    if not found:
        sentence = words.explain("no_device", chinese=told.chinese)
        found.append(Trace(0, "", "", "none", "no_device", sentence, kept=False))
    return found


def _kept(row: PushDelivery, *, chinese: bool) -> Trace:
    return Trace(
        device=row.device_id,
        device_name=row.device.name,
        provider=row.provider,
        state=row.state,
        reason=row.reason,
        explanation=words.explain(row.reason, chinese=chinese),
        kept=True,
        attempts=row.attempts,
        answer=row.answer,
        created_at=row.created_at,
        done_at=row.done_at,
    )
