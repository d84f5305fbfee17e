"""Reads about second factors and providers."""

from collections.abc import Sequence

from django.utils import timezone

from accounts import authentication
from accounts.models import Department, User
from identity import policy
from identity.models import Factor, FactorRule, Provider, RecoveryCode


def list_factors(user: int) -> list[Factor]:
    """The person's factors that count, the oldest first."""
    return list(Factor.objects.filter(user=user, confirmed_at__isnull=False).order_by("pk"))


def list_passkeys(user: int) -> list[Factor]:
    """The person's passkeys, the oldest first."""
    return list(Factor.objects.filter(user=user, kind=Factor.Kind.PASSKEY).order_by("pk"))


def count_codes(user: int) -> int:
    """How many recovery codes are left."""
    return RecoveryCode.objects.filter(user=user, used_at__isnull=True).count()


def get_demand(user: User) -> policy.Demand:
    """What is asked of ``user`` after the first factor. Two queries; two more with a rule for departments or roles."""
    has_factor = Factor.objects.filter(user=user, confirmed_at__isnull=False).exists()
    rules = [] if has_factor else list_rules()
    return policy.demand(_bound(user, rules), rules, has_factor=has_factor, now=timezone.now())


def list_providers() -> list[Provider]:
    """Those that people may sign in with, by name."""
    return list(Provider.objects.filter(enabled=True).order_by("name", "pk"))


def find_provider(slug: str) -> Provider | None:
    """One that people may sign in with."""
    return Provider.objects.select_related("department").filter(slug=slug, enabled=True).first()


def find_any_provider(slug: str) -> Provider | None:
    """One, also before it is switched on."""
    return Provider.objects.filter(slug=slug).first()


def is_bound(user: User) -> bool:
    """Whether some rule demands a second factor of ``user``, now or after the days of grace."""
    rules = list_rules()
    person = _bound(user, rules)
    return any(each.binds(person) for each in rules)


def list_rules() -> list[policy.Rule]:
    """All rules, as values."""
    fields = ("scope", "department_id", "grace_days", "made_at")
    return [policy.Rule(*each) for each in FactorRule.objects.values_list(*fields)]


def _bound(user: User, rules: Sequence[policy.Rule]) -> policy.Bound:
    scopes = {each.scope for each in rules}
    operator = "operators" in scopes and (user.is_superuser or authentication.may_enter_admin(user))
    departments = _above(user.department_id) if "department" in scopes else frozenset()
    return policy.Bound(operator=operator, departments=departments, since=user.created_at)


def _above(department: int | None) -> frozenset[int]:
    """A department and all above it."""
    if department is None:
        return frozenset()
    parents = dict(Department.objects.values_list("pk", "parent"))
    found: set[int] = set()
    while department is not None and department not in found:
        found.add(department)
        department = parents.get(department)
    return frozenset(found)
