"""Rows as SCIM documents, and the part of them that was asked for."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from identity import rosters
from identity.dialects.scim_schemas import ENTERPRISE, GROUP, MESSAGES, USER
from identity.models import DirectoryGroup, DirectoryPerson
from identity.services.directory_groups import document_of as document_of_group
from identity.services.directory_people import document_of

#: Returned whatever is asked for.
ALWAYS = {"schemas", "id"}


def people(request: HttpRequest, rows: list[DirectoryPerson]) -> list[dict[str, Any]]:
    """Users. One query for the groups of all."""
    groups = rosters.list_groups_of([each.user_id for each in rows])
    made = []
    for row in rows:
        said = document_of(row)
        theirs = [
            {"value": str(group), "$ref": where(request, "Groups", group), "display": name}
            for group, name in groups[row.user_id]
        ]
        schemas = [USER, *([ENTERPRISE] if ENTERPRISE in said else [])]
        meta = _meta(request, "User", row.user_id, row)
        made.append(
            {"schemas": schemas, "id": str(row.user_id), **said, **({"groups": theirs} if theirs else {}), "meta": meta}
        )
    return made


def groups(request: HttpRequest, rows: list[DirectoryGroup], *, with_members: bool = True) -> list[dict[str, Any]]:
    """Groups. One query for the members of all, none without them."""
    members = rosters.list_members([each.pk for each in rows]) if with_members else {}
    made = []
    for row in rows:
        theirs = [{"value": str(user), "$ref": where(request, "Users", user)} for user in members.get(row.pk, [])]
        said = {"schemas": [GROUP], "id": str(row.pk), **document_of_group(row)}
        made.append({**said, **({"members": theirs} if theirs else {}), "meta": _meta(request, "Group", row.pk, row)})
    return made


def listed(found: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    """A list response."""
    return {
        "schemas": [f"{MESSAGES}:ListResponse"],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(found),
        "Resources": found,
    }


def part(document: dict[str, Any], wanted: list[str], unwanted: list[str]) -> dict[str, Any]:
    """Of ``document`` what ``attributes`` or ``excludedAttributes`` leave."""
    if wanted:
        asked = [_names(each) for each in wanted]
        made = {name: value for name, value in document.items() if name in ALWAYS}
        for name, value in document.items():
            parts = {inner for outer, inner in asked if outer == name.lower()}
            if parts:
                made[name] = value if "" in parts else _only(value, parts)
        return made
    if unwanted:
        gone = [_names(each) for each in unwanted]
        whole = {outer for outer, inner in gone if not inner}
        made = {}
        for name, value in document.items():
            if name.lower() in whole and name not in ALWAYS:
                continue
            parts = {inner for outer, inner in gone if outer == name.lower() and inner}
            made[name] = _without(value, parts) if parts else value
        return made
    return document


def where(request: HttpRequest, kind: str, number: int) -> str:
    """A resource's address."""
    return request.build_absolute_uri(f"/scim/v2/{kind}/{number}")


def _names(path: str) -> tuple[str, str]:
    """(attribute, part) in lower case; an attribute of the extension is a part of it."""
    path = path.strip().lower()
    extension = ENTERPRISE.lower()
    if path.startswith(extension):
        return extension, path[len(extension) + 1 :]
    for urn in (USER, GROUP):
        path = path.removeprefix(f"{urn.lower()}:")
    outer, _, inner = path.partition(".")
    return outer, inner


def _only(value: Any, parts: set[str]) -> Any:
    if isinstance(value, list):
        return [_only(each, parts) for each in value]
    return {name: each for name, each in value.items() if name.lower() in parts} if isinstance(value, dict) else value


def _without(value: Any, parts: set[str]) -> Any:
    if isinstance(value, list):
        return [_without(each, parts) for each in value]
    if isinstance(value, dict):
        return {name: each for name, each in value.items() if name.lower() not in parts}
    return value


def _meta(request: HttpRequest, kind: str, number: int, row: DirectoryPerson | DirectoryGroup) -> Mapping[str, str]:
    return {
        "resourceType": kind,
        "created": row.created_at.isoformat(),
        "lastModified": row.changed_at.isoformat(),
        "location": where(request, f"{kind}s", number),
    }
