"""Bytes and query strings ↔ typed shapes, for every resource alike. What is not allowed is refused with its path.

The shapes are the ones of ``protocol`` or of ``shapes``; the same definitions make the OpenAPI schema.
"""

from typing import Any, TypeVar, get_origin

import msgspec
from django.http import HttpRequest, HttpResponse

from openplatform import conf
from openplatform.api.problems import HttpError
from protocol import errors, frames

Shape = TypeVar("Shape")


def read_body(request: HttpRequest, shape: type[Shape]) -> Shape:
    """The JSON body as ``shape``. An empty body counts as ``{}``."""
    raw = read_raw(request)
    if raw and request.content_type != "application/json":
        raise HttpError(415, "The body must be application/json.", expected="application/json")
    try:
        value = msgspec.json.decode(raw or b"{}", type=shape)
    except msgspec.ValidationError as problem:
        raise _explain(problem) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError):
        raise errors.BadRequest("The body is not JSON.", code="malformed") from None
    if b"\\u0000" in raw:
        refuse_nul(msgspec.to_builtins(value))
    return value


def read_raw(request: HttpRequest) -> bytes:
    """The whole body, within the limit for JSON."""
    limit = conf.get().api_max_body
    length = request.META.get("CONTENT_LENGTH") or "0"
    if (length.isdecimal() and int(length) > limit) or len(request.body) > limit:
        raise errors.BadRequest(f"A body may have {limit} bytes.", code="too_large", details={"limit": limit})
    return request.body


def read_query(request: HttpRequest, shape: type[Shape]) -> Shape:
    """The query string as ``shape``. A list may be given as ``a=1,2`` or ``a=1&a=2``; everything else once."""
    lists = {each.name for each in msgspec.structs.fields(shape) if _is_list(each.type)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for name, values in request.GET.lists():
        if name in lists:
            given[name] = [part for value in values for part in value.split(",") if part]
        elif len(values) == 1:
            given[name] = values[0]
        else:
            raise errors.BadRequest(f"{name} was given more than once.", details={"path": name[:64]})
    refuse_nul(given)
    found: Shape = convert(given, shape)
    return found


def convert(value: Any, shape: Any, path: str = "") -> Any:
    """Text from an address or a header as ``shape``."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as problem:
        raise _explain(problem, path) from None


def read_key(request: HttpRequest) -> str:
    """The Idempotency-Key header, or ""."""
    given = request.headers.get("Idempotency-Key", "")
    if given:
        convert(given, frames.ClientKey, "Idempotency-Key")
        refuse_nul(given)
    return given


def encode(value: Any, status: int = 200) -> HttpResponse:
    """A shape as the answer; None is an answer without a body."""
    if value is None:
        return HttpResponse(status=204)
    return HttpResponse(msgspec.json.encode(value), status=status, content_type="application/json")


def refuse_nul(value: Any) -> None:
    """Raise BadRequest when a text inside holds U+0000, which PostgreSQL cannot store and nobody means."""
    match value:
        case str() if "\x00" in value:
            raise errors.BadRequest("Text may not hold the character U+0000.")
        case dict():
            for key, item in value.items():
                refuse_nul(key)
                refuse_nul(item)
        case list():
            for item in value:
                refuse_nul(item)


def _is_list(kind: Any) -> bool:
    return get_origin(getattr(kind, "__origin__", kind) if hasattr(kind, "__metadata__") else kind) is list


def _explain(problem: msgspec.ValidationError, path: str = "") -> errors.BadRequest:
    said, _, where = str(problem).partition(" - at `")
    found = where.rstrip("`").removeprefix("$").removeprefix(".") or path
    return errors.BadRequest(said + ".", details={"path": found} if found else {})
