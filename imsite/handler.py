"""Django behind ASGI with one change of thread for a request's middleware, view and all, instead of two for each middleware.

All of our middleware and views are synchronous. Django's handler builds an asynchronous chain all the same and crosses
between loop and thread nineteen times a request, which was half of what a call cost (docs/performance.md).
"""

from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class Handler(ASGIHandler):
    """Django's handler over a synchronous chain."""

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The whole chain in the request's own thread."""
        answered: Any = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        return answered  # type: ignore[no-any-return]
