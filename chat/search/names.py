"""Names in a query → ids: who is meant by ``from:``, which of the searcher's conversations by ``in:``."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from accounts.models import User
from chat.models import Membership
from chat.search.operators import wrong

#: People or conversations that one name may mean; more is no filter.
MAX_MEANT = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation of the searcher. ``holding``: messages ever said there, for estimates."""

    id: int
    title: str
    key: str
    holding: int


def list_places(user: int) -> list[Place]:
    """The conversations of ``user``, in one query."""
    rows = Membership.objects.filter(user_id=user).values_list(
        "conversation_id", "conversation__title", "conversation__unique_key", "conversation__last_number"
    )
    return [Place(id, title, key or "", holding) for id, title, key, holding in rows]  # noqa: A001 - a column's name


def find_people(user: int, names: Iterable[str]) -> dict[str, list[int]]:
    """User ids by name as typed: ``me``, a user name, or a person's name in either script. One query, or none."""
    known = {name: [user] for name in names if name.lower() == "me"}
    asked = [name for name in names if name not in known]
    if not asked:
        return known
    matches = (Q(username__iexact=name) | Q(name__iexact=name) | Q(other_name__iexact=name) for name in asked)
    rows = User.objects.filter(reduce(or_, matches)).values_list("pk", "username", "name", "other_name")
    for pk, *texts in rows[: MAX_MEANT * len(asked)]:
        for name in asked:
            if name.lower() in (each.lower() for each in texts):
                known.setdefault(name, []).append(pk)
    return known


def person_names(senders: Iterable[str], places: Iterable[str]) -> list[str]:
    """Every person's name in a query: those of ``from:`` and those of ``in:@…``."""
    return sorted({each.removeprefix("@") for each in [*senders, *(each for each in places if each.startswith("@"))]})


def senders_of(names: Iterable[str], people: dict[str, list[int]]) -> list[int]:
    """The people meant by ``from:``. Raises BadRequest when a name means nobody."""
    meant: set[int] = set()
    for name in names:
        found = people.get(name.removeprefix("@"))
        if not found:
            raise wrong("from", name, f"from: nobody is called {name[:80]!r}.")
        meant.update(found)
    return sorted(meant)


def places_of(user: int, names: Iterable[str], mine: list[Place], people: dict[str, list[int]]) -> list[Place]:
    """The conversations meant by ``in:``: an id, a title (or a part of it), or @person for a direct one.

    Raises BadRequest when a name means none of the searcher's: whether there is another is not told.
    """
    meant: dict[int, Place] = {}
    for name in names:
        found = _place(user, name, mine, people)
        if not found:
            raise wrong("in", name, f"in: you are in no conversation {name[:80]!r}.")
        if len(found) > MAX_MEANT:
            raise wrong("in", name, f"in: more than {MAX_MEANT} of your conversations are called so.")
        meant.update((each.id, each) for each in found)
    return list(meant.values())


def _place(user: int, name: str, mine: list[Place], people: dict[str, list[int]]) -> list[Place]:
    if name.startswith("@"):
        keys = {f"{min(user, each)}-{max(user, each)}" for each in people.get(name[1:], [])}
        return [each for each in mine if each.key in keys]
    if name.isascii() and name.isdigit():
        return [each for each in mine if each.id == int(name)]
    wanted = name.casefold()
    exact = [each for each in mine if each.title.casefold() == wanted]
    return exact or [each for each in mine if wanted in each.title.casefold()]
