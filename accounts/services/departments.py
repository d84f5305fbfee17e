"""Departments: create, rename, move, remove. The tree has no circles and nobody's department disappears under him."""

from accounts import policy
from accounts.actor import Actor
from accounts.models import Department, User
from protocol import errors


def create(*, actor: Actor, name: str, other_name: str = "", parent: Department | None = None) -> Department:
    """A new department, at the top or below ``parent``."""
    _require_administrator(actor)
    return Department.objects.create(name=_named(name), other_name=other_name.strip(), parent=parent)


def update(
    *, actor: Actor, department: Department, name: str, other_name: str = "", parent: Department | None = None
) -> Department:
    """Rename a department or move it with everything below it."""
    _require_administrator(actor)
    if is_below(parent, department):
        raise errors.BadRequest("A department cannot be below itself.", details={"path": "parent"})
    department.name, department.other_name, department.parent = _named(name), other_name.strip(), parent
    department.save()
    return department


def remove(*, actor: Actor, department: Department) -> None:
    """Remove an empty department; raises Conflict while people or departments are in it."""
    _require_administrator(actor)
    if department.children.exists() or User.objects.filter(department=department).exists():
        raise errors.Conflict("Move the people and departments in it elsewhere first.")
    department.delete()


def is_below(department: Department | None, ancestor: Department) -> bool:
    """Whether ``department`` is ``ancestor`` or somewhere below it."""
    while department is not None and department.pk != ancestor.pk:
        department = department.parent
    return department is not None


def _named(name: str) -> str:
    if not name.strip():
        raise errors.BadRequest("A department needs a name.", details={"path": "name"})
    return name.strip()


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
