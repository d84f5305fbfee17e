"""Providers that administrators set up: saved, removed. A secret is only ever written; what is stored is sealed."""

import os
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from accounts import policy, sealing
from accounts.actor import Actor
from accounts.models import User
from audit.services.recording import Change, Target, record
from identity.claims import CHARS, USUAL
from identity.models import Link, Provider
from identity.providers import saml
from protocol import errors

BOX = "providers"
ENVIRONMENT = "env:"
#: What ``put`` may set; the secret has its own way.
FIELDS = (
    "kind", "slug", "name", "enabled", "address", "client", "certificates", "mapping", "match", "email_domains", "creates",
    "department_id", "trusts_second_factor",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """How a provider shall be. ``secret`` "": as it is; "env:NAME": in that variable of the environment."""

    fields: dict[str, Any] = field(default_factory=dict)
    secret: str = ""


def put(*, actor: Actor, wish: Wish, provider: int = 0) -> Provider:
    """Save a provider, a new one for 0. Raises BadRequest, Forbidden, NotFound."""
    _require_administrator(actor)
    _check(wish.fields)
    _check_kind(wish.fields)
    with transaction.atomic():
        row = Provider.objects.select_for_update().filter(pk=provider).first() if provider else Provider()
        if row is None:
            raise errors.NotFound("There is no such provider.")
        if row.pk is not None and wish.fields.get("slug", row.slug) != row.slug:
            raise errors.BadRequest("Its address is never changed.", details={"path": "slug"})
        before = _told(row) if row.pk is not None else {}
        for name, value in wish.fields.items():
            setattr(row, name, value)
        if wish.secret:
            row.secret = wish.secret if wish.secret.startswith(ENVIRONMENT) else sealing.seal(BOX, wish.secret)
        row.save()
        after = _told(row) | ({"secret": "replaced"} if wish.secret else {})
        changed = {name for name in after if before.get(name) != after[name]}
        told = Change(
            {name: before[name] for name in sorted(changed) if name in before},
            {name: after[name] for name in sorted(changed)},
        )
        record(actor, "provider.saved", target_of(row), told)
    return row


def remove(*, actor: Actor, provider: int) -> None:
    """Remove a provider with its links; the accounts stay. Raises Forbidden, NotFound."""
    _require_administrator(actor)
    with transaction.atomic():
        row = Provider.objects.select_for_update().filter(pk=provider).first()
        if row is None:
            raise errors.NotFound("There is no such provider.")
        record(actor, "provider.removed", target_of(row), Change(before=_told(row)))
        row.delete()


def link(*, actor: Actor, provider: Provider, user: User, subject: str) -> Link:
    """Let somebody at ``provider`` be ``user``: the way for operators, whom no provider's word finds. Raises a ParleyError."""
    _require_administrator(actor)
    if not 0 < len(subject) <= CHARS:
        raise errors.BadRequest("The provider's own id of the person.", details={"path": "subject"})
    try:
        with transaction.atomic():
            row = Link.objects.create(provider=provider, user=user, subject=subject)
            told = Change(after={"provider": provider.slug, "subject": subject})
            record(actor, "signin.linked", Target("user", user.pk, user.name), told)
    except IntegrityError:
        raise errors.Conflict("One of the two is linked already.", details={"rule": "linked"}) from None
    return row


def unlink(*, actor: Actor, link: int) -> None:
    """End a link. Raises Forbidden, NotFound."""
    _require_administrator(actor)
    with transaction.atomic():
        row = Link.objects.select_for_update(of=("self",)).select_related("user", "provider").filter(pk=link).first()
        if row is None:
            raise errors.NotFound("There is no such link.")
        told = Change(before={"provider": row.provider.slug, "subject": row.subject})
        record(actor, "signin.unlinked", Target("user", row.user_id, row.user.name), told)
        row.delete()


def secret_of(provider: Provider) -> str:
    """The provider's secret in clear, "" without one."""
    if provider.secret.startswith(ENVIRONMENT):
        return os.environ.get(provider.secret.removeprefix(ENVIRONMENT), "")
    return sealing.unseal(BOX, provider.secret) if provider.secret else ""


def target_of(provider: Provider) -> Target:
    """A provider in the audit log."""
    return Target("provider", provider.pk, provider.name)


def _check(fields: dict[str, Any]) -> None:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise errors.BadRequest("There is no such field.", details={"path": min(unknown)})
    mapping = fields.get("mapping", {})
    known = isinstance(mapping, dict) and set(mapping) <= set(USUAL) and all(map(_is_word, mapping.values()))
    if not known:
        raise errors.BadRequest(f"A mapping of {', '.join(USUAL)} to names.", details={"path": "mapping"})


def _check_kind(fields: dict[str, Any]) -> None:
    """What only some kinds need."""
    if fields.get("kind") != Provider.Kind.SAML:
        return
    if not saml.is_installed():
        raise errors.BadRequest(saml.MISSING, details={"path": "kind"})
    if not saml.certificates_of(fields.get("certificates", "")):
        raise errors.BadRequest("The certificate that assertions are signed by.", details={"path": "certificates"})


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 255


def _told(row: Provider) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
