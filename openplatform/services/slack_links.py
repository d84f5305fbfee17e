"""Socket Mode: an app that has no address gets Slack's events over sockets that it opens. Tickets, and what is due.

A subscription in Slack's words without an address is delivered here instead of being posted: the same rows, the same
order per conversation, until the app acknowledges or a day is over. Whichever of the app's sockets asks first sends.
"""

import secrets
import time
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
from chat import relay
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
#: Seconds that somebody waits for an acknowledgement, and that a question is kept for a socket that comes late; it is asked
#: once, for nobody waits any more when a second socket could. How many questions before the news of them a socket looks
#: through: those that others write at the same moment, or that were asked before it came.
ASK_SECONDS, ASK_KEPT, ASKED_BACK = 3.0, 60, 20
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody waits for: a command or a press, to be asked over a socket."""

    number: int
    kind: str
    payload: dict[str, Any]


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
    if mine.update(next_at=timezone.now()):
        deliveries.wake_sockets(link.app)


def ask(*, app: int, kind: str, payload: dict[str, Any], seconds: float = ASK_SECONDS) -> dict[str, Any] | None:
    """Ask over one of the app's sockets and wait for its acknowledgement: what it says ({}: nothing), or None."""
    cache.add(f"slack-asked:{app}", 0, timeout=None)
    number = cache.incr(f"slack-asked:{app}")
    cache.set(f"slack-ask:{app}:{number}", (kind, payload), timeout=ASK_KEPT)
    # News only now: a socket that looked between the number and the question would take it for an old one.
    cache.add(f"slack-news:{app}", 0, timeout=None)
    cache.incr(f"slack-news:{app}")
    relay.wake(deliveries.sockets_of(app))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answer: dict[str, Any] | None = cache.get(f"slack-answer:{app}:{number}")
        if answer is not None:
            return answer
        time.sleep(0.03)
    return None


def take_asked(link: Link, since: int) -> tuple[int, list[Asked]]:
    """(How much news it has seen, what this socket asks now) after ``since`` of it; -1: of the last minute."""
    news: int = cache.get(f"slack-news:{link.app}") or 0
    if news == since:
        return news, []
    # Since the cache was emptied the count is smaller: as if the socket were new.
    back = ASKED_BACK + (news - since if 0 <= since < news else 0)
    newest: int = cache.get(f"slack-asked:{link.app}") or 0
    found = []
    waiting = cache.get_many(
        [f"slack-ask:{link.app}:{number}" for number in range(max(0, newest - back) + 1, newest + 1)]
    )
    for key, (kind, payload) in waiting.items():
        number = int(key.rpartition(":")[2])
        answered = cache.get(f"slack-answer:{link.app}:{number}") is not None
        if not answered and cache.add(f"slack-claim:{link.app}:{number}", 1, timeout=ASK_KEPT):
            found.append(Asked(number, kind, payload))
    return news, found


def answer(*, link: Link, number: int, said: dict[str, Any]) -> None:
    """The app's acknowledgement of what was asked."""
    cache.set(f"slack-answer:{link.app}:{number}", said, timeout=ASK_KEPT)


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
