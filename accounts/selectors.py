"""Reads about people, departments and devices. Whoever may sign in may see the company's directory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from accounts import conf
from accounts.models import Department, Device, Token, User
from accounts.titles import beginning
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


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of himself for now; the fields of ``presence.changed``. Times in ms; 0: no end, or not so."""

    emoji: str = ""
    text: str = ""
    until: int = 0
    quiet_until: int = 0


def words_of(user: User, now: datetime) -> Words:
    """What holds at ``now``: words whose time is over are not said any more."""
    over = user.status_until is not None and user.status_until <= now
    quiet = user.quiet_until if user.quiet_until and user.quiet_until > now else None
    return Words(
        emoji="" if over else user.status_emoji,
        text="" if over else user.status_text,
        until=0 if over else _milliseconds(user.status_until),
        quiet_until=_milliseconds(quiet),
    )


def get_words(users: Iterable[int]) -> dict[int, Words]:
    """What those among ``users`` who say something say now. One query."""
    now = timezone.now()
    says = ~Q(status_emoji="") | ~Q(status_text="") | Q(quiet_until__gt=now)
    rows = User.objects.filter(says, pk__in=list(users))
    rows = rows.only("status_emoji", "status_text", "status_until", "quiet_until")
    return {each.pk: words_of(each, now) for each in rows}


def person_of(user: User) -> Person:
    """A user as others see it; the row must come with its department."""
    words = words_of(user, timezone.now())
    return Person(
        id=user.pk,
        username=user.username,
        name=user.name or user.username,
        other_name=user.other_name,
        kind=user.kind,
        title=user.title,
        department=user.department.name if user.department else "",
        avatar=user.avatar,
        active=user.is_active,
        status_emoji=words.emoji,
        status_text=words.text,
        status_until=words.until,
        quiet_until=words.quiet_until,
        initials=user.initials,
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
    """Active people whose names (by Latin letters too), title or department hold every word of ``query``, by user name."""
    limit = max(1, min(limit, limits.MAX_PAGE))
    rows = User.objects.select_related("department").filter(matching(query), is_active=True)
    rows = rows.exclude(kind=User.Kind.SYSTEM)
    if department:
        rows = rows.filter(department=department)
    rows = rows.alias(key=Lower("username")).order_by("key")
    if cursor:
        rows = rows.filter(key__gt=cursor)
    page = list(rows[: limit + 1])
    more = len(page) > limit
    page = page[:limit]
    return PeopleFound([person_of(each) for each in page], page[-1].username.lower() if more else "")


def matching(query: str, user: str = "") -> Q:
    """Every word of ``query`` in a user's names, initials, title or department. ``user``: the path to it, as "user__"."""
    found = Q()
    for word in query.split()[:8]:
        any_field = Q()
        for field in _SEARCHED:
            any_field |= Q(**{f"{user}{field}__icontains": word})
        found &= any_field
    return found


def id_of(words: str) -> int:
    """The id that somebody typed; 0: that is none."""
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 20 else 0
    return number if number < TOO_MUCH else 0


def list_beginning(words: str) -> list[int]:
    """Ids of people whose names begin so, or address (with an @), or who have this id. Three queries at most.

    Quick among any number of people: ``PEOPLE`` of each way, by name. Who wants another one types more.
    """
    ways = ("email",) if "@" in words else ("username", "name", "other_name")
    rows = [User.objects.exclude(**{way: ""}) for way in ways]  # as the indexes say it
    stretches = [beginning(each, way, words) for each, way in zip(rows, ways, strict=True)]
    found = [pk for each in stretches for pk in each.values_list("pk", flat=True)[:PEOPLE]]
    return list(dict.fromkeys([*([id_of(words)] if id_of(words) else []), *found]))


#: What no database can hold.
TOO_MUCH = 2**63
#: People whom a search by the beginning of a name finds, for each name.
PEOPLE = 100
#: Where words are looked for.
_SEARCHED = (
    "username", "name", "other_name", "initials", "title", "department__name", "department__other_name",
)  # fmt: skip


def get_department_path(user: User) -> list[str]:
    """Names of the person's departments from the top down. One query, whatever the depth."""
    if user.department_id is None:
        return []
    above = {pk: (parent, name) for pk, parent, name in Department.objects.values_list("pk", "parent", "name")}
    path: list[str] = []
    pk: int | None = user.department_id
    while pk in above and len(path) < 50:
        pk, name = above[pk]
        path.append(name)
    return path[::-1]


def get_user(user: int) -> User:
    """An account by id; raises NotFound."""
    found = User.objects.select_related("department").filter(pk=user).first()
    if found is None:
        raise errors.NotFound("There is no such person.")
    return found


def is_let_in(user: int) -> bool:
    """Whether some device of the account's would be let in now: none was signed out or paused."""
    return Device.objects.filter(user=user, revoked_at=None, paused_at=None).exists()


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
    """What was signed out, paused, revoked or expired since ``moment``, devices of people deactivated since then too.

    Looks some seconds further back (``conf.revocation_overlap``), so that a poller cannot step over a revocation that
    committed late; hearing of an end twice is harmless. Five indexed queries.
    """
    since = moment - conf.get().revocation_overlap
    signed_out = Device.objects.filter(revoked_at__gte=since).values_list("pk", flat=True)
    paused = Device.objects.filter(paused_at__gte=since).values_list("pk", flat=True)
    gone = Device.objects.filter(user__deactivated_at__gte=since, user__is_active=False).values_list("pk", flat=True)
    revoked = Token.objects.filter(revoked_at__gte=since).values_list("pk", flat=True)
    expired = Token.objects.filter(expires_at__gte=since, expires_at__lte=timezone.now()).values_list("pk", flat=True)
    return Ended(frozenset({*signed_out, *paused, *gone}), frozenset(revoked), frozenset(expired))


def _milliseconds(moment: datetime | None) -> int:
    return int(moment.timestamp() * 1000) if moment else 0
