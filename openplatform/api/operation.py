"""One decorator that says what a method takes and answers: it decodes, encodes and documents from the same shapes.

So the OpenAPI schema cannot say anything else than what happens. The resource's method gets typed values by keyword.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import wraps
from types import MappingProxyType
from typing import Any, Literal, cast

import msgspec
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from accounts.actor import Actor
from openplatform.api import wire
from openplatform.api.components import ref, schema_of, tidy
from openplatform.api.door import Door, plain_request
from openplatform.api.problems import MEDIA_TYPE, Problem
from openplatform.services import idempotency
from protocol import errors
from protocol.frames import ClientKey

Method = Callable[..., Any]
#: What becomes of an Idempotency-Key. "": ignored. "kept": the answer is kept under it. "passed": the method gets it.
Key = Literal["", "kept", "passed"]

WHAT_FAILED = {
    400: "The request is wrong; `details.path` names the field.",
    401: "Nobody, or nobody any more.",
    403: "Not allowed, not a member, or a missing CSRF token.",
    404: "No such thing, or none that you may see.",
    409: "The key was used for something else, or the state forbids it.",
    413: "The body is too large.",
    415: "The body has another media type than the documented ones.",
    416: "The byte range lies outside the file.",
    429: "Too fast; wait `Retry-After` seconds.",
    500: "Parley failed; the same request with the same key may be sent again.",
    503: "A part of the server is away; send the same again after `Retry-After` seconds.",
}


def operation(
    name: str,
    *,
    scope: str | None,
    answer: Any = None,
    status: int = 200,
    also: tuple[int, ...] = (),
    query: type[msgspec.Struct] | None = None,
    body: type[msgspec.Struct] | None = None,
    key: Key = "",
    fails: tuple[int, ...] = (),
    public: bool = False,
    headers: Mapping[str, tuple[Any, str]] = MappingProxyType({}),
    raw_request: dict[str, Any] | None = None,
    raw_answers: dict[Any, Any] | None = None,
) -> Callable[[Method], Method]:
    """Mark a method of a resource. ``name``: operation id, ``noun.verb``; the docstring is its description.

    ``scope``: what an app's token needs for it ("": any token will do; None: nothing an app may do in anybody's name).
    ``answer`` None: no body, status 204. ``also``: other statuses with the same answer. ``fails``: what can go wrong
    beyond what follows from the other arguments.
    ``headers``: request headers that the method reads, with type and meaning. ``raw_*``: content that is not JSON.
    """
    if answer is None and raw_answers is None:
        status = 204

    def mark(method: Method) -> Method:
        @wraps(method)
        def run(self: Door, request: Request, **given: Any) -> HttpResponseBase:
            plain = plain_request(request)
            require_scope(self.actor, scope)
            if query is not None:
                given["query"] = wire.read_query(plain, query)
            if body is not None:
                given["body"] = wire.read_body(plain, body)
            found = wire.read_key(plain) if key else ""
            if key == "passed":
                given["key"] = found
            elif key and found:
                once = Once(self.actor, found, plain, wire.read_raw(plain))
                return once.run(lambda: _answer(method(self, **given), status))
            return _answer(method(self, **given), status)

        run.operation, run.scope = name, scope  # type: ignore[attr-defined]
        document = extend_schema(
            operation_id=name.replace(".", "_"),
            tags=[name.partition(".")[0]],
            summary=(method.__doc__ or name).strip().splitlines()[0],
            description=_paragraphs(method.__doc__ or "") + _needs(scope),
            parameters=[*_parameters(query), *_needed(headers), *([_KEY] if key else [])],
            request=raw_request or ({"application/json": ref(body)} if body is not None else None),
            responses={
                **(raw_answers or {_kind(each, answer): _success(answer) for each in (status, *also)}),
                **_failures(name, query, body or raw_request, key, fails, public=public),
            },
            **_who(scope, public=public),
        )
        return cast(Method, document(run))

    return mark


def require_scope(actor: Actor, scope: str | None) -> None:
    """Raises Forbidden when the actor's token is an app's and does not allow it."""
    if actor.scopes is None or scope == "":
        return
    if scope is None:
        raise errors.Forbidden("Only a person does that, never an app.", details={"rule": "in_person"})
    if scope not in actor.scopes:
        raise errors.Forbidden(f"The token lacks the scope {scope}.", details={"rule": "scope", "scope": scope})


def _who(scope: str | None, *, public: bool) -> dict[str, Any]:
    """Who may ask, as the schema says it."""
    return {"auth": [{}] if public else None, "extensions": {"x-scope": scope} if scope else {}}


def _needs(scope: str | None) -> str:
    if scope is None:
        return "\n\nNot for apps."
    return f"\n\nAn app needs the scope `{scope}`." if scope else ""


class Once:
    """A write under a key. ``what`` stands for the body: with the address it tells a retry from another request."""

    def __init__(self, actor: Actor, key: str, request: HttpRequest, what: bytes) -> None:
        asked = f"{request.method} {request.get_full_path()}\n".encode()
        self.actor, self.key, self.digest = actor, key, hashlib.sha256(asked + what).digest()

    def find(self) -> HttpResponse | None:
        """The earlier answer, if there is one."""
        known = idempotency.find(actor=self.actor, key=self.key, digest=self.digest)
        return _again(known) if known is not None else None

    def run(self, work: Callable[[], HttpResponseBase]) -> HttpResponse:
        """Do ``work`` in one transaction with the key, or give the earlier answer."""

        def done() -> tuple[int, bytes]:
            response = work()
            return response.status_code, bytes(getattr(response, "content", b""))

        return _again(idempotency.run(actor=self.actor, key=self.key, digest=self.digest, work=done))

    def keep(self, response: HttpResponse) -> HttpResponse:
        """Keep an answer whose work is done, unless a rival's is kept already: then that one counts."""
        return self.run(lambda: response)


def _again(kept: idempotency.Answer) -> HttpResponse:
    response = HttpResponse(kept.body, status=kept.status, content_type="application/json" if kept.body else None)
    if not kept.body:
        del response["Content-Type"]
    if kept.replayed:
        response["Idempotency-Replayed"] = "true"
    return response


def _answer(value: Any, status: int) -> HttpResponseBase:
    if isinstance(value, HttpResponseBase):
        return value
    return wire.encode(value, status)


_KEY = OpenApiParameter(
    name="Idempotency-Key",
    location=OpenApiParameter.HEADER,
    type=schema_of(ClientKey),
    description="Chosen by the client. The same key again gets the first answer and changes nothing.",
)


def _needed(headers: Mapping[str, tuple[Any, str]]) -> list[OpenApiParameter]:
    return [
        OpenApiParameter(
            name=name, location=OpenApiParameter.HEADER, type=schema_of(kind), description=meaning, required=True
        )
        for name, (kind, meaning) in headers.items()
    ]


def _parameters(query: type[msgspec.Struct] | None) -> list[OpenApiParameter]:
    if query is None:
        return []
    _, components = msgspec.json.schema_components([query], ref_template="#/components/schemas/{name}")
    shape = components[query.__name__]
    return [
        OpenApiParameter(
            name=name,
            location=OpenApiParameter.QUERY,
            required=name in shape.get("required", ()),
            type={each: value for each, value in tidy(schema).items() if each != "description"},
            description=schema.get("description", ""),
            style="form" if schema.get("type") == "array" else None,
            explode=False if schema.get("type") == "array" else None,
        )
        for name, schema in shape["properties"].items()
    ]


def _kind(status: int, answer: Any) -> Any:
    return (status, "application/json") if answer is not None else status


def _success(answer: Any) -> OpenApiResponse:
    if answer is None:
        return OpenApiResponse(description="Done.")
    return OpenApiResponse(response=ref(answer), description=(answer.__doc__ or "").strip().splitlines()[0])


def _failures(name: str, query: Any, body: Any, key: Key, fails: tuple[int, ...], *, public: bool) -> dict[Any, Any]:
    codes = {429, 500, 503, *fails}
    codes |= {400} if query is not None or key else set()
    codes |= {400, 413, 415} if body is not None else set()
    codes |= {409} if key else set()
    codes |= set() if public else {401, 403}
    return {
        (code, MEDIA_TYPE): OpenApiResponse(response=ref(Problem), description=WHAT_FAILED[code])
        for code in sorted(codes)
    }


def _paragraphs(text: str) -> str:
    """A docstring as Markdown: its indentation taken off."""
    return "\n".join(line.strip() for line in text.strip().splitlines())
