"""Subscriptions of apps to events: made, proven by a challenge, given another secret, ended. Each act is audited."""

import json
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from audit.services.recording import Change, Target, record
from openplatform import conf, policy, signing
from openplatform.dialects.envelope import TYPES
from openplatform.models import App, EventSubscription
from openplatform.services import slack_secrets, wires
from protocol import errors

#: What the installation must have been given.
SCOPE = "events:read"
MAX_PER_APP = 10


def create(
    *, actor: Actor, app: int, url: str = "", types: Iterable[str] = (), signature: str = "standard"
) -> tuple[EventSubscription, str]:
    """A subscription: (the row, its secret, shown this once). With an address it is told nothing before ``verify``."""
    wanted = _checked(url, types, signature)
    with transaction.atomic():
        owner = _managed_app(actor, app)
        secret = slack_secrets.choose(app=app, signature=signature)
        if EventSubscription.objects.filter(app=owner).count() >= MAX_PER_APP:
            raise errors.Conflict("This app has as many subscriptions as it may have.", details={"rule": "many"})
        row = EventSubscription.objects.create(
            app=owner,
            url=url,
            types=wanted,
            signature=signature,
            secret=signing.seal(secret),
            state=EventSubscription.State.PENDING if url else EventSubscription.State.ACTIVE,
        )
        record(actor, "events.subscribed", _target(row), Change(after={"url": url, "types": wanted}))
    return row, secret


def change(
    *, actor: Actor, subscription: int, url: str, types: Iterable[str] = (), signature: str = "standard"
) -> EventSubscription:
    """Be told of something else, or somewhere else: another address is told nothing before ``verify``."""
    wanted = _checked(url, types, signature)
    with transaction.atomic():
        row = get_managed(actor=actor, subscription=subscription)
        before = {"url": row.url, "types": row.types}
        if row.url != url:
            row.state = EventSubscription.State.PENDING if url else EventSubscription.State.ACTIVE
            row.reason, row.failures, row.failing_since, row.closed_until = "", 0, None, None
        row.url, row.types, row.signature = url, wanted, signature
        row.save(
            update_fields=[
                "url", "types", "signature", "state", "reason", "failures", "failing_since", "closed_until",
            ]
        )  # fmt: skip
        record(actor, "events.changed", _target(row), Change(before, {"url": url, "types": wanted}))
    return row


def verify(*, actor: Actor, subscription: int) -> EventSubscription:
    """Ask the address to say a challenge back, signed like a delivery; then it is told. Raises Conflict when it does not.

    Also the way back for one that was disabled: what waits is posted.
    """
    row = get_managed(actor=actor, subscription=subscription)
    challenge = secrets.token_urlsafe(24)
    body = json.dumps({"type": "url_verification", "challenge": challenge}).encode()
    tried = wires.post(row, f"challenge_{challenge[:8]}", body)
    if tried.status != 200 or challenge.encode() not in tried.body:
        told = tried.reason or "it did not say the challenge back"
        raise errors.Conflict(f"The address did not answer as it should: {told}", details={"rule": "challenge"})
    return activate(actor=actor, subscription=subscription)


def activate(*, actor: Actor, subscription: int) -> EventSubscription:
    """Told from now on; ``verify`` calls it when the challenge came back."""
    with transaction.atomic():
        row = get_managed(actor=actor, subscription=subscription)
        row.state, row.reason, row.failures = EventSubscription.State.ACTIVE, "", 0
        row.failing_since = row.closed_until = None
        row.save(update_fields=["state", "reason", "failures", "failing_since", "closed_until"])
        record(actor, "events.verified", _target(row))
    return row


def disable(*, actor: Actor, row: EventSubscription, reason: str) -> None:
    """Stop posting. What waits stays; ``verify`` lets it go on."""
    row.state, row.reason = EventSubscription.State.DISABLED, reason[:200]
    with transaction.atomic():
        row.save(update_fields=["state", "reason", "failures", "failing_since"])
        record(actor, "events.disabled", _target(row), Change(after={"reason": row.reason}))


def rotate(*, actor: Actor, subscription: int) -> str:
    """Another secret, shown this once. For ``secret_overlap`` deliveries bear both signatures."""
    secret = signing.new_secret()
    with transaction.atomic():
        row = get_managed(actor=actor, subscription=subscription)
        row.old_secret, row.old_until = row.secret, timezone.now() + conf.get().secret_overlap
        row.secret = signing.seal(secret)
        row.save(update_fields=["secret", "old_secret", "old_until"])
        slack_secrets.spread(app=row.app_id, signature=row.signature, sealed=row.secret)
        record(actor, "events.secret_rotated", _target(row))
    return secret


def remove(*, actor: Actor, subscription: int) -> None:
    """End it, with its deliveries and their log."""
    with transaction.atomic():
        row = get_managed(actor=actor, subscription=subscription)
        record(actor, "events.unsubscribed", _target(row), Change(before={"url": row.url}))
        row.delete()


def list_of(*, actor: Actor, app: int) -> list[EventSubscription]:
    """An app's subscriptions, for who manages it."""
    with transaction.atomic():
        return list(EventSubscription.objects.filter(app=_managed_app(actor, app)).order_by("pk"))


def get_managed(*, actor: Actor, subscription: int) -> EventSubscription:
    """The subscription, locked inside a transaction, for who manages its app. Raises NotFound for everybody else."""
    rows = EventSubscription.objects.select_related("app").filter(pk=subscription)
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    row = rows.first()
    if row is None or not policy.may_manage(actor, row.app):
        raise errors.NotFound("There is no such subscription.")
    return row


def get_for_bot(*, actor: Actor, subscription: int) -> EventSubscription:
    """The subscription for its app's own bot, which pulls. Raises NotFound for everybody else."""
    row = EventSubscription.objects.select_related("app").filter(pk=subscription).first()
    if row is None or row.app.bot_id != actor.user or row.app.state != App.State.APPROVED:
        raise errors.NotFound("There is no such subscription.")
    if actor.scopes is not None and SCOPE not in actor.scopes:
        raise errors.Forbidden(f"The token lacks the scope {SCOPE}.", details={"rule": "scope", "scope": SCOPE})
    return row


def _checked(url: str, types: Iterable[str], signature: str) -> list[str]:
    """The types, sorted; raises BadRequest with the path of what is wrong."""
    wanted = sorted(set(types))
    if unknown := set(wanted) - set(TYPES):
        raise errors.BadRequest("There is no such event.", details={"path": "types", "unknown": min(unknown)})
    if signature not in ("standard", "slack"):
        raise errors.BadRequest("There is no such signature.", details={"path": "signature"})
    if url:
        wires.check(url)
    return wanted


def _managed_app(actor: Actor, app: int) -> App:
    row = App.objects.select_for_update().filter(pk=app).first()
    if row is None or not policy.may_manage(actor, row):
        raise errors.NotFound("There is no such app.")
    return row


def _target(row: EventSubscription) -> Target:
    return Target("subscription", row.pk, row.url[:200] or "pulls")
