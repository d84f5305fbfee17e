"""SCIM's PATCH (RFC 7644, 3.5.2) on a document: operations in, the changed document out. Nothing is half done."""

import copy
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from identity.dialects import scim_filters
from identity.dialects.scim_schemas import ATTRIBUTES, ENTERPRISE, Attribute, Invalid, attributes_of, tidy_value

MOST = 1000
_PATH = re.compile(r"(?P<name>[A-Za-z$][\w$-]*)(?:\[(?P<which>.+)\])?(?:\.(?P<part>[A-Za-z$][\w$-]*))?")


@dataclass(frozen=True, slots=True)
class Step:
    """One operation: "add", "remove" or "replace"; ``path`` "" for the whole document."""

    verb: str
    path: str
    value: Any


@dataclass(frozen=True, slots=True)
class Place:
    """What a path names: an attribute (of the extension), some of its values, a part of them."""

    attribute: Attribute
    extension: bool = False
    which: scim_filters.Node | None = None
    part: Attribute | None = None


def read(sent: Any) -> list[Step]:
    """The operations of a PATCH body. Raises Invalid."""
    names = {name.lower(): value for name, value in sent.items()} if isinstance(sent, dict) else {}
    listed = names.get("operations")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST:
        raise Invalid("invalidSyntax", f"From 1 to {MOST} operations.")
    steps = []
    for each in listed:
        if not isinstance(each, dict):
            raise Invalid("invalidSyntax", "An operation is an object.")
        verb, path = str(each.get("op", "")).lower(), each.get("path") or ""
        if verb not in {"add", "remove", "replace"} or not isinstance(path, str):
            raise Invalid("invalidSyntax", "An operation is add, remove or replace.")
        if verb == "remove" and not path:
            raise Invalid("noTarget", "Say what to remove.")
        steps.append(Step(verb, path, each.get("value")))
    return steps


def apply(kind: str, document: Mapping[str, Any], steps: list[Step]) -> dict[str, Any]:
    """The document after all of them. Raises Invalid."""
    made = copy.deepcopy(dict(document))
    for step in steps:
        if step.path and step.path.lower() != ENTERPRISE.lower():
            _do(made, find_place(kind, step.path), step)
        elif step.verb == "remove":
            made.pop(ENTERPRISE, None)
        elif isinstance(step.value, dict):
            prefix = f"{ENTERPRISE}:" if step.path else ""
            for name, value in step.value.items():
                inner = Step(step.verb, prefix + name, value)
                if name.lower() == ENTERPRISE.lower():
                    made = apply(kind, made, [inner])
                elif _is_known(kind, prefix + name):
                    _do(made, find_place(kind, prefix + name), inner)
        else:
            raise Invalid("invalidValue", "Without a path the value is an object.")
    return made


def find_place(kind: str, path: str) -> Place:
    """What ``path`` names. Raises Invalid."""
    known, extension = attributes_of(kind), False
    for urn in ATTRIBUTES:
        if path.lower().startswith(f"{urn.lower()}:"):
            path, extension = path[len(urn) + 1 :], urn == ENTERPRISE
            known = {each.name.lower(): each for each in ATTRIBUTES[urn]} if extension else known
    found = _PATH.fullmatch(path)
    attribute = known.get(found["name"].lower()) if found else None
    if found is None or attribute is None:
        raise Invalid("invalidPath", "There is no such attribute.")
    if attribute.writable == "readOnly":
        raise Invalid("mutability", f"{attribute.name} is not written.")
    which = scim_filters.parse(found["which"]) if found["which"] else None
    part = None
    if found["part"]:
        part = next((each for each in attribute.parts if each.name.lower() == found["part"].lower()), None)
        if part is None:
            raise Invalid("invalidPath", "There is no such part.")
    if which is not None and not attribute.many:
        raise Invalid("invalidPath", f"{attribute.name} has one value.")
    return Place(attribute, extension, which, part)


def _is_known(kind: str, path: str) -> bool:
    try:
        find_place(kind, path)
    except Invalid:
        return False
    return True


def _do(document: dict[str, Any], place: Place, step: Step) -> None:
    holder = document.setdefault(ENTERPRISE, {}) if place.extension else document
    name = place.attribute.name
    if place.which is not None or (place.part is not None and place.attribute.many):
        _some(holder, place, step)
    elif place.part is not None:
        inner = dict(holder.get(name) or {})
        _set(inner, place.part, step)
        _put(holder, name, inner or None)
    else:
        _set(holder, place.attribute, step)
    if place.extension and not holder:
        del document[ENTERPRISE]


def _set(holder: dict[str, Any], attribute: Attribute, step: Step) -> None:
    """One attribute as a whole."""
    present = holder.get(attribute.name)
    value = tidy_value(attribute, step.value)
    if step.verb == "remove":
        value = _left(present or [], value) if attribute.many and value else None
    elif step.verb == "add" and value is not None:
        if attribute.many:
            value = [*(present or []), *(each for each in value if each not in (present or []))]
        elif attribute.type == "complex":
            value = {**(present or {}), **value}
    elif step.verb == "add":
        return
    if value is None and attribute.required:
        raise Invalid("mutability", f"{attribute.name} must be there.")
    _put(holder, attribute.name, value)
    if attribute.many and value:
        _one_primary(value, present or [])


def _some(holder: dict[str, Any], place: Place, step: Step) -> None:
    """Those values that meet the filter, all without one."""
    attribute, values = place.attribute, list(holder.get(place.attribute.name) or [])
    chosen = [at for at, each in enumerate(values) if place.which is None or scim_filters.meets(place.which, each)]
    if not chosen and step.verb != "remove":
        values.append(_made_of(place.which))
        chosen = [len(values) - 1]
    for at in reversed(chosen):
        if step.verb == "remove" and place.part is None:
            del values[at]
        elif place.part is not None:
            inner = dict(values[at])
            _set(inner, place.part, step)
            values[at] = inner
        else:
            value = tidy_value(attribute, step.value)
            values[at] = {**(values[at] if step.verb == "add" else {}), **(value[0] if value else {})}
    _put(holder, attribute.name, [each for each in values if each] or None)


def _made_of(node: scim_filters.Node | None) -> dict[str, Any]:
    """A new value that meets ``node``: ``emails[type eq "work"].value`` on somebody without one. Raises Invalid."""
    if isinstance(node, scim_filters.Compare) and node.operator == "eq":
        return {node.path: node.value}
    raise Invalid("noTarget", "No value meets the filter.")


def _one_primary(values: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    """A new primary one takes the place of the one before."""
    fresh = [each for each in values if each.get("primary") and each not in before]
    for each in values if fresh else []:
        if each.get("primary") and each is not fresh[-1]:
            each["primary"] = False


def _left(present: list[dict[str, Any]], gone: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """What is left without ``gone``: some directories say which values to remove beside the path."""
    return [each for each in present if not any(_is_same(each, other) for other in gone)] or None


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return one == other or ("value" in other and one.get("value") == other["value"])


def _put(holder: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        holder.pop(name, None)
    else:
        holder[name] = value
