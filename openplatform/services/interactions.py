"""Interactions: somebody uses a command, a card or a dialog of an app; the app is asked within three seconds and answers
at once, or later, for a while and a few times, at the interaction's response address. docs/interactions.md

The row is there before the app is asked, so an answer that overtakes the question's own finds it. How an app is asked
is ``speaking``'s, what its reply does is ``replying``'s.
"""

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from msgspec import convert

from accounts.actor import Actor
from accounts.selectors import get_user
from chat import card_actions
from chat.card_actions import Asked
from chat.selectors.access import get_seat
from chat.services.messages import checked_key
from openplatform import conf, selectors
from openplatform.models import Installation, Interaction, Interactivity, Modal
from openplatform.services import modals, replying, speaking, whispers
from openplatform.services.replying import Done
from openplatform.services.speaking import Question, Reply
from protocol import errors
from protocol.cards import ModalBody, fields_of

Kind = Interaction.Kind
#: An interaction that is younger is still being asked about: wires.SECONDS and some time to carry the answer out.
UNDER_WAY = timedelta(seconds=10)
PREFIX = "plyr_"


@dataclass(frozen=True, slots=True)
class Use:
    """What was used, and where. ``facts``: of the ``Question``."""

    conversation: int
    kind: str
    client_key: str
    seq: int = 0
    whisper: int = 0
    modal: int = 0
    facts: dict[str, Any] = field(default_factory=dict)


def ask(*, actor: Actor, app: int, use: Use) -> Done:
    """Ask the app and do what it answers. The same ``client_key`` again is the same use: its app is asked once.

    Raises Forbidden not_a_member, NotFound when the app is not at work or not for this person, Conflict when it did not
    answer as it should.
    """
    checked_key(use.client_key)
    seat = get_seat(actor.user, use.conversation)
    installed = selectors.get_installation(app)
    person = get_user(actor.user)
    if not selectors.may_use(installed.app, person):
        raise errors.NotFound("There is no such app.")
    where = Interactivity.objects.filter(app=app).first()
    if where is None:
        raise card_actions.no_handler()
    response, trigger = (PREFIX + secrets.token_urlsafe(32) for _ in range(2))
    row = _begin(actor, app, use, response, trigger)
    if row.told is not None:
        return replying.again(row)
    question = Question(
        row=row,
        app=installed.app,
        user=person,
        conversation=seat.conversation,
        response=response,
        trigger=trigger,
        **use.facts,
    )
    heard = speaking.ask(where, question)
    reason, done = heard.reason, None
    if not reason:
        try:
            done = replying.carry_out(row, installed, heard.reply)
        except errors.ParleyError as problem:
            reason = f"its answer cannot be done: {problem.message} {problem.details.get('path', '')}".strip()
    told = replying.kept(done) if done else None
    Interaction.objects.filter(pk=row.pk).update(status=heard.status, ms=heard.ms, reason=reason[:200], told=told)
    if done is None:
        raise errors.Conflict(f"{installed.app.name} did not answer: {reason}", details={"rule": "app_failed"})
    return done


def respond(*, response: str, reply: Reply) -> None:
    """What an app answers later. Raises NotFound when the address is none, or its time or its uses are over."""
    since = timezone.now() - conf.get().response_for
    rows = Interaction.objects.filter(response=selectors.digest(response), at__gte=since)
    found = rows.first()
    if found is None or not selectors.live_installations().filter(app=found.app_id).exists():
        raise errors.NotFound("There is no such address, or its time is over.")
    with transaction.atomic():
        if not rows.filter(uses_left__gt=0).update(uses_left=F("uses_left") - 1):
            raise errors.NotFound("This address was used as often as it may be.")
        row = rows.get()
        replying.carry_out(row, selectors.get_installation(row.app_id), reply, late=True)


def press_whisper(*, actor: Actor, conversation: int, whisper: int, client_key: str, asked: Asked) -> Done:
    """Use a control of a card that was whispered. Raises as ``ask`` does, and BadRequest."""
    row = whispers.get_heard(actor=actor, conversation=conversation, whisper=whisper)
    value, values = card_actions.check(row.body, asked)
    facts = {"action": asked.action, "value": value, "values": values, "card": row.body}
    use = Use(conversation, Kind.ACTION, client_key, seq=row.target, whisper=row.pk, facts=facts)
    return ask(actor=actor, app=row.app_id, use=use)


def submit(*, actor: Actor, modal: int, client_key: str, values: dict[str, Any]) -> Done:
    """Send a dialog. It ends unless the app answers with errors or another content. Raises as ``ask``, and BadRequest."""
    row = modals.get_open(actor=actor, modal=modal)
    body = convert(row.body, ModalBody)
    checked = card_actions.check_fields([each for _, each in fields_of(body).values()], values)
    done = ask(actor=actor, app=row.app_id, use=_of_modal(row, Kind.SUBMITTED, client_key, checked))
    if not done.errors and (done.modal is None or done.modal.modal != row.pk):
        modals.end(row)
    return done


def close(*, actor: Actor, modal: int, client_key: str) -> None:
    """Close a dialog unsent; the app is told when it wanted to be."""
    row = modals.get_open(actor=actor, modal=modal)
    modals.end(row)
    if row.body.get("tell_closed"):
        ask(actor=actor, app=row.app_id, use=_of_modal(row, Kind.CLOSED, client_key, {}))


def forget() -> int:
    """Remove what is older than events may be pulled."""
    before = timezone.now() - timedelta(days=conf.get().events_kept_days)
    return Interaction.objects.filter(at__lt=before).delete()[0]


def _of_modal(row: Modal, kind: str, client_key: str, values: dict[str, Any]) -> Use:
    facts = {"modal": row.body, "values": values}
    return Use(row.conversation, kind, client_key, modal=row.pk, facts=facts)


def _begin(actor: Actor, app: int, use: Use, response: str, trigger: str) -> Interaction:
    """The row with new secrets, or the one that was answered already. Raises Conflict while another asks."""
    fresh: dict[str, Any] = {
        "response": selectors.digest(response),
        "trigger": selectors.digest(trigger),
        "uses_left": conf.get().response_uses,
        "at": timezone.now(),
    }
    try:
        with transaction.atomic():
            return Interaction.objects.create(
                app_id=app,
                user_id=actor.user,
                kind=use.kind,
                client_key=use.client_key,
                conversation=use.conversation,
                seq=use.seq,
                whisper=use.whisper,
                modal=use.modal,
                **fresh,
            )
    except IntegrityError:
        pass
    known = Interaction.objects.filter(app=app, user=actor.user, client_key=use.client_key)
    row = known.get()
    if (row.kind, row.conversation, row.seq, row.whisper, row.modal) != (
        use.kind, use.conversation, use.seq, use.whisper, use.modal,
    ):  # fmt: skip
        raise errors.Conflict("This client_key was used for something else.", code="key_reused")
    if row.told is not None:
        return row
    # Asked again after a failure, or by somebody who gave up waiting.
    idle = known.filter(told__isnull=True, at=row.at)
    if not row.reason:
        idle = idle.filter(at__lt=timezone.now() - UNDER_WAY)
    if not idle.update(reason="", **fresh):
        raise errors.Conflict("The app is being asked.", details={"rule": "under_way"})
    return known.get()


def installation_of(sender: int | None) -> Installation | None:
    """The live installation whose bot ``sender`` is."""
    return selectors.find_by_bots([sender]).get(sender) if sender else None
