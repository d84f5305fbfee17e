"""Letters: noted when something is missed, written when it is still unread, sent once, ended by one click.

As with deliveries the truth is a row: claimed by a conditional update, retried with pauses, swept after a crash.
"""

import uuid
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import Setting, User
from accounts.settings import KNOWN
from chat.models import Conversation, Entry, Membership
from chat.services import settings
from protocol.errors import BadRequest
from push import conf, providers, selectors
from push.models import Mail
from push.providers import Address, Notice, Outcome, pacing
from push.services import delivering, letters
from push.services.gathering import gather, is_personal

Kind, State = Mail.Kind, Mail.State
_KEPT = ("state", "reason", "attempts", "next_at", "handed_at", "claim", "answer", "done_at", "told_until")


def announce(entries: Sequence[Entry]) -> None:
    """Note whom these messages of one conversation were said to: mentions by name, and the other one of two."""
    if providers.get("email") is None:
        return
    conversation = Conversation.objects.get(pk=entries[0].conversation_id)
    if conversation.kind == Conversation.Kind.PERSONAL:
        return
    said_to = {user for each in entries for user in each.mentions}
    if conversation.kind == Conversation.Kind.DIRECT:
        said_to |= set(Membership.objects.filter(conversation=conversation).values_list("user", flat=True))
    if not said_to:
        return
    now, people = timezone.now(), selectors.find_people((conversation, user) for user in said_to)
    first: dict[int, datetime] = {}
    for entry in entries:
        for (_, user), told in people.items():
            if user not in first and is_personal(entry, conversation, told, now):
                first[user] = entry.at
    after, wanting = timedelta(minutes=conf.MAIL_AFTER), _wanting(first)
    rows = [
        Mail(user_id=user, kind=Kind.MISSED, since=at, next_at=at + after)
        for user, at in first.items()
        if user in wanting
    ]
    Mail.objects.bulk_create(rows, ignore_conflicts=True)


def plan(user: int) -> None:
    """The next summary, as the person wants it now."""
    choice = _choice_of(user)["digest"]
    with transaction.atomic():
        Mail.objects.filter(user=user, kind=Kind.DIGEST, state=State.WAITING).delete()
        if choice != "none":
            now = timezone.now()
            at = next_digest(now, _zone_of(user), weekly=choice == "weekly")
            Mail.objects.create(user_id=user, kind=Kind.DIGEST, since=now, next_at=at)


def next_digest(now: datetime, zone: str, *, weekly: bool) -> datetime:
    """The next DIGEST_HOUR there; weekly: of a Monday."""
    there = now.astimezone(ZoneInfo(zone))
    at = there.replace(hour=conf.DIGEST_HOUR, minute=0, second=0, microsecond=0)
    while at <= there or (weekly and at.isoweekday() != 1):
        at += timedelta(days=1)
    return at


def send(ids: Collection[int]) -> int:
    """Write and send those whose turn it is; how many those were."""
    rows = _claim(ids)
    if not rows:
        return 0
    now = timezone.now()
    work = [each for each in (_write(row, now) for row in rows) if each is not None]
    with ThreadPoolExecutor(conf.THREADS, thread_name_prefix="parley-mail") as pool:
        outcomes = list(pool.map(lambda each: _send(each[1], each[2]), work))
    for (row, _, _), outcome in zip(work, outcomes, strict=True):
        _note(row, outcome, timezone.now())
    _finish(rows)
    return len(rows)


def find_due(limit: int = 200) -> list[int]:
    """Letters whose time has come and that no worker was given in the last minute; given from now on."""
    now = timezone.now()
    due = Mail.objects.filter(state=State.WAITING, next_at__lte=now).exclude(handed_at__gt=now - timedelta(minutes=1))
    ids = list(due.order_by("next_at").values_list("pk", flat=True)[:limit])
    if ids:
        Mail.objects.filter(pk__in=ids).update(handed_at=now)
    return ids


def end(token: str) -> str:
    """One click in a letter: no more of its kind. Which kind. Raises BadRequest."""
    found = letters.read_stop(token)
    if found is None or found[1] not in Kind.values or not User.objects.filter(pk=found[0]).exists():
        raise BadRequest("That is no address of a letter.")
    user, kind = found
    _choose(user, {"missed": False} if kind == Kind.MISSED else {"digest": "none"})
    if kind == Kind.DIGEST:
        plan(user)
    return kind


def forget() -> int:
    """Remove what nobody will ask about any more."""
    old = Mail.objects.filter(created_at__lt=timezone.now() - timedelta(days=conf.KEEP_DAYS))
    return old.exclude(state=State.WAITING).delete()[0]


def _claim(ids: Collection[int]) -> list[Mail]:
    now, claim = timezone.now(), uuid.uuid4().hex
    Mail.objects.filter(pk__in=ids, state=State.WAITING, next_at__lte=now).update(
        claim=claim, next_at=now + timedelta(seconds=conf.LEASE_SECONDS), attempts=F("attempts") + 1
    )
    return list(Mail.objects.filter(claim=claim).select_related("user"))


def _write(row: Mail, now: datetime) -> tuple[Mail, str, Notice] | None:
    """To whom, and what; None: nothing is left to tell."""
    choice = _choice_of(row.user_id)
    wanted = choice["missed"] if row.kind == Kind.MISSED else choice["digest"] != "none"
    if not (wanted and row.user.is_active and row.user.email):
        _settle(row, State.SKIPPED, "unwanted", now)
        return None
    talks = gather(row.user_id, row.since, now, personal=row.kind == Kind.MISSED)
    row.told_until = now
    if not talks:
        _settle(row, State.SKIPPED, "read", now)
        return None
    return row, row.user.email, letters.letter_of(row.user_id, row.kind, f"{row.kind}-{row.pk}-{row.user_id}", talks)


def _send(address: str, notice: Notice) -> Outcome:
    provider = providers.get("email")
    if provider is None:
        return Outcome("retry", "No letters are sent: no sender is set.")
    try:
        return pacing.send(provider, Address(f"email:{address}"), notice)
    except Exception as problem:
        return Outcome("retry", f"{type(problem).__name__}: {problem}"[:300])


def _note(row: Mail, outcome: Outcome, now: datetime) -> None:
    row.answer = outcome.answer[:300]
    if not outcome.counts:
        row.attempts -= 1
        row.next_at, row.handed_at = now + timedelta(seconds=outcome.after), None
    elif outcome.result == "sent":
        _settle(row, State.SENT, "", now)
    elif outcome.result == "gone":
        _settle(row, State.GONE, "address_dead", now)
    elif outcome.result == "refused" or row.attempts >= conf.ATTEMPTS:
        _settle(row, State.DEAD, "", now)
    else:
        row.next_at, row.handed_at = now + delivering.pause_after(row.attempts, outcome.after), None


def _settle(row: Mail, state: str, reason: str, now: datetime) -> None:
    row.state, row.reason, row.done_at = state, reason, now


def _finish(rows: Sequence[Mail]) -> None:
    """Keep what became of them; go on with what came while a letter was on its way, and with the next summary."""
    claim = rows[0].claim
    for row in rows:
        row.claim = ""
        delivering.DELIVERIES.labels("email", row.state).inc()
    Mail.objects.filter(claim=claim).bulk_update(rows, _KEPT)
    for row in rows:
        if row.state == State.GONE:  # nobody is there: the person finds letters switched off
            _choose(row.user_id, {"missed": False, "digest": "none"})
        if row.state == State.WAITING:
            continue
        if row.kind == Kind.DIGEST:
            plan(row.user_id)
        elif row.state == State.SENT and row.told_until:
            _go_on(row.user_id, row.told_until)


def _go_on(user: int, since: datetime) -> None:
    now = timezone.now()
    if gather(user, since, now, personal=True):
        mail = Mail(user_id=user, kind=Kind.MISSED, since=since, next_at=now + timedelta(minutes=conf.MAIL_AFTER))
        Mail.objects.bulk_create([mail], ignore_conflicts=True)


def _wanting(users: Collection[int]) -> set[int]:
    people = User.objects.filter(pk__in=list(users), is_active=True, kind=User.Kind.HUMAN).exclude(email="")
    chosen = Setting.objects.filter(user__in=list(users), name="mail").values_list("user", "value")
    unwilling = {user for user, value in chosen if not value.get("missed", True)}
    return set(people.values_list("pk", flat=True)) - unwilling


def _choice_of(user: int) -> dict[str, Any]:
    default = KNOWN["mail"].default
    chosen = Setting.objects.filter(user=user, name="mail").values_list("value", flat=True).first() or {}
    return {"missed": default.missed, "digest": default.digest, **chosen}


def _choose(user: int, changes: dict[str, Any]) -> None:
    settings.change(actor=Actor(user=user), name="mail", value=_choice_of(user) | changes)


def _zone_of(user: int) -> str:
    hours = Setting.objects.filter(user=user, name="quiet_hours").values_list("value", flat=True).first() or {}
    return str(hours.get("timezone", "UTC"))
