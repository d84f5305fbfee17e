"""Messages for later: written now, sent at their time as if their author sent them then, with the rights of that moment.

The row is claimed by a conditional update and sent under a key of its own, so that a worker killed anywhere sends it neither
twice nor never. Every change is told to the author's other devices.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import F
from django.utils import timezone

from accounts import selectors as accounts
from accounts.actor import Actor
from accounts.models import User
from chat import policy, timeline
from chat.later import ScheduledMessage
from chat.models import Membership
from chat.rendering import milliseconds
from chat.services import messages, telling
from chat.services.messages import publish
from chat.timeline import Emitted
from protocol.errors import BadRequest, Conflict, NotFound, ParleyError, RateLimited, Unavailable

#: Messages of one person that wait, and how far ahead.
MAX_WAITING = 100
LONGEST = timedelta(days=366)
#: Seconds that a claim holds, and attempts while the server is busy, with pauses of 10 s to an hour.
LEASE = timedelta(seconds=60)
ATTEMPTS = 10
Told = tuple[Emitted, ...]
State = ScheduledMessage.State


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be said; ``at`` in ms."""

    text: str
    at: int
    thread_root: int = 0
    reply_to: int = 0
    mentions: tuple[int, ...] = ()
    mentions_all: bool = False


def schedule(*, actor: Actor, conversation: int, written: Written) -> ScheduledMessage:
    """Send it at its time. Raises Forbidden when the actor may not say it now, BadRequest, Conflict."""
    at = due_time(written.at, LONGEST)
    # Everything about the message itself that could be refused then is refused now.
    draft = messages.draft_send(
        actor=actor,
        conversation=conversation,
        client_key=f"later-{uuid.uuid4().hex[:16]}",
        body={"text": written.text},
        mentions=written.mentions,
        mentions_all=written.mentions_all,
    )

    def work() -> tuple[ScheduledMessage, Told]:
        seat = _seat(actor, conversation)
        there = seat.conversation if seat else None
        if refused := policy.may_post(actor=actor, conversation=there, membership=seat, now=timezone.now()):
            raise refused
        own = telling.begin(actor.user)
        if ScheduledMessage.objects.filter(user_id=actor.user, state=State.WAITING).count() >= MAX_WAITING:
            raise Conflict(
                f"At most {MAX_WAITING} messages wait.", code="limit_reached", details={"limit": MAX_WAITING}
            )
        row = ScheduledMessage.objects.create(
            user_id=actor.user,
            conversation_id=conversation,
            thread_root=written.thread_root,
            reply_to=written.reply_to,
            text=draft.body["text"],
            mentions=list(draft.mentions),
            mentions_all=written.mentions_all,
            at=at,
            next_at=at,
        )
        return row, _tell(own, row, "waiting")

    row, emitted = timeline.run(work)
    publish(emitted)
    return row


def move(*, actor: Actor, scheduled: int, at: int) -> ScheduledMessage:
    """Send it at another time; a failed one is tried anew then. Raises NotFound, BadRequest."""
    when = due_time(at, LONGEST)

    def work() -> tuple[ScheduledMessage, Told]:
        own = telling.begin(actor.user)
        row = _own(actor, scheduled)
        row.at = row.next_at = when
        row.state, row.problem, row.attempts = State.WAITING, "", 0
        row.save(update_fields=["at", "next_at", "state", "problem", "attempts"])
        return row, _tell(own, row, "waiting")

    row, emitted = timeline.run(work)
    publish(emitted)
    return row


def cancel(*, actor: Actor, scheduled: int) -> None:
    """Do not send it. Raises NotFound: there is none, or it was sent."""

    def work() -> Told:
        own = telling.begin(actor.user)
        row = _own(actor, scheduled)
        emitted = _tell(own, row, "cancelled")
        row.delete()
        return emitted

    publish(timeline.run(work))


def find_due(limit: int = 200) -> list[int]:
    """Messages whose time has come, or whose worker was lost."""
    due = ScheduledMessage.objects.filter(state=State.WAITING, next_at__lte=timezone.now())
    return list(due.order_by("next_at").values_list("pk", flat=True)[:limit])


def send_due(ids: Sequence[int]) -> int:
    """Send those whose turn it is and that nobody else sends; how many those were."""
    now, claim = timezone.now(), uuid.uuid4().hex
    ScheduledMessage.objects.filter(pk__in=ids, state=State.WAITING, next_at__lte=now).update(
        claim=claim, next_at=now + LEASE, attempts=F("attempts") + 1
    )
    rows = ScheduledMessage.objects.filter(claim=claim).select_related("user").order_by("at", "pk")
    for row in rows:
        _send(row, now)
    return len(rows)


def due_time(at: int, longest: timedelta) -> datetime:
    """``at`` (ms) as a moment of the future. Raises BadRequest."""
    now = timezone.now()
    latest = milliseconds(now + longest)
    if not milliseconds(now) < at <= latest:
        raise BadRequest("Name a time in the future, within a year.", details={"path": "at", "limit": latest})
    return datetime.fromtimestamp(at / 1000, UTC)


def _send(row: ScheduledMessage, now: datetime) -> None:
    author: User = row.user
    try:
        # An app that is suspended by then says nothing either: its bot has no seat that lets in.
        if not author.is_active or (author.kind == User.Kind.BOT and not accounts.is_let_in(author.pk)):
            raise BadRequest("The account is closed.", code="account_closed")
        messages.send(
            actor=Actor(user=author.pk, name=author.name),
            conversation=row.conversation_id,
            client_key=f"scheduled-{row.pk:012d}",
            body={"text": row.text},
            reply_to=row.reply_to,
            thread_root=row.thread_root,
            mentions=row.mentions,
            mentions_all=row.mentions_all,
        )
    except (RateLimited, Unavailable) as problem:
        if row.attempts >= ATTEMPTS:
            _settle(row, problem.code)
            return
        pause = min(10 * 2 ** (row.attempts - 1), 3600)
        ScheduledMessage.objects.filter(pk=row.pk, claim=row.claim).update(
            claim="", next_at=now + timedelta(seconds=max(pause, problem.retry_after or 0))
        )
    except ParleyError as problem:
        _settle(row, problem.code)
    else:
        _settle(row, "")


def _settle(row: ScheduledMessage, problem: str) -> None:
    """Sent: the row goes. Failed: it stays and says why. Somebody else's by now: neither."""

    def work() -> Told:
        own = telling.begin(row.user_id)
        now = ScheduledMessage.objects.select_for_update().filter(pk=row.pk).first()
        if now is None or (problem and now.claim != row.claim):
            return ()
        if not problem:
            emitted = _tell(own, now, "sent")
            now.delete()
            return emitted
        now.state, now.problem, now.claim = State.FAILED, problem[:40], ""
        now.save(update_fields=["state", "problem", "claim"])
        return _tell(own, now, "failed")

    publish(timeline.run(work))


def _tell(own: int, row: ScheduledMessage, state: str) -> Told:
    telling.empty(own, row.seq, keep=("scheduled",))
    over = state in {"sent", "cancelled"}
    told = telling.tell(
        row.user_id,
        own,
        "scheduled.changed",
        scheduled=row.pk,
        target=row.conversation_id,
        state=state,
        when=milliseconds(row.at),
        text="" if over else row.text,
        thread_root=row.thread_root,
        reply_to=row.reply_to,
        problem=row.problem,
    )
    if not over:
        ScheduledMessage.objects.filter(pk=row.pk).update(seq=told.seq)
    return told.emitted


def _own(actor: Actor, scheduled: int) -> ScheduledMessage:
    row = ScheduledMessage.objects.filter(pk=scheduled, user_id=actor.user).first()
    if row is None:
        raise NotFound("No such message waits.", details={"path": "scheduled"})
    return row


def _seat(actor: Actor, conversation: int) -> Membership | None:
    seats = Membership.objects.select_related("conversation")
    return seats.filter(conversation_id=conversation, user_id=actor.user).first()
