"""Signing in and out in a browser: the two pages, the session, and the device that the session belongs to.

The password and its throttle are ``accounts.services.signin``; the admin's own sign-in page is replaced by this one.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import authentication
from accounts.actor import Actor
from accounts.models import User
from accounts.services import device_names, signin
from chat.services import devices
from protocol import errors
from web.words import Words, pause, words_for

ADMIN = "/admin/"


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page, and what its form does. Who is signed in already goes on at once."""
    words = words_for(get_language())
    if request.method != "POST":
        return _greet(request, words)
    try:
        user = signin.authenticate(
            request.POST.get("username", ""), request.POST.get("password", ""), authentication.ip_of(request)
        )
    except errors.RateLimited as problem:
        wait = problem.retry_after or 1
        answer = _page(request, words, error=pause(words, wait), status=429)
        answer["Retry-After"] = str(round(wait))
        return answer
    except errors.Unauthenticated:
        return _page(request, words, error=words.wrong, status=400)
    except errors.Unavailable:
        return _page(request, words, error=words.busy, status=503)
    open_session(request, user)
    return HttpResponseRedirect(_target(request))


def _greet(request: HttpRequest, words: Words) -> HttpResponse:
    if not isinstance(request.user, User):
        return _page(request, words)
    target = _target(request)
    # The admin would send who may not enter back here for ever.
    if target.startswith(ADMIN) and not authentication.may_enter_admin(request.user):
        return _page(request, words, notice=f"{words.signed_in_as.format(request.user)} {words.not_staff}")
    return HttpResponseRedirect(target)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """A question, and on POST the end of the session and of its device, tokens and sockets included."""
    if request.method != "POST":
        if not isinstance(request.user, User):
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        return render(request, "web/signout.html", {"words": words_for(get_language()), "person": request.user})
    _end_device(request)
    logout(request)
    answer = HttpResponseRedirect(resolve_url(settings.LOGOUT_REDIRECT_URL))
    answer["Clear-Site-Data"] = '"storage"'  # what the client kept of the person's messages in this browser
    return answer


@never_cache
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Where the admin's own sign-in page would be: one page, one throttle, one kind of session."""
    target = request.GET.get(REDIRECT_FIELD_NAME) or ADMIN
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: target})}")


def open_session(request: HttpRequest, user: User) -> None:
    """Sign ``user`` in on this browser: a new session key, and a device that carries it."""
    _end_device(request)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    device = devices.register(
        user=user,
        platform="browser",
        name=device_names.describe(request.headers.get("User-Agent", "")),
        ip=authentication.ip_of(request),
        session_key=request.session.session_key or "",
    )
    request.session[authentication.DEVICE_KEY] = device.pk


def _end_device(request: HttpRequest) -> None:
    try:
        device = authentication.device_of_session(request.session)
    except errors.Unauthenticated:
        return
    devices.revoke(actor=Actor(user=device.user_id, device=device.pk), device_id=device.pk)
    request.session.flush()  # its row is gone; what comes next starts a new one


def _target(request: HttpRequest) -> str:
    """Where to go on: ``next`` if it is an address of this site, otherwise the messages."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _page(request: HttpRequest, words: Words, *, error: str = "", notice: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "words": words,
        "error": error,
        "notice": notice,
        "username": request.POST.get("username", ""),
        "next": _target(request),
        "languages": settings.LANGUAGES,
        "language": get_language(),
    }
    return render(request, "web/signin.html", context, status=status)
