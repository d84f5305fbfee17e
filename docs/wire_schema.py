"""The wire as plain data: every type with its code, fields in order, defaults and limits. Source of all generated parts.

Written to ``sdk/schema/wire.json``, from which client kits in any language make their binary codec.

A type is "int", "str", "bool", "float", "any" (JSON-safe data), "event" (any event, by its code), or one of
``{"list": T}``, ``{"map": [K, V]}``, ``{"shape": NAME}``, ``{"event": TYPE}`` (that event, with its code in front),
``{"optional": T}`` (null or T).
"""

from __future__ import annotations

import inspect
import json
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec

from protocol import errors, limits
from protocol.events import EVENTS, AnyEvent, Event, tag_of
from protocol.frames import AnyFrame
from protocol.replies import AnyServerFrame

_NAMES: dict[Any, str] = {int: "int", str: "str", bool: "bool", float: "float", Any: "any"}
_BOUNDS = ("ge", "le", "min_length", "max_length")


def about(shape: Any) -> str:
    """The docstring, unwrapped to one paragraph per line."""
    paragraphs = (inspect.getdoc(shape) or "").split("\n\n")
    return "\n".join(" ".join(each.split()) for each in paragraphs)


def type_of(kind: Any) -> Any:
    """One field's type in the notation of the module's docstring."""
    origin, arguments = get_origin(kind), get_args(kind)
    found: Any
    if kind == AnyEvent:
        found = "event"
    elif origin is Annotated:
        found = type_of(arguments[0])
    elif origin in (Union, UnionType):
        [inner] = [each for each in arguments if each is not NoneType]
        found = {"optional": type_of(inner)}
    elif origin in (list, dict):
        inside = [type_of(each) for each in arguments]
        found = {"list": inside[0]} if origin is list else {"map": inside}
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        found = {"event": tag_of(kind)} if issubclass(kind, Event) else {"shape": kind.__name__}
    else:
        found = _NAMES[kind]
    return found


def limits_of(kind: Any) -> dict[str, int]:
    """The bounds that an annotation states for the value itself."""
    metas = get_args(kind)[1:] if get_origin(kind) is Annotated else ()
    return {
        bound: getattr(meta, bound) for meta in metas for bound in _BOUNDS if getattr(meta, bound, None) is not None
    }


def field_of(field: msgspec.structs.FieldInfo) -> dict[str, Any]:
    """One field: name, type, default or required, limits."""
    found: dict[str, Any] = {"name": field.name, "type": type_of(field.type)}
    if field.default is not msgspec.NODEFAULT:
        found["default"] = field.default
    elif field.default_factory is not msgspec.NODEFAULT:
        found["default"] = field.default_factory()
    else:
        found["required"] = True
    if bounds := limits_of(field.type):
        found["limits"] = bounds
    return found


def class_of(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """One wire class."""
    fields = [field_of(field) for field in msgspec.structs.fields(shape)]
    found: dict[str, Any] = {"name": shape.__name__, "about": about(shape), "fields": fields}
    if code := getattr(shape, "code", 0):
        found = {"type": tag_of(shape), "code": code} | found
    if issubclass(shape, Event):
        found |= {"durable": shape.durable, "scope": str(shape.scope)}
    return found


def nested(shapes: list[type[msgspec.Struct]]) -> list[type[msgspec.Struct]]:
    """Structs without a code of their own that appear inside ``shapes``, in order of appearance."""
    found: dict[type[msgspec.Struct], None] = {}

    def look(kind: Any) -> None:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            if not issubclass(kind, Event) and kind not in found:
                found[kind] = None
                for field in msgspec.structs.fields(kind):
                    look(field.type)
        elif kind != AnyEvent:
            for each in get_args(kind):
                look(each)

    for shape in shapes:
        for field in msgspec.structs.fields(shape):
            look(field.type)
    return list(found)


def schema() -> dict[str, Any]:
    """The whole wire."""
    frames = sorted(get_args(AnyFrame), key=lambda each: int(each.code))
    replies = sorted(get_args(AnyServerFrame), key=lambda each: int(each.code))
    events = list(EVENTS.values())
    return {
        "version": limits.VERSION,
        "subprotocols": {"msgpack": limits.SUBPROTOCOL_BINARY, "json": limits.SUBPROTOCOL_JSON},
        "limits": {
            name.lower(): value
            for name, value in vars(limits).items()
            if name.isupper() and type(value) in (int, float)
        },
        "errors": dict(errors.CODES),
        "closes": {
            str(int(code)): {"name": code.name.lower(), "reconnect": code.reconnect, "about": reason}
            for code, reason in errors.CLOSE_REASONS.items()
        },
        "frames": [class_of(each) for each in frames],
        "replies": [class_of(each) for each in replies],
        "events": [class_of(each) for each in events],
        "shapes": [class_of(each) for each in nested([*events, *replies])],
    }


def rendered() -> str:
    """The schema as the text of ``wire.json``."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"
