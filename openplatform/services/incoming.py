"""Incoming webhooks: made, changed and ended by who manages the conversation; spoken through by whoever has the secret.

A hook speaks as its own bot, a member of the conversation: what holds for members (posting rule, mutes, being taken out)
holds for it. How other products shape what they post is ``dialects``.
"""

import secrets
import string
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.authentication import digest
from accounts.models import User
from accounts.policy import may_administer
from accounts.services import users
from audit.services.recording import Change, Target, record
from chat import policy as rules
from chat import selectors
from chat.models import Conversation, Membership
from chat.services import conversations, messages
from chat.timeline import Outcome
from openplatform import conf, policy
from openplatform.dialects import posts
from openplatform.models import IncomingWebhook
from protocol import errors

#: 24 characters: what Mattermost and Slack make, and what senders check for. 4 say what it is, 20 are random (119 bits).
PREFIX, RANDOM = "plyh", 20
_ALPHABET = string.ascii_letters + string.digits
#: Seconds between two notes of when a hook was used.
TOUCH_SECONDS = 60


class NoService(Exception):
    """No such hook, or it was ended. Not an error of the wire: each dialect has its own word for it."""


def create(*, actor: Actor, conversation: int, name: str, may_rename: bool = False) -> tuple[str, IncomingWebhook]:
    """A hook for a group that the actor manages: (its secret, shown this once; its row). Raises a ParleyError."""
    _managed(actor, conversation)
    name = _named(name)
    with transaction.atomic():
        _hold(conversation)
        here = IncomingWebhook.objects.filter(conversation_id=conversation, revoked_at=None)
        if here.count() >= conf.get().hooks_per_conversation:
            raise errors.Conflict("This conversation has as many webhooks as it may have.", details={"rule": "hooks"})
        bot = users.create(actor=SYSTEM, username=f"hook-{uuid.uuid4().hex}", name=name, kind="bot")
        conversations.add_members(actor=actor, conversation=conversation, users=[bot.pk])
        raw = _secret()
        hook = IncomingWebhook.objects.create(
            conversation_id=conversation,
            bot=bot,
            creator_id=actor.user,
            name=name,
            digest=digest(raw),
            hint=raw[:8],
            may_rename=may_rename,
        )
        record(actor, "webhook.created", _target(hook), Change(after={"may_rename": may_rename}))
    return raw, hook


def list_of(*, actor: Actor, conversation: int) -> list[IncomingWebhook]:
    """The hooks in use, for who manages the conversation."""
    _managed(actor, conversation)
    found = IncomingWebhook.objects.filter(conversation_id=conversation, revoked_at=None)
    return list(found.order_by("id"))


def change(
    *, actor: Actor, conversation: int, hook: int, name: str | None = None, may_rename: bool | None = None
) -> IncomingWebhook:
    """Another name, or another answer to whether posts may say whose words they bear."""
    _managed(actor, conversation)
    with transaction.atomic():
        found = _locked(conversation, hook)
        before = {"name": found.name, "may_rename": found.may_rename}
        if name is not None:
            found.name = _named(name)
            users.update(actor=SYSTEM, user=User.objects.get(pk=found.bot_id), changes={"name": found.name})
        if may_rename is not None:
            found.may_rename = may_rename
        found.save(update_fields=["name", "may_rename"])
        after = {"name": found.name, "may_rename": found.may_rename}
        record(actor, "webhook.changed", _target(found), Change(before, after))
    return found


def renew(*, actor: Actor, conversation: int, hook: int) -> tuple[str, IncomingWebhook]:
    """Another secret; the one before is dead at once: (the secret, shown this once; the row)."""
    _managed(actor, conversation)
    raw = _secret()
    with transaction.atomic():
        found = _locked(conversation, hook)
        before = found.hint
        found.digest, found.hint = digest(raw), raw[:8]
        found.save(update_fields=["digest", "hint"])
        record(actor, "webhook.changed", _target(found), Change({"hint": before}, {"hint": found.hint}))
    return raw, found


def revoke(*, actor: Actor, conversation: int, hook: int) -> None:
    """End it: its bot leaves, what it said stays."""
    _managed(actor, conversation)
    _end(actor, conversation, hook)


def end(*, actor: Actor, hook: IncomingWebhook) -> None:
    """The same by an administrator, in whatever conversation it is."""
    if not may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
    _end(actor, hook.conversation_id, hook.pk)


def find(raw: str) -> IncomingWebhook:
    """The hook in use behind a secret. Raises NoService."""
    found = IncomingWebhook.objects.filter(digest=digest(raw), revoked_at=None).first()
    if found is None:
        raise NoService("There is no such webhook.")
    return found


def post(*, hook: IncomingWebhook, payload: Mapping[str, Any], ip: str = "") -> Outcome:
    """Say what a program posted. Raises posts.Unreadable, or a ParleyError when the bot may not speak."""
    asked = posts.users_in(payload)
    names = dict(User.objects.filter(pk__in=asked).values_list("pk", "name")) if asked else {}
    said = posts.read(payload, lambda user: names.get(user, ""), hook.name)
    sent = messages.send(
        actor=Actor(user=hook.bot_id, name=hook.name, ip=ip),
        conversation=hook.conversation_id,
        client_key=uuid.uuid4().hex,
        kind=said.kind,
        body=_signed(said) if hook.may_rename and said.username else said.body,
        mentions=said.mentions,
        mentions_all=said.mentions_all,
    )
    now = timezone.now()
    stale = now - timedelta(seconds=TOUCH_SECONDS)
    IncomingWebhook.objects.filter(Q(last_used_at=None) | Q(last_used_at__lt=stale), pk=hook.pk).update(
        last_used_at=now
    )
    return sent


def _signed(said: posts.Post) -> dict[str, Any]:
    """The body with whose words it bears in front: beside the bot's own name, so nobody is spoken for unseen."""
    who = " ".join(filter(None, (said.icon, f"**{said.username}**")))
    if said.kind == "text":
        return {"text": f"{who}\n{said.body['text']}"}
    note = {"type": "note", "text": who}
    return {**said.body, "blocks": [note, *said.body.get("blocks", [])][: posts.MAX_BLOCKS]}


def _end(actor: Actor, conversation: int, hook: int) -> None:
    with transaction.atomic():
        _hold(conversation)
        found = _locked(conversation, hook)
        found.revoked_at = timezone.now()
        found.save(update_fields=["revoked_at"])
        if Membership.objects.filter(conversation_id=conversation, user_id=found.bot_id).exists():
            conversations.remove_members(actor=SYSTEM, conversation=conversation, users=[found.bot_id])
        users.deactivate(actor=SYSTEM, user=User.objects.get(pk=found.bot_id))
        record(actor, "webhook.revoked", _target(found))


def _hold(conversation: int) -> None:
    """The conversation's lock, before the audit log's: whoever takes both takes them in this order."""
    Conversation.objects.select_for_update().filter(pk=conversation).first()


def _secret() -> str:
    return PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(RANDOM))


def _named(name: str) -> str:
    name = " ".join(name.split())[:80]
    if not name:
        raise errors.BadRequest("A webhook needs a name.", details={"path": "name"})
    return name


def _managed(actor: Actor, conversation: int) -> None:
    """Owner and admins, in person: an app that manages a group does not hand out ways to speak in it."""
    if not policy.in_person(actor):
        raise errors.Forbidden("Only people make webhooks, by themselves.", details={"rule": "in_person"})
    seat = selectors.get_seat(actor.user, conversation)
    if refused := rules.may_manage(actor=actor, conversation=seat.conversation, membership=seat):
        raise refused


def _locked(conversation: int, hook: int) -> IncomingWebhook:
    found = IncomingWebhook.objects.select_for_update().filter(pk=hook, conversation_id=conversation, revoked_at=None)
    row = found.first()
    if row is None:
        raise errors.NotFound("There is no such webhook.")
    return row


def _target(hook: IncomingWebhook) -> Target:
    return Target("webhook", hook.pk, hook.name, hook.conversation_id)
