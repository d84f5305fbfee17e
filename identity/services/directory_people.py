"""What a directory says of its people becomes accounts: made, changed, closed. The document is kept as it was said."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts import authentication
from accounts.actor import Actor
from accounts.models import Department, User
from accounts.services import departments, users
from identity.dialects import scim_patches
from identity.dialects.scim_schemas import ENTERPRISE, USER
from identity.models import Directory, DirectoryMember, DirectoryPerson
from protocol import errors

CHARS = 120


def create(*, actor: Actor, directory: Directory, document: Mapping[str, Any]) -> DirectoryPerson:
    """Somebody new to the directory: a new account, one that it had before, or one that it takes over.

    Raises BadRequest, Conflict.
    """
    username = _username(document)
    with transaction.atomic():
        known = User.objects.select_for_update().filter(username__iexact=username).first()
        if known is None:
            made = users.create(
                actor=actor, username=username, name=_name(document), **_fields(actor, directory, document)
            )
            row = DirectoryPerson(directory=directory, user=made)
        else:
            row = _taken_over(directory, known)
        _write(actor, row, {"active": True, **document})
    return row


def replace(*, actor: Actor, row: DirectoryPerson, document: Mapping[str, Any]) -> DirectoryPerson:
    """All that the directory says of somebody. Raises BadRequest, Conflict."""
    with transaction.atomic():
        _write(actor, _locked(row), document)
    row.refresh_from_db()
    return row


def patch(*, actor: Actor, row: DirectoryPerson, steps: list[scim_patches.Step]) -> DirectoryPerson:
    """Some of it. Raises BadRequest, Conflict and Invalid."""
    with transaction.atomic():
        kept = _locked(row)
        _write(actor, kept, scim_patches.apply(USER, document_of(kept), steps))
    row.refresh_from_db()
    return row


def remove(*, actor: Actor, row: DirectoryPerson) -> None:
    """The directory has somebody no more: the account is closed, its devices are signed out, its groups are left."""
    with transaction.atomic():
        kept = _locked(row)
        users.deactivate(actor=actor, user=kept.user)
        DirectoryMember.objects.filter(user=kept.user_id, group__directory=kept.directory_id).delete()
        kept.gone_at = kept.changed_at = timezone.now()
        kept.save(update_fields=["gone_at", "changed_at"])


def document_of(row: DirectoryPerson) -> dict[str, Any]:
    """What the directory said, with the user name and the state that the account has by now."""
    state = {} if "active" not in row.document and row.user.is_active else {"active": row.user.is_active}
    return {**row.document, "userName": row.user.username, **state}


def _locked(row: DirectoryPerson) -> DirectoryPerson:
    return DirectoryPerson.objects.select_for_update(of=("self",)).select_related("directory", "user").get(pk=row.pk)


def _taken_over(directory: Directory, user: User) -> DirectoryPerson:
    row = DirectoryPerson.objects.filter(user=user).first()
    if row is not None and row.directory_id == directory.pk and row.gone_at is not None:
        return row
    # A directory's word must not be enough to write an operator's account.
    operator = user.is_staff or user.is_superuser or authentication.may_enter_admin(user)
    if row is None and directory.adopts and user.kind == User.Kind.HUMAN and not operator:
        return DirectoryPerson(directory=directory, user=user)
    raise errors.Conflict("This user name is taken.", details={"path": "userName"})


def _write(actor: Actor, row: DirectoryPerson, document: Mapping[str, Any]) -> None:
    user = row.user
    wanted = {"username": _username(document), "name": _name(document)}
    wanted |= _fields(actor, row.directory, document)
    changes = {name: value for name, value in wanted.items() if getattr(user, name) != value}
    if changes:
        users.update(actor=actor, user=user, changes=changes)
    active = document.get("active", True)
    if active and not user.is_active:
        users.reactivate(actor=actor, user=user)
    elif not active and user.is_active:
        users.deactivate(actor=actor, user=user)
    row.document = {name: value for name, value in document.items() if name != "groups"}
    row.external_id = str(document.get("externalId", ""))[:255]
    row.gone_at, row.changed_at = None, timezone.now()
    row.save()


def _username(document: Mapping[str, Any]) -> str:
    found = str(document.get("userName", "")).strip()
    if not found:
        raise errors.BadRequest("A person needs a userName.", details={"path": "userName"})
    return User.normalize_username(found)


def _name(document: Mapping[str, Any]) -> str:
    parts = document.get("name") or {}
    whole = " ".join(each for each in (parts.get("givenName"), parts.get("familyName")) if each)
    found = document.get("displayName") or parts.get("formatted") or whole or _username(document)
    return str(found).strip()[:CHARS] or _username(document)


def _fields(actor: Actor, directory: Directory, document: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {"email": _email(document), "title": str(document.get("title", ""))[:CHARS]}
    if directory.departments == Directory.Departments.ATTRIBUTE:
        fields["department"] = find_or_make(actor, str(document.get(ENTERPRISE, {}).get("department", "")))
    return fields


def find_or_make(actor: Actor, name: str) -> Department | None:
    """The department of that name, None for ""."""
    name = name.strip()[:CHARS]
    if not name:
        return None
    return Department.objects.filter(name=name).order_by("pk").first() or departments.create(actor=actor, name=name)


def _email(document: Mapping[str, Any]) -> str:
    listed = [each for each in document.get("emails", []) if each.get("value")]
    chosen = next((each for each in listed if each.get("primary")), listed[0] if listed else {})
    found = str(chosen.get("value", ""))[:254]
    try:
        validate_email(found)
    except ValidationError:
        return ""
    return found
