"""Directories that keep accounts here by SCIM: made, changed, removed by administrators; their tokens, shown once."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import policy
from accounts.actor import Actor
from accounts.authentication import digest
from accounts.services import tokens
from audit.services.recording import Change, Target, record
from identity.models import Directory, DirectoryToken
from protocol import errors

#: What its tokens begin with, so that scanners find leaked ones.
PREFIX = "plyd_"


def put(
    *, actor: Actor, name: str, departments: str = "nothing", adopts: bool = False, directory: int = 0
) -> Directory:
    """Save a directory, a new one for 0. Raises BadRequest, Conflict, Forbidden, NotFound."""
    _require_administrator(actor)
    if not name.strip():
        raise errors.BadRequest("A directory needs a name.", details={"path": "name"})
    if departments not in Directory.Departments.values:
        raise errors.BadRequest("There is no such choice.", details={"path": "departments"})
    try:
        with transaction.atomic():
            row = Directory.objects.select_for_update().filter(pk=directory).first() if directory else Directory()
            if row is None:
                raise errors.NotFound("There is no such directory.")
            before = _told(row) if directory else {}
            row.name, row.departments, row.adopts = name.strip(), departments, adopts
            row.save()
            record(actor, "directory.saved", _target(row), Change(before, _told(row)))
    except IntegrityError:
        raise errors.Conflict("There is a directory of that name.", details={"path": "name"}) from None
    return row


def remove(*, actor: Actor, directory: int) -> None:
    """Forget a directory, its tokens and groups; the accounts stay as they are. Raises Forbidden, NotFound."""
    _require_administrator(actor)
    with transaction.atomic():
        row = _get(directory)
        record(actor, "directory.removed", _target(row), Change(before=_told(row)))
        row.delete()


def issue_token(*, actor: Actor, directory: int) -> str:
    """A token, shown this once; those before it live on until they are revoked. Raises Forbidden, NotFound."""
    _require_administrator(actor)
    raw = tokens.generate(PREFIX)
    with transaction.atomic():
        row = _get(directory)
        DirectoryToken.objects.create(directory=row, digest=digest(raw), hint=raw[:10])
        record(actor, "directory.token_issued", _target(row), Change(after={"token": raw[:10]}))
    return raw


def revoke_token(*, actor: Actor, token: int) -> None:
    """The token lets nobody in from now on. Raises Forbidden, NotFound."""
    _require_administrator(actor)
    with transaction.atomic():
        row = (
            DirectoryToken.objects.select_for_update(of=("self",)).select_related("directory").filter(pk=token).first()
        )
        if row is None:
            raise errors.NotFound("There is no such token.")
        if row.revoked_at is None:
            row.revoked_at = timezone.now()
            row.save(update_fields=["revoked_at"])
            record(actor, "directory.token_revoked", _target(row.directory), Change(before={"token": row.hint}))


def _get(directory: int) -> Directory:
    row = Directory.objects.select_for_update().filter(pk=directory).first()
    if row is None:
        raise errors.NotFound("There is no such directory.")
    return row


def _target(row: Directory) -> Target:
    return Target("directory", row.pk, row.name)


def _told(row: Directory) -> dict[str, object]:
    return {"name": row.name, "departments": row.departments, "adopts": row.adopts}


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
