"""Groups of a directory: who belongs together there; each a department here when the directory says so.

A change of members costs what changes, not what the group holds.
"""

import contextlib
import itertools
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.actor import Actor
from accounts.models import User
from accounts.services import departments, users
from identity.dialects import scim_filters, scim_patches
from identity.dialects.scim_schemas import GROUP, Invalid, tidy_value
from identity.models import Directory, DirectoryGroup, DirectoryMember, DirectoryPerson
from identity.services.directory_people import CHARS, find_or_make
from protocol import errors


def create(*, actor: Actor, directory: Directory, document: Mapping[str, Any]) -> DirectoryGroup:
    """A new group. Raises BadRequest."""
    with transaction.atomic():
        row = DirectoryGroup(directory=directory)
        _write(actor, row, document)
        _add(actor, row, _ids(directory, document.get("members", [])))
    return row


def replace(*, actor: Actor, row: DirectoryGroup, document: Mapping[str, Any]) -> DirectoryGroup:
    """All of a group, its members too. Raises BadRequest."""
    with transaction.atomic():
        kept = _locked(row)
        _write(actor, kept, document)
        _set(actor, kept, _ids(kept.directory, document.get("members", [])))
    row.refresh_from_db()
    return row


def patch(*, actor: Actor, row: DirectoryGroup, steps: list[scim_patches.Step]) -> None:
    """Some of it. Raises BadRequest and Invalid."""
    with transaction.atomic():
        kept = _locked(row)
        document = document_of(kept)
        for step in itertools.chain.from_iterable(map(_apart, steps)):
            if step.path.lower().removeprefix(f"{GROUP.lower()}:").startswith("members"):
                _patch_members(actor, kept, step)
            else:
                document = scim_patches.apply(GROUP, document, [step])
        _write(actor, kept, document)


def remove(*, actor: Actor, row: DirectoryGroup) -> None:
    """The group is gone; its department goes too when nobody is in it."""
    with transaction.atomic():
        kept = _locked(row)
        _set(actor, kept, set())
        department = kept.department
        kept.delete()
        if department is not None and not DirectoryGroup.objects.filter(department=department).exists():
            with contextlib.suppress(errors.Conflict):  # people or departments of others are in it
                departments.remove(actor=actor, department=department)


def document_of(row: DirectoryGroup) -> dict[str, Any]:
    """What the directory said, without the members."""
    return {"displayName": row.name} | ({"externalId": row.external_id} if row.external_id else {})


def _locked(row: DirectoryGroup) -> DirectoryGroup:
    rows = DirectoryGroup.objects.select_for_update(of=("self",)).select_related("directory", "department")
    return rows.get(pk=row.pk)


def _apart(step: scim_patches.Step) -> list[scim_patches.Step]:
    """A step without a path as one for each attribute."""
    if step.path or not isinstance(step.value, dict):
        return [step]
    return [scim_patches.Step(step.verb, name, value) for name, value in step.value.items() if name != "schemas"]


def _patch_members(actor: Actor, row: DirectoryGroup, step: scim_patches.Step) -> None:
    place = scim_patches.find_place(GROUP, step.path)
    given = tidy_value(place.attribute, step.value) or []
    if place.which is not None:
        which = place.which
        if not isinstance(which, scim_filters.Compare) or (which.path, which.operator) != ("value", "eq"):
            raise Invalid("invalidFilter", "Members are found by their value.")
        given = [{"value": str(which.value)}]
    if step.verb == "add":
        _add(actor, row, _ids(row.directory, given))
    elif step.verb == "replace" and place.which is None:
        _set(actor, row, _ids(row.directory, given))
    elif step.verb == "remove":
        everybody = place.which is None and not given
        _drop(actor, row, None if everybody else {int(each["value"]) for each in given if _is_id(each.get("value"))})
    else:
        raise Invalid("mutability", "A member is added or removed.")


def _write(actor: Actor, row: DirectoryGroup, document: Mapping[str, Any]) -> None:
    name = str(document.get("displayName", "")).strip()[:255]
    if not name:
        raise errors.BadRequest("A group needs a displayName.", details={"path": "displayName"})
    renamed = row.name != name
    row.name, row.external_id = name, str(document.get("externalId", ""))[:255]
    if row.directory.departments == Directory.Departments.GROUPS:
        if row.department is None:
            row.department = find_or_make(actor, name)
        elif renamed:
            kept = row.department
            fields: dict[str, Any] = {"other_name": kept.other_name, "parent": kept.parent}
            departments.update(actor=actor, department=kept, name=name[:CHARS], **fields)
    row.changed_at = timezone.now()
    row.save()


def _ids(directory: Directory, members: Collection[Mapping[str, Any]]) -> set[int]:
    """Ids of the directory's people that are named. Raises BadRequest for one that is not there."""
    wanted = {int(each["value"]) if _is_id(each.get("value")) else 0 for each in members}
    found = DirectoryPerson.objects.filter(directory=directory, user__in=wanted, gone_at__isnull=True)
    known = set(found.values_list("user", flat=True))
    if wanted - known:
        raise errors.BadRequest("There is no such person in this directory.", details={"path": "members"})
    return known


def _is_id(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18


def _set(actor: Actor, row: DirectoryGroup, wanted: set[int]) -> None:
    present = set(DirectoryMember.objects.filter(group=row).values_list("user", flat=True))
    _drop(actor, row, present - wanted)
    _add(actor, row, wanted - present)


def _add(actor: Actor, row: DirectoryGroup, people: set[int]) -> None:
    rows = [DirectoryMember(group=row, user_id=each) for each in sorted(people)]
    DirectoryMember.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
    if row.department_id is not None:
        for user in User.objects.filter(pk__in=people).exclude(department=row.department_id):
            users.update(actor=actor, user=user, changes={"department": row.department})


def _drop(actor: Actor, row: DirectoryGroup, people: set[int] | None) -> None:
    """``people`` None: everybody."""
    members = DirectoryMember.objects.filter(group=row)
    members = members if people is None else members.filter(user__in=people)
    leaving = list(members.values_list("user", flat=True)) if row.department_id is not None else []
    members.delete()
    for user in User.objects.filter(pk__in=leaving, department=row.department_id):
        users.update(actor=actor, user=user, changes={"department": None})
