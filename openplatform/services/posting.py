"""Posting what waits for one subscription: in order per conversation, one worker at a time, until it fails or is done.

A failed delivery holds back its conversation alone; after some failures in a row nothing is tried for a while (the
circuit), and the first success lets all that waits go on. A worker that dies leaves a lease that runs out: what it had
in hand is posted again under the same id.
"""

import random
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from django.db.models import Q
from django.utils import timezone
from prometheus_client import Counter

from accounts.actor import SYSTEM
from chat.services import messages
from chat.timeline import personal
from openplatform import conf, selectors
from openplatform.dialects.envelope import Envelope, encode
from openplatform.models import DeliveryAttempt, EventSubscription, WebhookDelivery
from openplatform.services import deliveries, slack_events, subscriptions, wires

#: Pauses after each failure of one delivery, in seconds; spread by a fifth so that a recovering endpoint is not hit at once.
PAUSES: tuple[float, ...] = (15, 60, 300, 1800, 7200, 21_600, 43_200)
#: Failures in a row that open the circuit, and its pauses: 15 s doubled, ten minutes at most.
TRIP, CLOSED, LONGEST = EventSubscription.TRIP, 15.0, 600.0
#: A lease outlives one attempt by far; it is renewed with each.
LEASE = timedelta(seconds=30)
#: Seconds that one turn may take before another subscription gets the thread.
TURN = timedelta(seconds=20)
#: The longest Retry-After that is believed.
WAIT_AT_MOST = 3600
#: Without a success for so long, it is disabled and its owner told.
DISABLE_AFTER = timedelta(hours=24)

POSTS = Counter("parley_webhook_posts_total", "Events posted to apps' addresses, by outcome.", ["outcome"])

Post = Callable[[EventSubscription, str, bytes], wires.Tried]


def run(*, subscription: int, post: Post | None = None) -> bool:
    """One turn. Whether something that is due was left."""
    post = post or wires.post
    row = _claim(subscription)
    if row is None:
        return False
    until = timezone.now() + TURN
    try:
        while timezone.now() < until and (due := _next(row)):
            if not _deliver(row, due, post):
                break
            EventSubscription.objects.filter(pk=row.pk).update(busy_until=timezone.now() + LEASE)
    finally:
        EventSubscription.objects.filter(pk=row.pk).update(busy_until=None)
    return bool(_next(row)) and row.state == row.State.ACTIVE and not _is_closed(row)


def _claim(subscription: int) -> EventSubscription | None:
    """The row with its lease, or None: somebody has it, or the circuit is open, or it is not active."""
    now = timezone.now()
    row = EventSubscription.objects.select_related("app").filter(pk=subscription).first()
    if row is None or not selectors.live_installations().filter(app=row.app_id).exists():
        return None
    free = EventSubscription.objects.filter(
        Q(busy_until=None) | Q(busy_until__lte=now),
        Q(closed_until=None) | Q(closed_until__lte=now),
        pk=subscription,
        state=EventSubscription.State.ACTIVE,
    )
    if not free.update(busy_until=now + LEASE):
        return None
    return EventSubscription.objects.select_related("app").get(pk=subscription)


def _next(row: EventSubscription) -> WebhookDelivery | None:
    """The first that waits in a conversation where nothing before it has to wait; to try the circuit, the first of all."""
    waiting = WebhookDelivery.objects.filter(subscription=row, state=WebhookDelivery.State.WAITING)
    if row.failures >= TRIP:
        return waiting.order_by("number").first()
    held = waiting.filter(next_at__gt=timezone.now()).values("conversation")
    return waiting.exclude(conversation__in=held).order_by("number").first()


def _deliver(row: EventSubscription, delivery: WebhookDelivery, post: Post) -> bool:
    """One attempt and what follows from it. Whether the turn may go on."""
    said = deliveries.envelopes([delivery])
    if not said:  # the conversation is gone
        _settle(delivery, WebhookDelivery.State.DEAD)
        return True
    tried = _post_all(row, said[0], post)
    delivery.attempts += 1
    DeliveryAttempt.objects.create(delivery=delivery, status=tried.status, ms=tried.ms, reason=tried.reason)
    taken = _is_taken(row, tried)
    POSTS.labels("taken" if taken else "failed").inc()
    if taken:
        _settle(delivery, WebhookDelivery.State.DELIVERED)
        _succeeded(row)
        return True
    if tried.status == 410:
        _disable(row, "The address answered 410: it is gone.")
        return False
    if wait := _asked_to_wait(tried):
        row.closed_until = timezone.now() + timedelta(seconds=wait)
        row.save(update_fields=["closed_until"])
        return False
    _put_off(delivery, timezone.now(), final=tried.headers.get("x-slack-no-retry") == "1")
    return _failed(row, tried.reason)


def _post_all(row: EventSubscription, said: Envelope, post: Post) -> wires.Tried:
    """Post it: once, or in Slack's words as often as it is several events there, up to the first that is not taken."""
    if row.signature != "slack":
        return post(row, said.id, encode(said))
    tried = wires.Tried(status=204)  # nothing that Slack would tell
    for told in slack_events.tell(said, row.app, conf.absolute("")):
        tried = post(row, told["event_id"], msgspec.json.encode(told))
        if not _is_taken(row, tried):
            break
    return tried


def _is_taken(row: EventSubscription, tried: wires.Tried) -> bool:
    """Success; a Slack app answers 404 to what it has no listener for: taken, and shown in the log."""
    return not tried.reason or (row.signature == "slack" and tried.status == 404)


def _asked_to_wait(tried: wires.Tried) -> int:
    given = tried.headers.get("retry-after", "").strip()
    if tried.status not in (429, 503):
        return 0
    if given.isdecimal():
        return min(max(1, int(given)), WAIT_AT_MOST)
    return 60 if tried.status == 429 else 0


def _put_off(delivery: WebhookDelivery, now: datetime, *, final: bool) -> None:
    pause = PAUSES[min(delivery.attempts, len(PAUSES)) - 1] * (0.8 + 0.4 * random.random())  # noqa: S311 - spreading
    delivery.next_at = now + timedelta(seconds=pause)
    if final or now >= delivery.give_up_at:
        delivery.state = WebhookDelivery.State.DEAD
    elif delivery.next_at > delivery.give_up_at:
        delivery.next_at = delivery.give_up_at  # one last time
    delivery.save(update_fields=["attempts", "next_at", "state"])


def _settle(delivery: WebhookDelivery, state: str) -> None:
    delivery.state = state
    delivery.save(update_fields=["attempts", "state"])


def _succeeded(row: EventSubscription) -> None:
    if not row.failures and row.failing_since is None:
        return
    row.failures, row.failing_since, row.closed_until = 0, None, None
    row.save(update_fields=["failures", "failing_since", "closed_until"])
    now = timezone.now()
    waiting = WebhookDelivery.objects.filter(subscription=row, state=WebhookDelivery.State.WAITING, next_at__gt=now)
    waiting.update(next_at=now)


def _failed(row: EventSubscription, reason: str) -> bool:
    """Count it. Whether another conversation may be tried in this turn."""
    now = timezone.now()
    row.failures += 1
    row.failing_since = row.failing_since or now
    if now - row.failing_since >= DISABLE_AFTER:
        _disable(row, f"No success for a day: {reason}")
        return False
    if row.failures >= TRIP:
        pause = min(CLOSED * 2 ** min(row.failures - TRIP, 10), LONGEST)
        row.closed_until = now + timedelta(seconds=pause)
    row.save(update_fields=["failures", "failing_since", "closed_until"])
    return row.failures < TRIP


def _is_closed(row: EventSubscription) -> bool:
    return row.closed_until is not None and row.closed_until > timezone.now()


def _disable(row: EventSubscription, reason: str) -> None:
    """Stop, and tell the app's owner. What waits stays: ``verify`` lets it go on, pulling reads it meanwhile."""
    subscriptions.disable(actor=SYSTEM, row=row, reason=reason)
    owner = row.app.user_id
    if owner:
        there = personal.ensure([owner])[owner]
        text = f"**{row.app.name}**: events are no longer posted to {row.url}. {row.reason}"
        messages.send(actor=SYSTEM, conversation=there, client_key=uuid.uuid4().hex, body={"text": text})
