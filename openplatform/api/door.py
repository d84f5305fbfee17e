"""What every resource of the HTTP door has in common: who is asking, how fast, and how a failure looks.

A resource is a subclass with methods marked by ``operation``. Rules live in services; this file knows none.
"""

from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.authentication import CSRFCheck
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.actor import Actor
from accounts.authentication import actor_from_request, ip_of
from openplatform import conf, rates
from openplatform.api import problems
from protocol import errors

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_NOBODY = Actor(user=0, name="nobody")


class _OnlyJson(BaseContentNegotiation):
    """The answer is JSON whatever Accept says: a client that cannot read it cannot read the error either."""

    def select_renderer(self, request: Any, renderers: Any, *_: Any, **__: Any) -> tuple[BaseRenderer, str]:
        """The one renderer there is (it is never run: resources answer with bytes)."""
        return renderers[0], renderers[0].media_type

    def select_parser(self, request: Any, parsers: Any) -> Any:
        """None: resources read the body themselves, as typed shapes."""
        return None


class Door(APIView):
    """Base of all resources. ``public``: no sign-in needed. ``cost``: tokens that a request takes from its bucket."""

    public: ClassVar[bool] = False
    cost: ClassVar[float] = 1.0

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    content_negotiation_class = _OnlyJson
    metadata_class = None

    actor: Actor
    verdict: rates.Verdict | None = None

    def perform_authentication(self, request: Request) -> None:
        """Find the actor; a browser's session also needs its CSRF token for whatever changes something."""
        plain = plain_request(request)
        conf.CAME_BY.set(plain.build_absolute_uri("/"))
        if self.public:
            self.actor = _NOBODY
            return
        self.actor = actor_from_request(plain)
        if not self.actor.token and plain.method not in _SAFE:
            _require_csrf(plain)

    def check_throttles(self, request: Request) -> None:
        """Take from the actor's bucket, or from the address's before sign-in."""
        tunables = conf.get()
        if self.public:
            key, rate, burst = f"ip:{ip_of(plain_request(request))}", tunables.anonymous_rate, tunables.anonymous_burst
        else:
            key, rate, burst = f"actor:{self.actor.user}:{self.actor.app}", tunables.api_rate, tunables.api_burst
        self.verdict = None
        if not self.public and self.actor.app:
            # The app as a whole, whoever it acts for: many users or tokens give it no second share of one route.
            route = getattr(getattr(self, (request.method or "").lower(), None), "operation", "none")
            self.verdict = rates.take(
                f"app:{self.actor.app}:{route}", rate=tunables.app_rate, burst=tunables.app_burst, cost=self.cost
            )
        if self.verdict is None or self.verdict.allowed:
            whole = rates.take(key, rate=rate, burst=burst, cost=self.cost)
            self.verdict = min((each for each in (self.verdict, whole) if each), key=_closeness)
        if not self.verdict.allowed:
            raise errors.RateLimited("Too many requests.", retry_after=self.verdict.retry_after)

    def handle_exception(self, exc: Exception) -> Any:
        """Every failure as a problem."""
        response = problems.respond(plain_request(self.request), exc)
        if response.status_code == 405:
            response["Allow"] = ", ".join(self.allowed_methods)
        return response

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """The headers that every answer bears."""
        answer: HttpResponseBase = super().finalize_response(request, response, *args, **kwargs)
        answer["X-Request-ID"] = problems.get_request_id(plain_request(request))
        answer["X-Content-Type-Options"] = "nosniff"
        answer.headers.setdefault("Cache-Control", "no-store")
        if self.verdict is not None:
            answer["RateLimit-Limit"] = str(self.verdict.limit)
            answer["RateLimit-Remaining"] = str(self.verdict.remaining)
            answer["RateLimit-Reset"] = str(self.verdict.reset)
        return answer


class Nothing(Door):
    """Every address under /api/ that is no resource: a problem, never a page, never a redirect."""

    public = True

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whatever the method."""
        raise errors.NotFound("There is nothing at this address.")


def plain_request(request: Request) -> HttpRequest:
    """Django's request inside REST framework's."""
    return request._request


def _closeness(verdict: rates.Verdict) -> tuple[bool, int]:
    """The verdict that stops the caller first."""
    return verdict.allowed, verdict.remaining


def _nothing(_: HttpRequest) -> HttpResponse:
    return HttpResponse()


def _require_csrf(request: HttpRequest) -> None:
    check = CSRFCheck(_nothing)
    check.process_request(request)
    reason = check.process_view(request, _nothing, (), {})
    if reason:
        raise errors.Forbidden(f"CSRF check failed: {reason}", details={"rule": "csrf"})
