"""How an app fares: what was posted to it and asked of it, by the hour, and the log of what it was asked. Reads only."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from accounts.actor import Actor
from openplatform import selectors
from openplatform.models import DeliveryAttempt, Interaction, WebhookDelivery

HOURS = 168
PAGE = 50


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour (``at``: ms of its beginning): tries to post events and questions, of these failed, milliseconds on average."""

    at: int
    posted: int = 0
    posted_failed: int = 0
    asked: int = 0
    asked_failed: int = 0
    ms: int = 0


@dataclass(frozen=True, slots=True)
class Usage:
    """The hours in which something was, the oldest first; what waits to be posted now, and what was given up."""

    hours: list[Hour]
    waiting: int
    dead: int


def get(*, actor: Actor, app: int, hours: int = 24) -> Usage:
    """For who manages the app. Four queries. Raises NotFound."""
    row = selectors.get_app(actor, app)
    since = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(hours=min(hours, HOURS) - 1)
    failed = Count("pk", filter=~Q(reason=""))
    tries = DeliveryAttempt.objects.filter(delivery__subscription__app=row, at__gte=since)
    questions = Interaction.objects.filter(app=row, at__gte=since)
    found: dict[int, dict[str, Any]] = {}
    for rows, name in ((tries, "posted"), (questions, "asked")):
        told = rows.annotate(hour=TruncHour("at")).values("hour").annotate(n=Count("pk"), bad=failed, mean=Avg("ms"))
        for each in told.order_by("hour"):
            hour = found.setdefault(int(each["hour"].timestamp() * 1000), {"sum": 0.0})
            hour |= {
                name: each["n"],
                f"{name}_failed": each["bad"],
                "sum": hour["sum"] + each["n"] * (each["mean"] or 0),
            }
    states = WebhookDelivery.objects.filter(subscription__app=row).aggregate(
        waiting=Count("pk", filter=Q(state="waiting")), dead=Count("pk", filter=Q(state="dead"))
    )
    return Usage([_hour(at, facts) for at, facts in sorted(found.items())], states["waiting"], states["dead"])


def list_interactions(*, actor: Actor, app: int, before: int = 0, limit: int = PAGE) -> list[Interaction]:
    """What the app was asked, the newest first, without what people wrote. Raises NotFound."""
    row = selectors.get_app(actor, app)
    rows = Interaction.objects.filter(app=row)
    if before:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: min(limit, PAGE)])


def _hour(at: int, facts: dict[str, Any]) -> Hour:
    total = facts.get("posted", 0) + facts.get("asked", 0)
    counts = {name: value for name, value in facts.items() if name != "sum"}
    return Hour(at=at, ms=round(facts["sum"] / total) if total else 0, **counts)
