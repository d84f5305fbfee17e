"""Dialogs that apps open for one person: opened, shown another content, closed. What is sent in one is ``interactions``'.

The client whose press it came from shows it (it knows its ``client_key``); the app's own ``state`` never leaves here.
"""

from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from chat import relay
from openplatform import conf, selectors
from openplatform.models import Interaction, Modal
from protocol import errors
from protocol.cards import ModalBody, MultiSelect, Select, fields_of
from protocol.events import ModalOpened


def checked(body: dict[str, Any]) -> dict[str, Any]:
    """A dialog's body. Raises BadRequest with the path of what is wrong."""
    try:
        modal = msgspec.convert(body, ModalBody)
        fields = fields_of(modal)
    except msgspec.ValidationError as problem:
        said, _, where = str(problem).partition(" - at `")
        path = "modal" + where.rstrip("`").removeprefix("$")
        raise errors.BadRequest(said + ".", details={"path": path}) from None
    except KeyError as twice:
        path = f"modal.{twice.args[0]}"
        raise errors.BadRequest("Every field needs an action that no other has.", details={"path": path}) from None
    for place, each in fields.values():
        if isinstance(each, (Select, MultiSelect)):
            values = [option.value for option in each.options]
            chosen = each.value if isinstance(each, MultiSelect) else [each.value] if each.value else []
            if len(set(values)) < len(values) or not set(chosen) <= set(values):
                details = {"path": f"modal.{place}.options"}
                raise errors.BadRequest("Options differ, and what is chosen beforehand is one.", details=details)
    if fields and not modal.submit:
        raise errors.BadRequest("Fields need a button that sends them.", details={"path": "modal.submit"})
    plain: dict[str, Any] = msgspec.to_builtins(modal)
    return plain


def open_for(row: Interaction, body: dict[str, Any]) -> Modal:
    """Open one for who did ``row``; in the place of the dialog that was used, if one was. Raises BadRequest."""
    content = checked(body)
    with transaction.atomic():
        found = Modal.objects.select_for_update().filter(pk=row.modal, app=row.app_id, ended_at=None).first()
        if found is None:
            found = Modal(app_id=row.app_id, user_id=row.user_id, conversation=row.conversation)
        found.client_key, found.body = row.client_key, content
        found.save()
        _tell(found)
    return found


def open_triggered(*, actor: Actor, trigger: str, body: dict[str, Any]) -> Modal:
    """An app's bot opens one for who did something a moment ago: each trigger once. Raises NotFound, BadRequest."""
    checked(body)
    with transaction.atomic():
        row = _triggered(actor, trigger)
        opened = Modal(
            app_id=row.app_id,
            user_id=row.user_id,
            conversation=row.conversation,
            client_key=row.client_key,
            body=checked(body),
        )
        opened.save()
        _tell(opened)
    return opened


def update(*, actor: Actor, modal: int, body: dict[str, Any]) -> Modal:
    """Its app's bot shows something else in it. Raises NotFound, BadRequest."""
    content = checked(body)
    with transaction.atomic():
        row = (
            Modal.objects.select_for_update(of=("self",)).select_related("app").filter(pk=modal, ended_at=None).first()
        )
        if row is None or row.app.bot_id != actor.user:
            raise errors.NotFound("There is no such dialog.")
        selectors.get_installation(row.app_id)
        row.body = content
        row.save(update_fields=["body"])
        _tell(row)
    return row


def get_open(*, actor: Actor, modal: int) -> Modal:
    """A dialog that is open for the actor. Raises NotFound."""
    row = Modal.objects.filter(pk=modal, user=actor.user, ended_at=None).first()
    if row is None:
        raise errors.NotFound("There is no such dialog.", details={"path": "modal"})
    return row


def end(row: Modal) -> None:
    """It was sent or closed."""
    Modal.objects.filter(pk=row.pk, ended_at=None).update(ended_at=timezone.now())


def shown(row: Modal) -> dict[str, Any]:
    """Its body, as its user sees it."""
    return {name: value for name, value in row.body.items() if name != "state"}


def forget() -> int:
    """Remove what was opened so long ago that nobody has it open."""
    before = timezone.now() - timedelta(days=conf.get().events_kept_days)
    return Modal.objects.filter(at__lt=before).delete()[0]


def _triggered(actor: Actor, trigger: str) -> Interaction:
    since = timezone.now() - conf.get().trigger_for
    rows = Interaction.objects.filter(trigger=selectors.digest(trigger), app__bot=actor.user, at__gte=since)
    if not rows.filter(triggered_at=None).update(triggered_at=timezone.now()):
        raise errors.NotFound("There is no such trigger, or its time is over.", details={"path": "trigger"})
    row = rows.get()
    selectors.get_installation(row.app_id)
    return row


def _tell(row: Modal) -> None:
    event = ModalOpened(
        conversation=row.conversation, modal=row.pk, app=row.app_id, client_key=row.client_key, body=shown(row)
    )
    topic = f"user.{row.user_id}"
    transaction.on_commit(lambda: relay.publish_ephemeral(topic, event))
