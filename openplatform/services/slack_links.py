"""Socket Mode: an app that has no address gets Slack's events over sockets that it opens. Tickets, and what is due.

A subscription in Slack's words without an address is delivered here instead of being posted: the same rows, the same
order per conversation, until the app acknowledges or a day is over. Whichever of the app's sockets asks first sends.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from accounts.actor import Actor
from accounts.authentication import digest
from accounts.models import Token
from openplatform import selectors
from openplatform.models import App, DeliveryAttempt, EventSubscription, WebhookDelivery
from openplatform.services import deliveries, slack_events
from protocol import errors

#: Seconds within which a ticket is used, once.
TICKET_SECONDS = 60
#: How long a socket has for its acknowledgement before another may send the same.
HOLD = timedelta(seconds=15)
#: Deliveries that one question hands out.
TOGETHER = 20
State = WebhookDelivery.State


@dataclass(frozen=True, slots=True)
class Link:
    """A socket that an app has opened: for which app, with which token, and the root of the server's address."""

    app: int
    token: int
    host: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """One delivery that the socket sends now: Slack's outer events of it, in order."""

    delivery: int
    attempt: int
    payloads: Sequence[dict[str, Any]]


def issue(*, actor: Actor, host: str) -> str:
    """A ticket for one socket of the app whose bot asks. Raises NotFound when it is no bot of an app at work."""
    installed = selectors.find_by_bots([actor.user]).get(actor.user)
    if installed is None or installed.app_id != actor.app or not actor.token:
        raise errors.NotFound("Only an app's bot opens sockets.")
    ticket = secrets.token_urlsafe(32)
    cache.set(_key(ticket), (actor.app, actor.token, host), timeout=TICKET_SECONDS)
    return ticket


def redeem(*, ticket: str) -> Link | None:
    """What a ticket is for; a second time, or too late, nothing."""
    held = cache.get(_key(ticket))
    if held is None or not cache.delete(_key(ticket)):  # of two at the same moment one deletes it
        return None
    link = Link(*held)
    return link if is_live(link) else None


def is_live(link: Link) -> bool:
    """Whether the app is at work and the token that opened the socket still lets in. Two queries."""
    token = Token.objects.filter(pk=link.token, revoked_at=None, device__revoked_at=None, device__paused_at=None)
    return selectors.live_installations().filter(app=link.app).exists() and token.exists()


def take(link: Link) -> list[Due]:
    """What is to be sent now, the first of each conversation where nothing waits for its acknowledgement."""
    now = timezone.now()
    rows = WebhookDelivery.objects.filter(
        subscription__app=link.app,
        subscription__url="",
        subscription__signature="slack",
        subscription__state=EventSubscription.State.ACTIVE,
        state=State.WAITING,
    )
    found = list(rows.filter(next_at__lte=now).order_by("number")[: TOGETHER * 5])
    if not found:
        return []
    held = set(rows.filter(next_at__gt=now).values_list("subscription", "conversation"))
    taken: list[WebhookDelivery] = []
    for each in found:
        place = (each.subscription_id, each.conversation)
        if place in held or len(taken) == TOGETHER:
            continue
        held.add(place)
        if _claim(each):
            taken.append(each)
    return _told(link, taken)


def acknowledge(*, link: Link, delivery: int, ms: int) -> None:
    """The app has it. A second time nothing changes."""
    mine = WebhookDelivery.objects.filter(pk=delivery, subscription__app=link.app, state=State.WAITING)
    if mine.update(state=State.DELIVERED):
        DeliveryAttempt.objects.create(delivery_id=delivery, status=200, ms=ms)


def release(*, link: Link, unanswered: Sequence[int]) -> None:
    """The socket is gone: what it did not acknowledge is due again at once."""
    mine = WebhookDelivery.objects.filter(pk__in=unanswered, subscription__app=link.app, state=State.WAITING)
    mine.update(next_at=timezone.now())


def _claim(row: WebhookDelivery) -> bool:
    """Whether this socket is the one that sends it; too old for that, it is dead."""
    now = timezone.now()
    same = WebhookDelivery.objects.filter(pk=row.pk, state=State.WAITING, next_at=row.next_at)
    if row.attempts and row.give_up_at <= now:
        same.update(state=State.DEAD)
        return False
    if not same.update(next_at=now + HOLD, attempts=F("attempts") + 1):
        return False
    if row.attempts:
        DeliveryAttempt.objects.create(delivery=row, reason="not acknowledged")
    return True


def _told(link: Link, taken: Sequence[WebhookDelivery]) -> list[Due]:
    """What each says; what says nothing in Slack's words is done."""
    app = App.objects.get(pk=link.app)
    due = []
    for row in taken:
        payloads = [each for said in deliveries.envelopes([row]) for each in slack_events.tell(said, app, link.host)]
        if payloads:
            due.append(Due(row.pk, row.attempts, payloads))
        else:
            WebhookDelivery.objects.filter(pk=row.pk).update(state=State.DELIVERED)
    return due


def _key(ticket: str) -> str:
    return f"slack-ticket:{digest(ticket)}"
