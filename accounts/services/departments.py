"""Departments: create, rename, move, remove. The tree has no circles and nobody's department disappears under him."""

from django.db import transaction

from accounts import policy
from accounts.actor import Actor
from accounts.models import Department, User
from audit.services.recording import Change, Target, record
from protocol import errors


def create(*, actor: Actor, name: str, other_name: str = "", parent: Department | None = None) -> Department:
    """A new department, at the top or below ``parent``."""
    _require_administrator(actor)
    with transaction.atomic():
        made = Department.objects.create(name=_named(name), other_name=other_name.strip(), parent=parent)
        record(actor, "department.created", _target(made), Change(after=_told(made)))
    return made


def update(
    *, actor: Actor, department: Department, name: str, other_name: str = "", parent: Department | None = None
) -> Department:
    """Rename a department or move it with everything below it."""
    _require_administrator(actor)
    if is_below(parent, department):
        raise errors.BadRequest("A department cannot be below itself.", details={"path": "parent"})
    with transaction.atomic():
        before = _told(Department.objects.select_for_update().get(pk=department.pk))
        department.name, department.other_name, department.parent = _named(name), other_name.strip(), parent
        department.save()
        if (after := _told(department)) != before:
            record(actor, "department.changed", _target(department), Change(before, after))
    return department


def remove(*, actor: Actor, department: Department) -> None:
    """Remove an empty department; raises Conflict while people or departments are in it."""
    _require_administrator(actor)
    if department.children.exists() or User.objects.filter(department=department).exists():
        raise errors.Conflict("Move the people and departments in it elsewhere first.")
    with transaction.atomic():
        record(actor, "department.removed", _target(department), Change(before=_told(department)))
        department.delete()


def is_below(department: Department | None, ancestor: Department) -> bool:
    """Whether ``department`` is ``ancestor`` or somewhere below it."""
    while department is not None and department.pk != ancestor.pk:
        department = department.parent
    return department is not None


def _target(department: Department) -> Target:
    return Target("department", department.pk, department.name)


def _told(department: Department) -> dict[str, object]:
    return {"name": department.name, "other_name": department.other_name, "parent": department.parent_id}


def _named(name: str) -> str:
    if not name.strip():
        raise errors.BadRequest("A department needs a name.", details={"path": "name"})
    return name.strip()


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
