"""One address per method of Slack's Web API: who is asking, how fast, what is answered. Rules live in services.

A method is a function with a name, registered by ``method``; it takes a ``Call`` and answers the facts beside ``ok``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from accounts.actor import Actor
from accounts.authentication import actor_from_token, ip_of
from openplatform import conf, rates
from openplatform.dialects import scope_names
from openplatform.slack import arguments, problems
from openplatform.slack.problems import SlackError
from protocol import errors

#: What Slack's programs look for at the beginning of a token; behind it stands a token of ours.
PREFIXES = ("xoxb-", "xoxp-", "xapp-")
_NOBODY = Actor(user=0, name="nobody")


@dataclass(frozen=True, slots=True)
class Call:
    """One call: who, with which arguments, and the root of this server's address."""

    actor: Actor
    args: arguments.Arguments
    request: HttpRequest
    host: str


Run = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method. ``like``: the operation of ours whose bucket it shares; ``missing``: the word for what is not there."""

    run: Run
    scope: str | None
    like: str
    missing: str
    public: bool
    cost: float


METHODS: dict[str, Method] = {}


def method(
    name: str, *, scope: str | None, like: str = "", missing: str = "not_found", public: bool = False, cost: float = 1.0
) -> Callable[[Run], Run]:
    """Register the decorated function under Slack's name. ``scope``: as ``api.operation`` has it. ``public``: no token."""

    def register(run: Run) -> Run:
        METHODS[name] = Method(run, scope, like or f"slack.{name}", missing, public, cost)
        return run

    return register


@csrf_exempt
def call(request: HttpRequest, name: str) -> HttpResponse:
    """The view of all methods. Every answer is JSON, whatever happens, and never a redirect."""
    found = METHODS.get(name)
    if found is None:
        return problems.refusal("unknown_method", req_method=name[:80])
    if request.method not in ("GET", "POST"):
        return problems.refusal("invalid_http_method", status=405, headers={"Allow": "GET, POST"})
    actor = _NOBODY
    try:
        args = arguments.read(request)
        actor = _NOBODY if found.public else actor_of(request, args)
        take_turn(found, name, actor, request)
        require_scope(actor, found)
        host = request.build_absolute_uri("/").rstrip("/")
        response: HttpResponse = JsonResponse({"ok": True, **found.run(Call(actor, args, request, host))})
    except Exception as problem:
        response = problems.respond(problem, found.missing)
    # In lower case: one of the clients looks for these letters. imsite.headers keeps servers from changing them.
    response["x-oauth-scopes"] = ",".join(scope_names.to_slack(actor.scopes or ()))
    response["x-accepted-oauth-scopes"] = ",".join(scope_names.to_slack([found.scope] if found.scope else ()))
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def actor_of(request: HttpRequest, args: arguments.Arguments) -> Actor:
    """Who the token is, from the header or beside the arguments; a browser's session is nobody here."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    raw = given.strip() if scheme.lower() == "bearer" else args.text("token").strip()
    if not raw:
        raise SlackError("not_authed")
    return actor_from_token(bare(raw), ip=ip_of(request))


def bare(raw: str) -> str:
    """Our token without what Slack's programs want in front of it."""
    return next((raw.removeprefix(each) for each in PREFIXES if raw.startswith(each)), raw)


def take_turn(found: Method, name: str, actor: Actor, request: HttpRequest) -> None:
    """The buckets of the HTTP door: neither is a way around the other. ``auth.test`` has one of its own, as programs
    begin with it, all at once after an outage.
    """
    tunables = conf.get()
    if found.public or name == "auth.test":
        key = f"slack.{name}:{actor.token or ip_of(request)}"
        takes = [(key, tunables.anonymous_rate, tunables.anonymous_burst)]
    else:
        takes = [(f"actor:{actor.user}:{actor.app}", tunables.api_rate, tunables.api_burst)]
        if actor.app:
            takes.insert(0, (f"app:{actor.app}:{found.like}", tunables.app_rate, tunables.app_burst))
    for key, rate, burst in takes:
        verdict = rates.take(key, rate=rate, burst=burst, cost=found.cost)
        if not verdict.allowed:
            raise errors.RateLimited("Too many requests.", retry_after=verdict.retry_after)


def require_scope(actor: Actor, found: Method) -> None:
    """Raises SlackError missing_scope, or that only people do this."""
    if actor.scopes is None or found.scope == "":
        return
    if found.scope is None:
        raise SlackError("not_allowed_token_type")
    if found.scope not in actor.scopes:
        told = {"needed": _theirs(found.scope), "provided": ",".join(scope_names.to_slack(actor.scopes))}
        raise SlackError("missing_scope", **told)


def _theirs(scope: str) -> str:
    return ",".join(scope_names.to_slack([scope])) or scope
