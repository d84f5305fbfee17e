"""Who must have a second factor: rules that administrators make. They hold from the next sign-in on."""

from django.db import transaction

from accounts import policy
from accounts.actor import Actor
from accounts.models import Department
from audit.services.recording import Change, Target, record
from identity.models import FactorRule
from protocol import errors

LONGEST_GRACE = 365


def put(*, actor: Actor, scope: str, department: Department | None = None, grace_days: int = 7) -> FactorRule:
    """Demand a second factor of everybody, of operators or of a department; the same scope again: other days.

    Raises BadRequest, Forbidden.
    """
    _require_administrator(actor)
    if scope not in FactorRule.Scope.values:
        raise errors.BadRequest("There is no such scope.", details={"path": "scope"})
    if (scope == FactorRule.Scope.DEPARTMENT) != (department is not None):
        raise errors.BadRequest("Name the department, and only for that scope.", details={"path": "department"})
    if not 0 <= grace_days <= LONGEST_GRACE:
        raise errors.BadRequest(f"From 0 to {LONGEST_GRACE} days.", details={"path": "grace_days"})
    with transaction.atomic():
        row, made = FactorRule.objects.select_for_update().get_or_create(
            scope=scope, department=department, defaults={"grace_days": grace_days}
        )
        before = {} if made else {"grace_days": row.grace_days}
        row.grace_days = grace_days
        row.save(update_fields=["grace_days"])
        record(actor, "factor.rule_set", _target(row), Change(before, {"grace_days": grace_days}))
    return row


def remove(*, actor: Actor, rule: int) -> None:
    """Demand it no more. Raises Forbidden, NotFound."""
    _require_administrator(actor)
    with transaction.atomic():
        row = FactorRule.objects.select_for_update(of=("self",)).select_related("department").filter(pk=rule).first()
        if row is None:
            raise errors.NotFound("There is no such rule.")
        record(actor, "factor.rule_removed", _target(row), Change(before={"grace_days": row.grace_days}))
        row.delete()


def _target(row: FactorRule) -> Target:
    return Target("factor_rule", row.pk, str(row))


def _require_administrator(actor: Actor) -> None:
    if not policy.may_administer(actor):
        raise errors.Forbidden("Only administrators may do that.", details={"rule": "administrator"})
