"""``request.user`` for Django's own pages (sign-in, admin): only while the session's device is signed in."""

from typing import Any

from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts import authentication
from accounts.models import User
from protocol import errors


class DeviceAuthenticationMiddleware(AuthenticationMiddleware):
    """Django's own, with the device checked by the same query that reads the user; nothing is read until asked for."""

    def process_request(self, request: HttpRequest) -> None:
        """Set ``request.user``."""
        super().process_request(request)  # says so when the session middleware is missing, and sets ``auser``
        request.user = SimpleLazyObject(lambda: _user(request))  # type: ignore[assignment]


def _user(request: Any) -> User | AnonymousUser:
    if not hasattr(request, "_cached_user"):  # Django's name: sign-in and sign-out set it
        try:
            request._cached_user = authentication.device_of_session(request.session).user
        except errors.Unauthenticated:
            request._cached_user = AnonymousUser()
    found: User | AnonymousUser = request._cached_user
    return found
