"""Bytes ↔ typed wire values, in both encodings, tolerant of what a newer server may send.

Unknown frame types decode to None, unknown events are left out, unknown fields are ignored. The order of the fields in
the binary form is the order in which the generated classes declare them.
"""

from collections.abc import Callable
from types import NoneType
from typing import Any, cast, get_args, get_origin

import msgspec

from parley_sdk.wire import events, frames, replies
from parley_sdk.wire.events import AnyEvent
from parley_sdk.wire.frames import AnyFrame
from parley_sdk.wire.replies import AnyReply
from parley_sdk.wire.rules import SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON

_CODES: dict[type[msgspec.Struct], int] = {**frames.CODES, **replies.CODES, **events.CODES}
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_UNKNOWN: Any = object()
_Reader = Callable[[Any], Any]


def _by_code(union: Any) -> dict[int, type[msgspec.Struct]]:
    return {_CODES[shape]: shape for shape in get_args(union)}


def _by_tag(union: Any) -> dict[str, type[msgspec.Struct]]:
    return {str(shape.__struct_config__.tag): shape for shape in get_args(union)}


_EVENT_CODES, _EVENT_TAGS = _by_code(AnyEvent), _by_tag(AnyEvent)


def _flatten(value: Any) -> Any:
    if isinstance(value, msgspec.Struct):
        items = [_flatten(each) for each in msgspec.structs.astuple(value)]
        code = _CODES.get(type(value))
        return items if code is None else [code, *items]
    return [_flatten(each) for each in value] if isinstance(value, list) else value


class _Names:
    """Turns loose data of either encoding into dicts that msgspec can convert, dropping unknown events."""

    def __init__(self, *, binary: bool) -> None:
        self.binary = binary
        self.plans: dict[type[msgspec.Struct], list[tuple[str, _Reader | None]]] = {}

    def read(self, shape: type[msgspec.Struct], loose: Any) -> dict[str, Any]:
        """The fields of one struct by name, its tag included."""
        if shape not in self.plans:
            fields = msgspec.structs.fields(shape)
            self.plans[shape] = [(field.name, self._reader(field.type)) for field in fields]
        plan = self.plans[shape]
        if self.binary:
            items = iter(loose[1:] if shape in _CODES else loose)
            found = {name: reader(item) if reader else item for (name, reader), item in zip(plan, items, strict=False)}
            if shape in _CODES:
                found["type"] = shape.__struct_config__.tag
            return found
        given: dict[str, Any] = loose
        return given | {name: reader(loose[name]) for name, reader in plan if reader and name in loose}

    def event(self, loose: Any) -> Any:
        """One event of a type that has to be looked up."""
        shape = _EVENT_CODES.get(loose[0]) if self.binary else _EVENT_TAGS.get(loose["type"])
        return _UNKNOWN if shape is None else self.read(shape, loose)

    def _reader(self, kind: Any) -> _Reader | None:
        if kind == AnyEvent:
            return self.event
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            return lambda loose: self.read(kind, loose)
        arguments = get_args(kind)
        if NoneType in arguments:
            return _optional(self._reader(arguments[0]))
        return _each(self._reader(arguments[0])) if get_origin(kind) is list else None


def _optional(inner: _Reader | None) -> _Reader | None:
    return inner and (lambda loose: None if loose is None else inner(loose))


def _each(inner: _Reader | None) -> _Reader | None:
    return inner and (lambda loose: [read for each in loose if (read := inner(each)) is not _UNKNOWN])


class Codec:
    """One encoding. ``name`` is the WebSocket sub-protocol."""

    def __init__(self, name: str, *, binary: bool) -> None:
        self.name = name
        self.binary = binary
        self._names = _Names(binary=binary)
        self._fast = msgspec.json.Decoder(AnyReply)

    def encode(self, value: msgspec.Struct) -> bytes | str:
        """Any wire value, as what one WebSocket message carries."""
        if self.binary:
            return msgspec.msgpack.encode(_flatten(value))
        return msgspec.json.encode(value).decode()

    def decode(self, data: bytes | str) -> AnyReply | None:
        """A frame of the server; None when it is unreadable or of an unknown type."""
        if not self.binary:
            try:
                return cast(AnyReply, self._fast.decode(data))
            except _UNREADABLE:
                pass  # an unknown event inside, perhaps: the slow way knows
        return cast(AnyReply | None, self._slowly(data, AnyReply))

    def decode_frame(self, data: bytes | str) -> AnyFrame | None:
        """A frame of a client, for servers made in tests."""
        return cast(AnyFrame | None, self._slowly(data, AnyFrame))

    def _slowly(self, data: bytes | str, union: Any) -> Any:
        try:
            if self.binary:
                raw = data.encode() if isinstance(data, str) else data
                loose = msgspec.msgpack.decode(raw, strict=False)
                shape = _by_code(union).get(loose[0])
            else:
                loose = msgspec.json.decode(data)
                shape = _by_tag(union).get(loose["type"])
            if shape is None:
                return None
            return msgspec.convert(self._names.read(shape, loose), shape, str_keys=not self.binary)
        except (*_UNREADABLE, LookupError, TypeError, AttributeError):
            return None


JSON = Codec(SUBPROTOCOL_JSON, binary=False)
MSGPACK = Codec(SUBPROTOCOL_BINARY, binary=True)
#: By sub-protocol, best first.
CODECS = {codec.name: codec for codec in (MSGPACK, JSON)}
