"""The doors of incoming webhooks: ``/hooks/…`` as Mattermost and Rocket.Chat have it, ``/services/T…/B…/…`` as Slack has.

The address is the secret; nothing else is asked. Answers are what the senders of each product expect, always plain, never
a page, never a redirect. What is said is ``services.incoming``'s.
"""

import json
import math
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.csrf import csrf_exempt

from accounts.authentication import ip_of
from openplatform import conf, rates
from openplatform.dialects.posts import Unreadable
from openplatform.services import incoming
from protocol import errors

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
log = structlog.get_logger(__name__)


@csrf_exempt
def slack(request: HttpRequest, team: str, hook: str, secret: str) -> HttpResponse:
    """As Slack: ``ok``, or a word that says why not. ``team`` and ``hook`` only make the address look right."""
    status, word, headers = _take(request, secret)
    return HttpResponse(word, status=status, content_type="text/plain; charset=utf-8", headers=headers)


@csrf_exempt
def mattermost(request: HttpRequest, secret: str) -> HttpResponse:
    """As Mattermost: ``ok``, or a problem in its shape."""
    status, word, headers = _take(request, secret)
    if status == 200:
        return HttpResponse(word, content_type="text/plain; charset=utf-8")
    problem = {"id": f"web.incoming_webhook.{word}", "message": word, "status_code": status}
    return JsonResponse(problem, status=status, headers=headers)


@csrf_exempt
def rocket(request: HttpRequest, hook: str, secret: str) -> HttpResponse:
    """As Rocket.Chat: ``{"success": true}``, or false with the word."""
    status, word, headers = _take(request, secret)
    told = {"success": True} if status == 200 else {"success": False, "error": word}
    return JsonResponse(told, status=status, headers=headers)


#: With and without a final slash: senders follow no redirect of a POST.
urlpatterns: list[URLPattern] = [
    path(f"{address}{slash}", view)
    for address, view in (
        ("services/<str:team>/<str:hook>/<str:secret>", slack),
        ("hooks/<str:secret>", mattermost),
        ("hooks/<str:hook>/<str:secret>", rocket),
    )
    for slash in ("", "/")
]


def _take(request: HttpRequest, secret: str) -> tuple[int, str, dict[str, str]]:
    """(status, word, headers) of one post."""
    if request.method != "POST":
        return 405, "method_not_allowed", {"Allow": "POST"}
    try:
        hook = _found(request, secret)
        tunables = conf.get()
        verdict = rates.take(f"hook:{hook.pk}", rate=tunables.hook_rate, burst=tunables.hook_burst)
        if not verdict.allowed:
            return _slow_down(verdict.retry_after)
        incoming.post(hook=hook, payload=_payload(request), ip=ip_of(request))
    except Unreadable as why:
        return 400, str(why), {}
    except (incoming.NoService, errors.ParleyError) as problem:
        return _refused(problem)
    except (OperationalError, InterfaceError) as problem:
        log.warning("database_unavailable", problem=str(problem))
        return 503, "service_unavailable", {"Retry-After": "1"}
    return 200, "ok", {}


def _found(request: HttpRequest, secret: str) -> Any:
    """The hook. Guessing is slowed down by address; who knows a secret is not."""
    try:
        return incoming.find(secret)
    except incoming.NoService:
        tunables = conf.get()
        key = f"ip:{ip_of(request)}"
        verdict = rates.take(key, rate=tunables.anonymous_rate, burst=tunables.anonymous_burst)
        if not verdict.allowed:
            raise errors.RateLimited("Too many requests.", retry_after=verdict.retry_after) from None
        raise


def _refused(problem: errors.ParleyError | incoming.NoService) -> tuple[int, str, dict[str, str]]:
    if isinstance(problem, incoming.NoService):
        return 404, "no_service", {}
    if isinstance(problem, errors.RateLimited):
        return _slow_down(problem.retry_after or 1.0)
    if problem.code == "not_a_member":  # its bot was taken out of the conversation
        return 404, "channel_not_found", {}
    if isinstance(problem, errors.Forbidden):
        return 403, "action_prohibited", {}
    if isinstance(problem, errors.Unavailable):
        return 503, "service_unavailable", {"Retry-After": str(max(1, math.ceil(problem.retry_after or 1)))}
    return 400, "invalid_payload", {}


def _slow_down(seconds: float) -> tuple[int, str, dict[str, str]]:
    return 429, "rate_limited", {"Retry-After": str(max(1, math.ceil(seconds)))}


def _payload(request: HttpRequest) -> dict[str, Any]:
    """The JSON body, or the ``payload`` of a form. Raises Unreadable."""
    limit = conf.get().api_max_body
    try:
        raw = request.body
        if request.content_type in _FORMS and not raw.lstrip().startswith(b"{"):
            raw = request.POST.get("payload", "").encode()  # some put plain JSON into what they call a form
        if len(raw) > limit:
            raise Unreadable("invalid_payload")
        found = json.loads(raw)
    except (ValueError, RecursionError, RequestDataTooBig, OSError):
        raise Unreadable("invalid_payload") from None
    if not isinstance(found, dict):
        raise Unreadable("invalid_payload")
    return found
