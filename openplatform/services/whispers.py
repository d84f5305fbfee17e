"""Whispers: what an app says to one person alone, in no timeline. Told at once, and asked for when a conversation opens.

With a target it stands in the place of that message for this person: a card's state that is one's own.
"""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from chat import kinds, policy, relay
from chat.models import Entry, Membership
from chat.selectors.access import get_seat, is_member
from openplatform import conf, selectors
from openplatform.models import Whisper
from protocol import errors
from protocol.events import MessageWhispered

#: Of one person in one conversation; the oldest goes.
KEPT = 50
SCOPE = "messages:write"


def say(*, actor: Actor, conversation: int, user: int, kind: str, body: dict[str, Any], target: int = 0) -> Whisper:
    """An app's bot tells a member of a conversation that it is in. Raises NotFound for actors that are no bot of an app
    at work, Forbidden not_a_member, BadRequest.
    """
    get_seat(actor.user, conversation)
    installed = selectors.find_by_bots([actor.user]).get(actor.user)
    if installed is None:
        raise errors.NotFound("Only an app at work whispers.")
    if not is_member(user, conversation):
        raise errors.BadRequest("Nobody here is called so.", details={"path": "user"})
    return put(app=installed.app_id, conversation=conversation, user=user, content=(kind, body), target=target)


def put(
    *, app: int, conversation: int, user: int, content: tuple[str, dict[str, Any]], target: int = 0, whisper: int = 0
) -> Whisper:
    """Whisper something, in the place of message ``target`` or of an earlier ``whisper``. Who calls has checked who may."""
    kind, body = content[0], checked(*content)
    seat = get_seat(user, conversation)
    if target:
        found = Entry.objects.filter(pk=(conversation, target), sender__app=app, recalled_at=None).exists()
        if not found or not policy.may_see(membership=seat, seq=target):
            raise errors.BadRequest("There is no such message of the app.", details={"path": "target"})
    with transaction.atomic():
        # The seat's row orders two that come at once.
        Membership.objects.select_for_update().get(pk=seat.pk)
        mine = Whisper.objects.filter(app_id=app, user_id=user, conversation_id=conversation)
        row = mine.filter(pk=whisper).first() if whisper else mine.filter(target=target).first() if target else None
        if row is None:
            row = Whisper(app_id=app, user_id=user, conversation_id=conversation, target=target)
        row.kind, row.body, row.at = kind, body, timezone.now()
        row.save()
        kept = mine.order_by("-pk").values("pk")[:KEPT]
        mine.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
        row = Whisper.objects.select_related("app").get(pk=row.pk)
        _tell(row, event_of(row))
    return row


def remove(*, actor: Actor, conversation: int, whisper: int) -> None:
    """Take it away: who heard it, or the app that said it. Raises Forbidden not_a_member, NotFound."""
    get_seat(actor.user, conversation)
    row = Whisper.objects.select_related("app").filter(pk=whisper, conversation_id=conversation).first()
    if row is None or actor.user not in (row.user_id, row.app.bot_id):
        raise errors.NotFound("There is no such whisper.")
    if row.app.bot_id == actor.user:
        selectors.get_installation(row.app_id)
    end(row)


def end(row: Whisper) -> None:
    """It is gone."""
    with transaction.atomic():
        whisper = row.pk
        row.delete()
        at = int(timezone.now().timestamp() * 1000)
        _tell(row, MessageWhispered(conversation=row.conversation_id, whisper=whisper, at=at, removed=True))


def list_heard(*, actor: Actor, conversation: int) -> list[Whisper]:
    """What was whispered to the actor in a conversation, the oldest first. Raises Forbidden not_a_member."""
    get_seat(actor.user, conversation)
    rows = Whisper.objects.select_related("app").filter(user=actor.user, conversation=conversation)
    return list(rows.order_by("pk")[:KEPT])


def get_heard(*, actor: Actor, conversation: int, whisper: int) -> Whisper:
    """One of them. Raises Forbidden not_a_member, NotFound."""
    get_seat(actor.user, conversation)
    row = Whisper.objects.select_related("app").filter(pk=whisper, user=actor.user, conversation=conversation).first()
    if row is None:
        raise errors.NotFound("There is no such whisper.", details={"path": "whisper"})
    return row


def forget() -> int:
    """Remove what is older than events may be pulled."""
    before = timezone.now() - timedelta(days=conf.get().events_kept_days)
    return Whisper.objects.filter(at__lt=before).delete()[0]


def checked(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """A text's or a card's body, tidied. Raises BadRequest with the path."""
    if kind not in ("text", "card"):
        raise errors.BadRequest("A text or a card can be whispered.", details={"path": "kind"})
    if body.get("handler"):
        raise errors.Forbidden("Only the server makes that card.", details={"rule": "server_card"})
    return kinds.get(kind).validate(body)


def event_of(row: Whisper) -> MessageWhispered:
    """As it is told."""
    return MessageWhispered(
        conversation=row.conversation_id,
        whisper=row.pk,
        at=int(row.at.timestamp() * 1000),
        sender=row.app.bot_id or 0,
        app=row.app_id,
        target=row.target,
        kind=row.kind,
        body=row.body,
    )


def _tell(row: Whisper, event: MessageWhispered) -> None:
    transaction.on_commit(lambda: relay.publish_ephemeral(f"user.{row.user_id}", event))
