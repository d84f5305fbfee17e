"""Bytes ↔ typed frames and events, in two codecs made from the same definitions. The only encoding in the hot path.

* ``json``: objects with a ``type`` field, for reading and for any client.
* ``msgpack``: arrays ``[code, field, field …]`` in the order in which the class declares its fields, so that names
  do not travel. New fields go to the end; a shorter array means defaults.

How a class becomes an array is in ``arrays``.
"""

import re
from typing import Any, get_args

import msgspec

from protocol import bodies, errors, limits
from protocol.arrays import Arrays
from protocol.events import AnyEvent, Event, tag_of
from protocol.frames import AnyFrame, MessageEdit, MessageSend
from protocol.replies import AnyServerFrame

_arrays = Arrays(AnyFrame, AnyServerFrame, AnyEvent)
_json_encoder = msgspec.json.Encoder()
_msgpack_encoder = msgspec.msgpack.Encoder()
_json_frame: msgspec.json.Decoder[AnyFrame] = msgspec.json.Decoder(AnyFrame)
_json_server: msgspec.json.Decoder[AnyServerFrame] = msgspec.json.Decoder(AnyServerFrame)
_json_event: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_array_frame = msgspec.msgpack.Decoder(_arrays.twins_of(AnyFrame))
_array_server = msgspec.msgpack.Decoder(_arrays.twins_of(AnyServerFrame))
_array_event = msgspec.msgpack.Decoder(_arrays.twins_of(AnyEvent))


class Codec:
    """One codec of the wire. ``name`` is the WebSocket sub-protocol; ``binary`` says which WebSocket frames it uses."""

    def __init__(self, name: str, *, binary: bool) -> None:
        self.name = name
        self.binary = binary

    def __repr__(self) -> str:
        return f"<Codec {self.name}>"

    def encode(self, value: Event | msgspec.Struct) -> bytes:
        """Any frame, reply or event as bytes."""
        return _msgpack_encoder.encode(_arrays.flatten(value)) if self.binary else _json_encoder.encode(value)

    def decode_frame(self, raw: bytes) -> AnyFrame:
        """A client's frame. Raises BadRequest (malformed, unknown_frame, invalid, too_large) with ``details``.

        ``details["id"]`` is the request id when it could be read, so that the error can be addressed.
        """
        if len(raw) > limits.MAX_FRAME_BYTES:
            raise errors.BadRequest(
                f"A frame may have {limits.MAX_FRAME_BYTES} bytes.",
                code="too_large",
                details={"limit": limits.MAX_FRAME_BYTES},
            )
        try:
            frame: AnyFrame = _arrays.rebuild(_array_frame.decode(raw)) if self.binary else _json_frame.decode(raw)
            if isinstance(frame, MessageSend | MessageEdit):
                bodies.check(frame.body)
        except errors.BadRequest as problem:
            problem.details["id"] = frame.id  # type: ignore[union-attr]
            raise
        except _UNREADABLE as problem:
            raise self._explain(raw, problem) from None
        return frame

    def decode_server(self, raw: bytes) -> AnyServerFrame:
        """A server's frame, for tests and tools. Raises msgspec.DecodeError."""
        frame: AnyServerFrame = _arrays.rebuild(_array_server.decode(raw)) if self.binary else _json_server.decode(raw)
        return frame

    def decode_event(self, raw: bytes) -> AnyEvent:
        """One event, for tests and tools. Raises msgspec.DecodeError."""
        event: AnyEvent = _arrays.rebuild(_array_event.decode(raw)) if self.binary else _json_event.decode(raw)
        return event

    def events_frame(self, encoded: list[bytes], count: int) -> bytes:
        """One ``events`` frame around ``count`` events that were encoded before (each item may hold several, joined)."""
        if not self.binary:
            return b'{"type":"events","events":[' + b",".join(encoded) + b"]}"
        if count < 16:
            head = bytes((0x92, EVENTS_CODE, 0x90 | count))
        elif count < 65536:
            head = bytes((0x92, EVENTS_CODE, 0xDC, count >> 8, count & 0xFF))
        else:
            head = bytes((0x92, EVENTS_CODE, 0xDD)) + count.to_bytes(4, "big")
        return head + b"".join(encoded)

    def join(self, encoded: list[bytes]) -> bytes:
        """Several encoded events as one item for ``events_frame``."""
        return b"".join(encoded) if self.binary else b",".join(encoded)

    def _explain(self, raw: bytes, problem: Exception) -> errors.BadRequest:
        kind, request, length = _glance(raw, binary=self.binary)
        details: dict[str, Any] = {"id": request} if request else {}
        if kind is None or not isinstance(problem, msgspec.ValidationError):
            return errors.BadRequest("These bytes are not a frame in this codec.", code="malformed", details=details)
        shape = (_FRAME_CODES if self.binary else _FRAME_TAGS).get(kind)
        if shape is None:
            return errors.BadRequest(
                f"There is no request of type {str(kind)[:40]!r}.", code="unknown_frame", details=details
            )
        said, path = _path_of(str(problem), shape.__struct_fields__, length)
        if path:
            details["path"] = path
        return errors.BadRequest(said + ".", code="invalid", details=details)


def _glance(raw: bytes, *, binary: bool) -> tuple[str | int | None, int, int]:
    """Type (None: not a frame at all), id (0: none) and number of items of a frame that could not be decoded."""
    try:
        loose = msgspec.msgpack.decode(raw) if binary else msgspec.json.decode(raw)
    except (*_UNREADABLE, ValueError, TypeError):
        return None, 0, 0
    kind: Any = None
    found: Any = 0
    if binary and isinstance(loose, list):
        kind, found = [*loose[:2], None, None][:2]
    elif not binary and isinstance(loose, dict):
        kind, found = loose.get("type"), loose.get("id")
    if type(kind) is not (int if binary else str):
        kind = None
    return kind, found if type(found) is int and 0 <= found < 2**53 else 0, len(loose) if kind is not None else 0


def _path_of(problem: str, names: tuple[str, ...], length: int) -> tuple[str, str]:
    """What msgspec says, as a sentence and the path of the field that it is about ("" when it names none)."""
    found = _PLACE.search(problem)
    said = problem[: found.start()] if found else problem
    path = found["path"] if found else ""
    if position := _POSITION.match(path):  # the binary form knows positions; clients know names
        index = int(position[1])
        path = ("type" if index == 0 else names[index - 1]) + path[position.end() :]
    elif named := _NAMED.search(said):
        path = f"{path}.{named[1]}"
    elif said.startswith("Expected `array` of at least") and 0 < length <= len(names):
        said, path = f"Object missing required field `{names[length - 1]}`", names[length - 1]
    elif said.startswith("Expected `array` of at most"):
        said = "The frame has more fields than its type"
    return said[:_LONGEST], path.removeprefix("$").removeprefix(".")[:_LONGEST]


#: What the decoders raise on bad bytes; MemoryError for a length that only a header claims.
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, MemoryError)
#: Characters of a client's own words that an error repeats.
_LONGEST = 200
_PLACE = re.compile(r" - at `(?:key` in `)?(?P<path>.*)`\Z", re.DOTALL)
_POSITION = re.compile(r"\$\[(\d+)\]")
_NAMED = re.compile(r"\AObject (?:missing required|contains unknown) field `(.*)`\Z", re.DOTALL)
EVENTS_CODE = 105
_FRAME_TAGS: dict[Any, type[msgspec.Struct]] = {tag_of(each): each for each in get_args(AnyFrame)}
_FRAME_CODES: dict[Any, type[msgspec.Struct]] = {each.code: each for each in get_args(AnyFrame)}

JSON = Codec(limits.SUBPROTOCOL_JSON, binary=False)
MSGPACK = Codec(limits.SUBPROTOCOL_BINARY, binary=True)
#: By WebSocket sub-protocol name, best first.
CODECS: dict[str, Codec] = {MSGPACK.name: MSGPACK, JSON.name: JSON}
