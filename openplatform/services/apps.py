"""Apps: make, change, ask for approval, approve, turn down, suspend, restore, give a new secret. Each act is audited.

What an approved app then gets (a bot, tokens) is ``installations``'.
"""

import secrets as random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.actor import SYSTEM, Actor
from accounts.authentication import checksum
from accounts.models import Department
from accounts.services import devices
from audit.services.recording import Change, Target, record
from openplatform import policy, scopes, selectors
from openplatform.models import App
from protocol import errors

#: What a client secret begins with, so that scanners find leaked ones.
SECRET_PREFIX = "plys_"  # noqa: S105 - a prefix
#: What ``update`` may change; the rest has its own verb.
CHANGEABLE = frozenset({"name", "description", "homepage", "scopes", "redirect_uris", "client_type", "departments"})
#: Changes that a reviewer has to see again before they count.
REVIEWED = frozenset({"scopes", "redirect_uris", "client_type"})
MAX_REDIRECTS = 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def create(*, actor: Actor, name: str, **fields: Any) -> tuple[App, str]:
    """A draft of the actor's: (the app, its client secret, which is not kept and so never shown again)."""
    if not policy.in_person(actor):
        raise errors.Forbidden("Only a person makes apps.", details={"rule": "in_person"})
    if unknown := set(fields) - CHANGEABLE:
        raise errors.BadRequest("There is no such field.", details={"path": min(unknown)})
    secret = _new_secret()
    app = App(
        user_id=actor.user,
        client_secret=secret,
        client_type=App.CLIENT_CONFIDENTIAL,
        authorization_grant_type=App.GRANT_AUTHORIZATION_CODE,
        algorithm=App.RS256_ALGORITHM,
    )
    with transaction.atomic():
        _apply(app, {"name": name, **fields})
        app.save()
        _limit(app, fields.get("departments", ()))
        record(actor, "app.created", _target(app), Change(after=_told(app, ["name", *fields])))
    return app, secret


def update(*, actor: Actor, app: int, changes: Mapping[str, Any]) -> App:
    """Change an app (``CHANGEABLE``). What a reviewer approved (``REVIEWED``) only a reviewer changes afterwards, and
    a change to it while it waits takes it out of the queue: nobody approves what he has not read.
    """
    if unknown := set(changes) - CHANGEABLE:
        raise errors.BadRequest("There is no such field.", details={"path": min(unknown)})
    with transaction.atomic():
        row = _locked(actor, app)
        before = _told(row, changes)
        _apply(row, changes)
        if "departments" in changes:
            _limit(row, changes["departments"])
        after = _told(row, changes)
        changed = [name for name in changes if before[name] != after[name]]
        if not changed:
            return row
        if row.state == App.State.APPROVED and REVIEWED & set(changed) and not policy.may_review(actor):
            raise errors.Conflict(
                "An administrator approved this; only an administrator changes it now.",
                details={"rule": "approved", "path": min(REVIEWED & set(changed))},
            )
        if row.state == App.State.PENDING and REVIEWED & set(changed):
            _move(row, App.State.DRAFT, "")
        row.save()
        told = Change({name: before[name] for name in changed}, {name: after[name] for name in changed})
        record(actor, "app.changed", _target(row), told)
    return row


def request_approval(*, actor: Actor, app: int) -> App:
    """Put a draft into the reviewers' queue."""
    with transaction.atomic():
        row = _locked(actor, app)
        _require_state(row, App.State.DRAFT)
        if not row.scopes:
            raise errors.BadRequest("An app without scopes can do nothing.", details={"path": "scopes"})
        _move(row, App.State.PENDING, "")
        row.save()
        record(actor, "app.submitted", _target(row), Change(after=_told(row, ["scopes", "redirect_uris"])))
    return row


def withdraw(*, actor: Actor, app: int) -> App:
    """Take an app out of the reviewers' queue: it is a draft again."""
    with transaction.atomic():
        row = _locked(actor, app)
        _require_state(row, App.State.PENDING)
        _move(row, App.State.DRAFT, "")
        row.save()
        record(actor, "app.withdrawn", _target(row))
    return row


def approve(*, actor: Actor, app: int) -> App:
    """Let an app that waits be installed and used."""
    with transaction.atomic():
        row = _reviewed(actor, app, App.State.PENDING)
        _move(row, App.State.APPROVED, "")
        row.save()
        record(actor, "app.approved", _target(row), Change(after=_told(row, ["scopes", "redirect_uris"])))
    return row


def reject(*, actor: Actor, app: int, reason: str) -> App:
    """Turn an app that waits down: it is a draft again, and its owner reads why."""
    if not reason.strip():
        raise errors.BadRequest("Say why.", details={"path": "reason"})
    with transaction.atomic():
        row = _reviewed(actor, app, App.State.PENDING)
        _move(row, App.State.DRAFT, reason)
        row.save()
        record(actor, "app.rejected", _target(row), reason=reason)
    return row


def suspend(*, actor: Actor, app: int, reason: str) -> App:
    """Cut an app off at once: no token of its lets in, its sockets are cut within seconds, no event goes to it."""
    if not reason.strip():
        raise errors.BadRequest("Say why.", details={"path": "reason"})
    with transaction.atomic():
        row = _reviewed(actor, app, App.State.APPROVED)
        _move(row, App.State.SUSPENDED, reason)
        row.save()
        devices.pause_app(actor=SYSTEM, app=row.pk)
        record(actor, "app.suspended", _target(row), reason=reason)
    return row


def restore(*, actor: Actor, app: int) -> App:
    """End a suspension: what the app had before lets it in again."""
    with transaction.atomic():
        row = _reviewed(actor, app, App.State.SUSPENDED)
        _move(row, App.State.APPROVED, "")
        row.save()
        devices.resume_app(actor=SYSTEM, app=row.pk)
        record(actor, "app.restored", _target(row))
    return row


def rotate_secret(*, actor: Actor, app: int) -> str:
    """A new client secret, shown once; the old one is dead at once."""
    with transaction.atomic():
        row = _locked(actor, app)
        secret = _new_secret()
        row.client_secret = secret
        row.save()
        record(actor, "app.secret_rotated", _target(row))
    return secret


def _new_secret() -> str:
    bits = random.token_urlsafe(32)
    return SECRET_PREFIX + bits + checksum(bits)


def _locked(actor: Actor, app: int) -> App:
    """The row, with nobody else changing it; raises NotFound for strangers."""
    selectors.get_app(actor, app)
    return App.objects.select_for_update().get(pk=app)


def _reviewed(actor: Actor, app: int, state: App.State) -> App:
    row = _locked(actor, app)
    if not policy.may_review(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
    _require_state(row, state)
    return row


def _require_state(row: App, state: App.State) -> None:
    if row.state != state:
        raise errors.Conflict(f"The app is {row.state}, not {state}.", details={"rule": "state", "state": row.state})


def _move(row: App, state: App.State, reason: str) -> None:
    row.state, row.state_reason, row.state_at = state, reason.strip()[:500], timezone.now()


def _apply(app: App, fields: Mapping[str, Any]) -> None:
    """Set checked values on the row; raises BadRequest with the path."""
    for field, value in fields.items():
        if field == "scopes":
            if unknown := scopes.find_unknown(value):
                raise errors.BadRequest(f"There is no scope {unknown[0][:80]!r}.", details={"path": "scopes"})
            app.scopes = sorted(set(value))
        elif field == "redirect_uris":
            app.redirect_uris = " ".join(_checked_redirects(value))
        elif field in {"name", "description", "homepage"}:
            setattr(app, field, value.strip())
        elif field == "client_type":
            app.client_type = value
    if not app.name:
        raise errors.BadRequest("An app needs a name.", details={"path": "name"})
    try:
        app.clean_fields(exclude=["client_secret", "client_id", "user"])
    except ValidationError as problem:
        path, messages = next(iter(problem.message_dict.items()))
        raise errors.BadRequest(" ".join(messages), details={"path": path}) from None


def _checked_redirects(given: list[str]) -> list[str]:
    """HTTPS without a fragment; plain HTTP only to the developer's own machine. Compared letter by letter later."""
    if len(given) > MAX_REDIRECTS:
        raise errors.BadRequest(f"{MAX_REDIRECTS} addresses are enough.", details={"path": "redirect_uris"})
    for index, uri in enumerate(given):
        parts = urlsplit(uri)
        local = parts.scheme == "http" and parts.hostname in _LOOPBACK
        if (parts.scheme != "https" and not local) or not parts.hostname or "#" in uri or uri.split() != [uri]:
            raise errors.BadRequest(
                "An https:// address without a fragment is wanted (http:// for this machine only).",
                details={"path": f"redirect_uris.{index}"},
            )
    return list(dict.fromkeys(given))


def _limit(app: App, departments: Any) -> None:
    wanted = set(departments)
    if Department.objects.filter(pk__in=wanted).count() != len(wanted):
        raise errors.BadRequest("There is no such department.", details={"path": "departments"})
    app.departments.set(wanted)


def _told(app: App, fields: Any) -> dict[str, Any]:
    """Fields as the audit log keeps them."""
    return {
        name: sorted(app.departments.values_list("pk", flat=True)) if name == "departments" else getattr(app, name)
        for name in fields
    }


def _target(app: App) -> Target:
    return Target("app", app.pk, app.name)
