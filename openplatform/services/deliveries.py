"""Deliveries: written in the listeners' transaction, read again by numbers, sent again on request, forgotten after a week.

How one is posted is ``posting``'s.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from celery import current_app
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from chat import relay
from chat.models import Conversation, Entry, Membership
from chat.rendering import events_of
from openplatform import conf
from openplatform.dialects.envelope import Envelope, name_of
from openplatform.models import App, EventSubscription, WebhookDelivery
from openplatform.services import subscriptions
from protocol import errors
from protocol.events import Event

PAGE = 100


def write(entries: Sequence[Entry]) -> None:
    """Deliveries of one conversation's entries for every subscription whose app's bot may see them. Three queries."""
    told = _listening(entries[0].conversation_id)
    if not told:
        return
    now = timezone.now()
    rows: list[WebhookDelivery] = []
    posted: list[int] = []
    linked: set[int] = set()
    for each in EventSubscription.objects.select_for_update().filter(pk__in=list(told)).order_by("pk"):
        bot, since = told[each.pk]
        wanted = [
            entry
            for entry in entries
            if entry.seq >= since and entry.sender_id != bot and (not each.types or entry.type in each.types)
        ]
        for entry in wanted:
            each.last_number += 1
            rows.append(_row(each, entry, each.last_number))
        if wanted:
            EventSubscription.objects.filter(pk=each.pk).update(last_number=each.last_number)
            if each.is_delivered and not each.url:
                linked.add(each.app_id)
            elif each.url and (each.closed_until is None or each.closed_until <= now):
                posted.append(each.pk)
    WebhookDelivery.objects.bulk_create(rows)
    for app in linked:
        wake_sockets(app)
    for pk in posted:
        transaction.on_commit(partial(_ask_to_post, pk), robust=True)


def list_events(*, actor: Actor, subscription: int, after: int, limit: int = PAGE) -> list[Envelope]:
    """The events after a number, of the last seven days, for the app's own bot. Raises Forbidden, NotFound."""
    row = subscriptions.get_for_bot(actor=actor, subscription=subscription)
    found = list(
        WebhookDelivery.objects.filter(subscription=row, number__gt=after).order_by("number")[: min(limit, PAGE)]
    )
    return envelopes(found)


def list_log(*, actor: Actor, subscription: int, after: int, limit: int = PAGE) -> list[WebhookDelivery]:
    """Deliveries after a number with their attempts, for who manages the app. Raises NotFound."""
    row = subscriptions.get_managed(actor=actor, subscription=subscription)
    found = WebhookDelivery.objects.filter(subscription=row, number__gt=after).order_by("number")
    return list(found.prefetch_related("tries")[: min(limit, PAGE)])


def envelopes(found: Sequence[WebhookDelivery]) -> list[Envelope]:
    """What deliveries say: read from the timeline now, so what was recalled is gone. Two queries."""
    places = {(each.conversation, each.seq) for each in found}
    rows = {(each.conversation_id, each.seq): each for each in Entry.objects.filter(pk__in=list(places))}
    told: dict[tuple[int, int], Event] = {}
    entries = list(rows.values())
    for entry, event in zip(entries, events_of(entries), strict=True):
        told[(entry.conversation_id, entry.seq)] = event
    return [
        Envelope(
            id=name_of(each.subscription_id, each.number),
            number=each.number,
            subscription=each.subscription_id,
            type=each.type,
            event=told[(each.conversation, each.seq)],
        )
        for each in found
        if (each.conversation, each.seq) in told
    ]


def redeliver(*, actor: Actor, subscription: int, first: int, last: int) -> int:
    """Post the events of a range of numbers once more, in order. How many those are."""
    with transaction.atomic():
        row = subscriptions.get_managed(actor=actor, subscription=subscription)
        if not row.is_delivered:
            raise errors.BadRequest("This subscription pulls.", details={"path": "url"})
        now = timezone.now()
        found = WebhookDelivery.objects.filter(subscription=row, number__range=(first, last))
        count = found.update(
            state=WebhookDelivery.State.WAITING, attempts=0, next_at=now, give_up_at=now + conf.get().give_up_after
        )
        target = Target("subscription", row.pk, row.url[:200])
        record(actor, "events.redelivered", target, Change(after={"first": first, "last": last, "count": count}))
        if row.url:
            transaction.on_commit(partial(_ask_to_post, row.pk), robust=True)
        else:
            wake_sockets(row.app_id)
    return count


def sockets_of(app: int) -> str:
    """Where the app's sockets hear that there is something for them."""
    return f"slack.{app}"


def wake_sockets(app: int) -> None:
    """After the commit the app's sockets look at once, on every gateway. A word that is lost is made good by their sweep."""
    transaction.on_commit(lambda: relay.wake(sockets_of(app)), robust=True)


def find_due(limit: int = 500) -> list[int]:
    """Subscriptions with something to post now that nobody posts: what beat asks for."""
    now = timezone.now()
    tried_anew = Q(subscription__failures__gte=EventSubscription.TRIP)
    due = WebhookDelivery.objects.filter(Q(next_at__lte=now) | tried_anew, state=WebhookDelivery.State.WAITING)
    free = EventSubscription.objects.filter(state=EventSubscription.State.ACTIVE, pk__in=due.values("subscription"))
    free = free.exclude(url="")  # those are sent over sockets
    free = free.exclude(busy_until__gt=now).exclude(closed_until__gt=now)
    return list(free.order_by(F("busy_until").asc(nulls_first=True)).values_list("pk", flat=True)[:limit])


def forget() -> int:
    """Remove what is older than the time for which events may be pulled."""
    before = timezone.now() - timedelta(days=conf.get().events_kept_days)
    return WebhookDelivery.objects.filter(created_at__lt=before).delete()[0]


def _listening(conversation: int) -> dict[int, tuple[int, int]]:
    """Subscription -> (bot, first seq it may see) of apps at work whose bot is in the conversation."""
    there = Membership.objects.filter(conversation_id=conversation).exclude(
        conversation__kind=Conversation.Kind.PERSONAL
    )
    rows = EventSubscription.objects.filter(
        state=EventSubscription.State.ACTIVE,
        app__state=App.State.APPROVED,
        app__installations__ended_at__isnull=True,
        app__bot__in=there.values("user"),
    ).values_list("pk", "app__bot", "app__installations__scopes")
    found = {pk: bot for pk, bot, scopes in rows if bot and subscriptions.SCOPE in scopes}
    if not found:
        return {}
    since = dict(there.filter(user__in=set(found.values())).values_list("user_id", "history_from"))
    return {pk: (bot, since[bot]) for pk, bot in found.items() if bot in since}


def _row(subscription: EventSubscription, entry: Entry, number: int) -> WebhookDelivery:
    now = timezone.now()
    return WebhookDelivery(
        subscription=subscription,
        number=number,
        conversation=entry.conversation_id,
        seq=entry.seq,
        type=entry.type,
        state=WebhookDelivery.State.WAITING if subscription.is_delivered else WebhookDelivery.State.KEPT,
        next_at=now,
        created_at=now,
        give_up_at=now + conf.get().give_up_after,
    )


def _ask_to_post(subscription: int) -> None:
    """By the task's name, as services know no task. When the broker is away, beat finds it."""
    current_app.send_task("openplatform.post", (subscription,))
