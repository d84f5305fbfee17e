"""The array form of the wire classes: ``[code, field, field …]`` in the order in which a class declares its fields.

Encoding flattens a value to tuples; decoding goes through an array-shaped twin of each class, made once at import, and
copies back. Both directions take the short way for classes without structs inside, which are nearly all.
"""

from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

_astuple, _asdict = msgspec.structs.astuple, msgspec.structs.asdict


class Arrays:
    """Twins of the classes of a few unions, and the copying between a class and its twin."""

    def __init__(self, *unions: Any) -> None:
        self._twins: dict[type[msgspec.Struct], type[msgspec.Struct]] = {}
        #: class → (its code, fields that hold structs); twin → (class, fields that hold structs).
        self._flat: dict[type, tuple[int, tuple[int, ...]]] = {}
        self._back: dict[type, tuple[type[msgspec.Struct], tuple[str, ...]]] = {}
        for union in unions:
            self.twins_of(union)
        for shape, twin in self._twins.items():
            holding = [field.name for field in msgspec.structs.fields(shape) if self._holds(field.type)]
            places = tuple(shape.__struct_fields__.index(name) for name in holding)
            self._flat[shape] = (getattr(shape, "code", 0), places)
            self._back[twin] = (shape, tuple(holding))

    def twins_of(self, union: Any) -> Any:
        """The same union over the twins, for a decoder."""
        return Union[tuple(self._twin(each) for each in get_args(union))]  # noqa: UP007 - built at run time

    def flatten(self, value: Any) -> Any:
        """A wire value as nested tuples, ready for the encoder."""
        plan = self._flat.get(type(value))
        if plan is None:
            return [self.flatten(each) for each in value] if type(value) is list else value
        code, places = plan
        items = _astuple(value)
        if places:
            filled = list(items)
            for place in places:
                filled[place] = self.flatten(filled[place])
            items = tuple(filled)
        return (code, *items) if code else items

    def rebuild(self, value: Any) -> Any:
        """The wire value of which a decoder made twins."""
        plan = self._back.get(type(value))
        if plan is None:
            return [self.rebuild(each) for each in value] if type(value) is list else value
        shape, holding = plan
        items = _asdict(value)
        for name in holding:
            items[name] = self.rebuild(items[name])
        return shape(**items)

    def _twin(self, shape: type[msgspec.Struct]) -> type[msgspec.Struct]:
        if shape not in self._twins:
            fields: list[Any] = []
            for field in msgspec.structs.fields(shape):
                kind = self._translate(field.type)
                if field.default is not msgspec.NODEFAULT:
                    fields.append((field.name, kind, field.default))
                elif field.default_factory is not msgspec.NODEFAULT:
                    fields.append((field.name, kind, msgspec.field(default_factory=field.default_factory)))
                else:
                    fields.append((field.name, kind))
            code = getattr(shape, "code", 0)
            self._twins[shape] = msgspec.defstruct(
                shape.__name__ + "Array",
                fields,
                array_like=True,
                frozen=True,
                kw_only=True,
                forbid_unknown_fields=shape.__struct_config__.forbid_unknown_fields,
                tag=code or None,
                tag_field="type" if code else None,
            )
        return self._twins[shape]

    def _translate(self, kind: Any) -> Any:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return self._twin(kind)
        origin, arguments = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            return Union[tuple(self._translate(each) for each in arguments)]  # noqa: UP007 - built at run time
        if origin in (list, dict):
            return origin[tuple(self._translate(each) for each in arguments)]
        return kind

    def _holds(self, kind: Any) -> bool:
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return True
        return any(self._holds(each) for each in get_args(kind))
