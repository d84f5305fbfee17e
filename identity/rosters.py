"""What a directory reads of what it keeps: whose token it is, its people and groups by filter, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.authentication import digest
from identity.dialects import scim_filters
from identity.dialects.scim_filters import Both, Compare, Node, Not, Within
from identity.dialects.scim_schemas import ENTERPRISE, GROUP, USER, Invalid
from identity.models import Directory, DirectoryGroup, DirectoryMember, DirectoryPerson, DirectoryToken

#: Path -> field; texts without regard to case but for ids.
PEOPLE: Mapping[str, str] = {
    "id": "user", "externalid": "external_id", "username": "user__username", "displayname": "user__name",
    "name.formatted": "user__name", "title": "user__title", "active": "user__is_active", "emails": "user__email",
    "emails.value": "user__email", "name.familyname": "document__name__familyName",
    "name.givenname": "document__name__givenName", "meta.created": "created_at", "meta.lastmodified": "changed_at",
    "groups": "user__directory_groups__group", "groups.value": "user__directory_groups__group",
    f"{ENTERPRISE}:department".lower(): f"document__{ENTERPRISE}__department",
}  # fmt: skip
GROUPS: Mapping[str, str] = {
    "id": "pk", "externalid": "external_id", "displayname": "name", "members": "members__user",
    "members.value": "members__user", "meta.created": "created_at", "meta.lastmodified": "changed_at",
}  # fmt: skip
NUMBERS = {"id", "members", "members.value", "groups", "groups.value"}
TIMES = {"meta.created", "meta.lastmodified"}
_LOOKUPS = {"eq": "iexact", "ne": "iexact", "co": "icontains", "sw": "istartswith", "ew": "iendswith"}
_ORDER = {"gt": "gt", "ge": "gte", "lt": "lt", "le": "lte"}
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Page:
    """``start`` from 1; ``total`` of all that meet the filter."""

    rows: list[Any]
    total: int
    start: int


def find_directory(raw: str) -> Directory | None:
    """Whose token it is. One query, and a write a minute."""
    token = DirectoryToken.objects.select_related("directory").filter(digest=digest(raw), revoked_at=None).first()
    if token is None:
        return None
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= TOUCH_EVERY:
        DirectoryToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.directory


def list_people(directory: Directory, filter_text: str, start: int, count: int) -> Page:
    """Raises Invalid."""
    rows = DirectoryPerson.objects.select_related("user").filter(directory=directory, gone_at__isnull=True)
    return _page(rows, _query(filter_text, PEOPLE, USER), start, count)


def list_groups(directory: Directory, filter_text: str, start: int, count: int) -> Page:
    """Raises Invalid."""
    rows = DirectoryGroup.objects.filter(directory=directory)
    return _page(rows, _query(filter_text, GROUPS, GROUP), start, count)


def find_person(directory: Directory, number: str) -> DirectoryPerson | None:
    """By the id that the directory knows, which is the account's."""
    if not _is_number(number):
        return None
    rows = DirectoryPerson.objects.select_related("user", "directory")
    return rows.filter(directory=directory, user=int(number), gone_at__isnull=True).first()


def find_group(directory: Directory, number: str) -> DirectoryGroup | None:
    """By its id."""
    return DirectoryGroup.objects.filter(directory=directory, pk=int(number)).first() if _is_number(number) else None


def list_members(groups: list[int]) -> dict[int, list[int]]:
    """Group -> its members. One query."""
    found: dict[int, list[int]] = {each: [] for each in groups}
    rows = DirectoryMember.objects.filter(group__in=groups).order_by("pk")
    for group, user in rows.values_list("group", "user"):
        found[group].append(user)
    return found


def list_groups_of(people: list[int]) -> dict[int, list[tuple[int, str]]]:
    """User -> (group, name) of the groups he is in. One query."""
    found: dict[int, list[tuple[int, str]]] = {each: [] for each in people}
    rows = DirectoryMember.objects.filter(user__in=people).order_by("group")
    for user, group, name in rows.values_list("user", "group", "group__name"):
        found[user].append((group, name))
    return found


def _page(rows: QuerySet[Any], wanted: Q, start: int, count: int) -> Page:
    found = rows.filter(wanted).distinct().order_by("pk")
    start = max(1, start)
    return Page(list(found[start - 1 : start - 1 + count]) if count > 0 else [], found.count(), start)


def _query(text: str, fields: Mapping[str, str], kind: str) -> Q:
    return _of(scim_filters.parse(text), fields, kind) if text else Q()


def _of(node: Node, fields: Mapping[str, str], kind: str, within: str = "") -> Q:
    if isinstance(node, Both):
        made = Q()
        for each in node.parts:
            part = _of(each, fields, kind, within)
            made = made | part if node.any_of else made & part
        return made
    if isinstance(node, Not):
        return ~_of(node.part, fields, kind, within)
    if isinstance(node, Within):
        return _of(node.part, fields, kind, f"{node.path.removeprefix(f'{kind.lower()}:')}.")
    path = within + node.path.removeprefix(f"{kind.lower()}:")
    if path in ("emails.type", "emails.primary"):  # one address of each is kept: that one
        return Q(user__email__gt="")
    if path not in fields:
        raise Invalid("invalidFilter", f"There is no filter by {path[:100]}.")
    return _compared(path, fields[path], node)


def _compared(path: str, field: str, node: Compare) -> Q:
    if node.operator == "pr":
        empty = Q(**{f"{field}__isnull": True})
        return ~empty if path in NUMBERS | TIMES | {"active"} else ~empty & ~Q(**{field: ""})
    value: Any = node.value
    if path in NUMBERS:
        if node.operator not in ("eq", "ne"):
            raise Invalid("invalidFilter", f"{path} is compared by eq and ne.")
        same = Q(**{field: int(value) if isinstance(value, str) and _is_number(value) else -1})
    elif path in TIMES or (node.operator in _ORDER and path not in fields_of_text()):
        return _ordered(field, node)
    elif path == "active":
        if not isinstance(value, bool) or node.operator not in ("eq", "ne"):
            raise Invalid("invalidFilter", f"{path} is true or false.")
        same = Q(**{field: value})
    elif node.operator in _ORDER and isinstance(value, str):
        return Q(**{f"{field}__{_ORDER[node.operator]}": value})
    elif isinstance(value, str):
        same = Q(**{f"{field}__{_LOOKUPS[node.operator]}": value})
    else:
        raise Invalid("invalidFilter", f"{path} is compared with a text.")
    return ~same if node.operator == "ne" else same


def fields_of_text() -> set[str]:
    """Paths whose values are texts."""
    return (set(PEOPLE) | set(GROUPS)) - NUMBERS - TIMES - {"active"}


def _ordered(field: str, node: Compare) -> Q:
    try:
        moment = parse_datetime(node.value) if isinstance(node.value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid("invalidFilter", "That is no time.")
    if node.operator in _ORDER:
        return Q(**{f"{field}__{_ORDER[node.operator]}": moment})
    if node.operator in ("eq", "ne"):
        return Q(**{field: moment}) if node.operator == "eq" else ~Q(**{field: moment})
    raise Invalid("invalidFilter", "Times are compared by order.")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
