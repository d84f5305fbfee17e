"""The OpenAPI schema at /api/v1/schema/ and its page at /api/v1/docs/, both served from this server alone."""

from functools import cache
from typing import Any

import msgspec
from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.request import Request

from openplatform.api import components
from openplatform.api.door import Door
from openplatform.api.operation import WHAT_FAILED
from protocol import errors

ABOUT = """
Parley over HTTP, for everything except live delivery. The same services, rights and shapes as the socket at `/ws/v1/`
(its frames and events are described in `docs/protocol.md` of the source): an event read here is, field by field, the
event that a socket would have brought, and an answer that the socket knows too carries `"id": 0`.

**Sign-in.** `Authorization: Bearer ply_…` (from `POST /api/v1/tokens` or an administrator), or a browser's session
cookie; then every request that changes something also needs the `X-CSRFToken` header.

**Errors** are `application/problem+json`. `code` is meant for programs: {codes}.

**Idempotency.** A write may bear an `Idempotency-Key` of 8 to 64 characters. For messages, edits, recalls and reactions
it is the message's `client_key`, unique per sender and conversation for good; elsewhere the answer is kept for 24 hours.
The same key with another request is answered 409 `key_reused`.

**Rate.** Each person and app has one bucket; `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` (seconds
until it is full) are on every answer, `Retry-After` on 429 and 503.

**Pages.** Lists take `limit` (at most 200) and a `cursor` from the answer's `next`; timelines are paged by `seq`.

**Live without a socket.** `POST /poll/v1/` with `{{"positions": {{"<conversation>": <seq>}}, "wait": 25}}` and the same
sign-in answers an `InboxPage` as soon as something of yours moved, at the latest after `wait` seconds. It lives outside
this schema because it is served without holding a thread. Write through the resources below.
"""

RATE_HEADERS = {
    "RateLimit-Limit": {"description": "Size of the bucket.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "Requests left in it now.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until it is full.", "schema": {"type": "integer"}},
    "X-Request-ID": {"description": "Quote it when asking for help.", "schema": {"type": "string"}},
}
WAIT_HEADER = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}


def drop_slashed(endpoints: list[Any]) -> list[Any]:
    """Before generating: each address is served with and without a final slash and documented without."""
    return [each for each in endpoints if not each[0].endswith("/")]


def complete(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """After generating: the shapes, the headers, and how to sign in."""
    known = result.setdefault("components", {})
    known["schemas"] = components.get_components()
    known["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A device's token, `ply_…`."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "Needs X-CSRFToken to write.",
        },
    }
    result["security"] = [{"token": []}, {"session": []}]
    result["info"]["description"] = ABOUT.format(codes=", ".join(f"`{each}`" for each in sorted(errors.CODES)))
    for address, path in result["paths"].items():
        for operation in path.values():
            if "{" in address:  # an id that is none makes an address that is none
                operation["responses"].setdefault(
                    "404", {**operation["responses"]["500"], "description": WHAT_FAILED[404]}
                )
                operation["responses"] = dict(sorted(operation["responses"].items()))
            for status, response in operation["responses"].items():
                waits = WAIT_HEADER if status in ("429", "503") else {}
                response["headers"] = {**RATE_HEADERS, **waits, **response.get("headers", {})}
    return result


class Schema(Door):
    """The schema as JSON. Generated once per process: it only changes with the code."""

    public = True

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The OpenAPI 3.1 document."""
        return HttpResponse(get_document(), content_type="application/json", headers={"Cache-Control": "max-age=300"})


@cache
def get_document() -> bytes:
    """The whole schema as JSON."""
    generator: Any = SchemaGenerator  # the library has no types
    return msgspec.json.encode(generator().get_schema(request=None, public=True), enc_hook=str)


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """The schema as a page to try things on. Its scripts are files of ours; only its styles are written inline."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "api-schema"
