"""Reads about people, departments and devices. Whoever may sign in may see the company's directory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import conf
from accounts.models import Department, Device, Token, User
from protocol import errors, limits
from protocol.replies import Person


@dataclass(frozen=True, slots=True)
class PeopleFound:
    """A page of people in user name order. ``next``: the cursor of the following page ("" at the end)."""

    people: list[Person]
    next: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """Ids of what no longer lets anybody in."""

    devices: frozenset[int] = frozenset()
    revoked: frozenset[int] = frozenset()
    expired: frozenset[int] = frozenset()


def person_of(user: User) -> Person:
    """A user as others see it; the row must come with its department."""
    return Person(
        id=user.pk,
        username=user.username,
        name=user.name or user.username,
        other_name=user.other_name,
        kind=user.kind,
        title=user.title,
        department=user.department.name if user.department else "",
        active=user.is_active,
    )


def get_people(ids: Iterable[int]) -> list[Person]:
    """The people among ``ids`` that exist, each once, in the order given. One query."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    rows = User.objects.select_related("department").in_bulk(wanted)
    return [person_of(rows[each]) for each in wanted if each in rows]


def find_people(
    query: str = "", cursor: str = "", limit: int = limits.DEFAULT_PAGE, *, department: int = 0
) -> PeopleFound:
    """Active people whose user name, names, title or department hold every word of ``query``, by user name."""
    limit = max(1, min(limit, limits.MAX_PAGE))
    rows = User.objects.select_related("department").filter(is_active=True).exclude(kind=User.Kind.SYSTEM)
    for word in query.split()[:8]:
        rows = rows.filter(
            Q(username__icontains=word)
            | Q(name__icontains=word)
            | Q(other_name__icontains=word)
            | Q(title__icontains=word)
            | Q(department__name__icontains=word)
            | Q(department__other_name__icontains=word)
        )
    if department:
        rows = rows.filter(department=department)
    rows = rows.alias(key=Lower("username")).order_by("key")
    if cursor:
        rows = rows.filter(key__gt=cursor)
    page = list(rows[: limit + 1])
    more = len(page) > limit
    page = page[:limit]
    return PeopleFound([person_of(each) for each in page], page[-1].username.lower() if more else "")


def get_user(user: int) -> User:
    """An account by id; raises NotFound."""
    found = User.objects.select_related("department").filter(pk=user).first()
    if found is None:
        raise errors.NotFound("There is no such person.")
    return found


def get_user_named(username: str) -> User:
    """An account by user name in any case; raises NotFound."""
    found = User.objects.select_related("department").filter(username__iexact=username).first()
    if found is None:
        raise errors.NotFound("There is no such person.")
    return found


def list_departments() -> list[Department]:
    """The whole tree, parents' rows included, by name."""
    return list(Department.objects.select_related("parent").order_by("name", "pk"))


def list_devices(user: int) -> list[Device]:
    """Where ``user`` is signed in, the most recently seen first."""
    return list(Device.objects.filter(user=user, revoked_at__isnull=True).order_by("-last_seen_at", "-pk"))


def list_ended_since(moment: datetime) -> Ended:
    """What was signed out, revoked or expired since ``moment``, devices of people deactivated since then included.

    Looks some seconds further back (``conf.revocation_overlap``), so that a poller cannot step over a revocation that
    committed late; what ended never comes back, so hearing of it twice is harmless. Four indexed queries.
    """
    since = moment - conf.get().revocation_overlap
    signed_out = Device.objects.filter(revoked_at__gte=since).values_list("pk", flat=True)
    gone = Device.objects.filter(user__deactivated_at__gte=since, user__is_active=False).values_list("pk", flat=True)
    revoked = Token.objects.filter(revoked_at__gte=since).values_list("pk", flat=True)
    expired = Token.objects.filter(expires_at__gte=since, expires_at__lte=timezone.now()).values_list("pk", flat=True)
    return Ended(frozenset({*signed_out, *gone}), frozenset(revoked), frozenset(expired))
