"""Errors at the HTTP door: everything that can go wrong as application/problem+json (RFC 9457), translated in one place.

Never an HTML page under /api/. Which errors exist is in ``protocol.errors``; no rule is decided here.
"""

import math
import re
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views import defaults
from rest_framework.exceptions import APIException

from protocol import errors

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"
#: Codes whose HTTP status is finer than the one of their class.
STATUS_OF_CODE = {"too_large": 413, "key_reused": 409, "internal": 500}
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}\Z")


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong. ``code`` is for programs and in the list of error codes; ``detail`` is a sentence for people.

    ``details`` holds small facts, for instance ``path``: the field that is wrong. Quote ``request_id`` when asking for help.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    details: dict[str, Any]
    request_id: str


class HttpError(Exception):
    """An error that exists only in HTTP: a method, a media type, a byte range."""

    def __init__(self, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **details: Any) -> None:
        super().__init__(detail)
        self.status, self.detail, self.details, self.headers = status, detail, details, dict(headers or {})


def get_request_id(request: HttpRequest) -> str:
    """The id of this request: the caller's or proxy's X-Request-ID when it looks like one, otherwise made once."""
    known = getattr(request, "request_id", "")
    if not known:
        given = request.headers.get("X-Request-ID", "")
        known = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        request.request_id = known  # type: ignore[attr-defined]
    return str(known)


def respond(request: HttpRequest, error: Exception) -> HttpResponse:
    """Any exception as a problem. An unforeseen one is logged and answered as ``internal`` without its text."""
    known = _as_parley(error)
    if isinstance(known, HttpError):
        return _render(request, known.status, errors.BadRequest(known.detail, details=known.details), known.headers)
    headers: dict[str, str] = {}
    status = STATUS_OF_CODE.get(known.code, known.status)
    if known.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(known.retry_after)))
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="parley"'
    if known.details.get("rule") == "scope":  # RFC 6750 section 3.1
        headers["WWW-Authenticate"] = (
            f'Bearer realm="parley", error="insufficient_scope", scope="{known.details["scope"]}"'
        )
    return _render(request, status, known, headers)


def handle(error: Exception, context: Any) -> HttpResponse:
    """REST framework's EXCEPTION_HANDLER, for its own views (the docs page)."""
    return respond(context["request"]._request, error)


def _as_parley(error: Exception) -> errors.ParleyError | HttpError:
    """The error itself, or what it means to a client."""
    if isinstance(error, errors.ParleyError | HttpError):
        return error
    for kinds, meaning in _MEANINGS:
        if isinstance(error, kinds):
            return meaning(error)
    log.error("request_failed", exc_info=error)
    return errors.Unavailable("Parley failed at this request.", code="internal")


def _of_framework(error: Any) -> HttpError:
    return HttpError(error.status_code, str(error.detail))


def _of_database(error: Exception) -> errors.ParleyError:
    log.warning("database_unavailable", problem=str(error))
    return errors.Unavailable("The database is not reachable now; send the same again.", retry_after=1)


#: First match wins.
_MEANINGS: tuple[tuple[Any, Callable[[Any], errors.ParleyError | HttpError]], ...] = (
    (Http404, lambda _: errors.NotFound("There is nothing here.")),
    (APIException, _of_framework),
    (RequestDataTooBig, lambda _: errors.BadRequest("The request body is too large.", code="too_large")),
    (
        (MultiPartParserError, SuspiciousOperation, UnreadablePostError),
        lambda _: errors.BadRequest("The request could not be read.", code="malformed"),
    ),
    (PermissionDenied, lambda _: errors.Forbidden("You may not do that.")),
    ((OperationalError, InterfaceError), _of_database),
)


def _render(request: HttpRequest, status: int, error: errors.ParleyError, headers: Mapping[str, str]) -> HttpResponse:
    waits = {} if error.retry_after is None else {"retry_after": round(error.retry_after, 3)}
    problem = Problem(
        type=f"urn:parley:error:{error.code}",
        title=errors.CODES[error.code] if status not in (405, 415, 416) else HTTPStatus(status).phrase,
        status=status,
        code=error.code,
        detail=error.message,
        details={**error.details, **waits},
        request_id=get_request_id(request),
    )
    body = msgspec.json.encode(problem, enc_hook=str)
    response = HttpResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)
    response["X-Request-ID"] = problem.request_id
    response["Cache-Control"] = "no-store"
    return response


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/slack/"))


def page_not_found(request: HttpRequest, exception: Exception) -> Any:
    """Django's handler404: a problem under /api/ and /slack/, the site's page elsewhere."""
    return respond(request, exception) if _is_api(request) else defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> Any:
    """Django's handler400, for what fails before a view is found."""
    return respond(request, exception) if _is_api(request) else defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> Any:
    """Django's handler403."""
    return respond(request, exception) if _is_api(request) else defaults.permission_denied(request, exception)


def server_error(request: HttpRequest) -> Any:
    """Django's handler500; Django has logged the reason."""
    if not _is_api(request):
        return defaults.server_error(request)
    return respond(request, errors.Unavailable("Parley failed at this request.", code="internal"))
