"""What can go wrong, in Slack's words: ``{"ok": false, "error": …}`` with status 200, and 429 with Retry-After."""

import math
from typing import Any

import structlog
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from openplatform.dialects import scope_names
from protocol import errors

log = structlog.get_logger(__name__)
_UNREADABLE = (RequestDataTooBig, SuspiciousOperation, UnreadablePostError, MultiPartParserError)


class SlackError(Exception):
    """A word of Slack's for what is wrong; ``facts`` go into the answer."""

    def __init__(self, word: str, **facts: Any) -> None:
        super().__init__(word)
        self.word, self.facts = word, facts


def word_of(problem: errors.ParleyError, missing: str) -> str:
    """One of our errors as Slack's word. ``missing``: what the method says of a thing that is not there."""
    rule = problem.details.get("rule")
    by_code = {
        "not_a_member": "channel_not_found",
        "muted": "restricted_action",
        "read_only": "is_archived" if rule == "archived" else "restricted_action",
        "window_over": "edit_window_closed",
        "too_large": "msg_too_long",
        "token_expired": "token_expired",
        "device_revoked": "access_denied" if rule == "app_suspended" else "token_revoked",
        "unauthenticated": "invalid_auth",
    }
    if problem.code in by_code:
        return by_code[problem.code]
    if rule == "recalled":
        return "message_not_found"
    return {404: missing, 403: "restricted_action", 409: "not_allowed", 400: "invalid_arguments"}.get(
        problem.status, "internal_error"
    )


def respond(problem: Exception, missing: str = "not_found") -> HttpResponse:
    """Any exception as an answer. An unforeseen one is logged and tells nothing."""
    if isinstance(problem, SlackError):
        return refusal(problem.word, **problem.facts)
    if isinstance(problem, errors.RateLimited):
        return slow_down(problem.retry_after or 1)
    if isinstance(problem, (errors.Unavailable, OperationalError, InterfaceError)):
        log.warning("slack_unavailable", problem=str(problem))
        return refusal("service_unavailable", status=503, headers={"Retry-After": "1"})
    if isinstance(problem, errors.ParleyError):
        return _of_ours(problem, missing)
    if isinstance(problem, _UNREADABLE):
        return refusal("invalid_form_data")
    log.error("slack_call_failed", exc_info=problem)
    return refusal("internal_error")


def refusal(word: str, *, status: int = 200, headers: dict[str, str] | None = None, **facts: Any) -> HttpResponse:
    """``ok: false`` and why."""
    return JsonResponse({"ok": False, "error": word, **facts}, status=status, headers=headers)


def slow_down(seconds: float) -> HttpResponse:
    """Too fast: without a whole number of seconds Slack's Node client gives up at once."""
    return refusal("ratelimited", status=429, headers={"Retry-After": str(max(1, math.ceil(seconds)))})


def _of_ours(problem: errors.ParleyError, missing: str) -> HttpResponse:
    if problem.details.get("rule") == "scope":
        needed = str(problem.details["scope"])
        return refusal("missing_scope", needed=",".join(scope_names.to_slack([needed])) or needed)
    if problem.details.get("rule") == "in_person":
        return refusal("not_allowed_token_type")
    facts: dict[str, Any] = {}
    if problem.status == 400:
        facts["response_metadata"] = {"messages": [f"[ERROR] {problem.message}"]}
    return refusal(word_of(problem, missing), **facts)
