"""What all SCIM views share: the directory's token, SCIM's JSON in and out, every error in SCIM's shape."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from accounts import authentication
from accounts.actor import Actor
from accounts.services import signin
from identity import rosters
from identity.dialects.scim_schemas import MESSAGES, Invalid
from identity.models import Directory
from protocol import errors

MEDIA_TYPE = "application/scim+json"
#: Our errors in SCIM's words.
KINDS: dict[type[errors.ParleyError], str] = {errors.Conflict: "uniqueness", errors.BadRequest: "invalidValue"}
BODY_BYTES = 2 * 1024 * 1024


class Refused(Exception):
    """An answer that is no document."""

    def __init__(self, status: int, text: str, kind: str = "", **headers: str) -> None:
        super().__init__(text)
        self.status, self.kind, self.headers = status, kind, headers


def say(what: Any, status: int = 200, **headers: str) -> HttpResponse:
    """A document."""
    answer = HttpResponse(json.dumps(what), status=status, content_type=MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    return answer


def refuse(status: int, text: str, kind: str = "", **headers: str) -> HttpResponse:
    """An error as SCIM tells it."""
    said = {"schemas": [f"{MESSAGES}:Error"], "status": str(status), "detail": text}
    return say(said | ({"scimType": kind} if kind else {}), status, **headers)


@method_decorator(csrf_exempt, name="dispatch")
class Door(View):
    """A view for who shows a directory's token. No cookie counts here, and so no CSRF token is needed."""

    directory: Directory
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The token first; then whatever goes wrong in SCIM's shape."""
        try:
            self._let_in(request)
            return super().dispatch(request, *args, **kwargs)
        except Refused as problem:
            return refuse(problem.status, str(problem), problem.kind, **problem.headers)
        except Invalid as problem:
            return refuse(400, str(problem), problem.kind)
        except errors.ParleyError as problem:
            pause = {"Retry_After": str(round(problem.retry_after))} if problem.retry_after else {}
            return refuse(problem.status, problem.message, KINDS.get(type(problem), ""), **pause)

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """In SCIM's shape too."""
        allowed = ", ".join(each.upper() for each in self.http_method_names if hasattr(self, each))
        return refuse(405, "There is no such method here.", Allow=allowed)

    def _let_in(self, request: HttpRequest) -> None:
        ip = authentication.ip_of(request)
        scheme, _, raw = request.headers.get("Authorization", "").partition(" ")
        directory = rosters.find_directory(raw.strip()) if scheme.lower() == "bearer" and raw else None
        if directory is None:
            gate = signin.address_gate(ip)
            gate.enter()
            raise Refused(401, "Show a directory's token.", WWW_Authenticate='Bearer realm="scim"')
        self.directory = directory
        self.actor = Actor(user=0, name=f"directory {directory.name}", ip=ip)

    def body(self) -> Any:
        """The JSON that was sent. Raises Invalid and Refused."""
        if len(self.request.body) > BODY_BYTES:
            raise Refused(413, f"At most {BODY_BYTES} bytes.")
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise Invalid("invalidSyntax", "The body is no JSON.") from None


class Nowhere(Door):
    """What is not there, in SCIM's shape."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever asks."""
        return refuse(404, "There is no such address.")
