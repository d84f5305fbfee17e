"""Signing in and out in a browser: the two pages. The session, and what stands before it, is ``web.opening``.

The password and its throttle are ``accounts.services.signin``; the admin's own sign-in page is replaced by this one.
"""

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import authentication
from accounts.models import User
from accounts.services import signin
from protocol import errors
from web import opening
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
        answer = opening.page(request, words, error=pause(words, wait), status=429)
        answer["Retry-After"] = str(round(wait))
        return answer
    except errors.Unauthenticated:
        return opening.page(request, words, error=words.wrong, status=400)
    except errors.Unavailable:
        return opening.page(request, words, error=words.busy, status=503)
    return opening.go_on(request, user, door="password", target=opening.target_of(request))


def _greet(request: HttpRequest, words: Words) -> HttpResponse:
    if not isinstance(request.user, User):
        return opening.page(request, words)
    target = opening.target_of(request)
    # The admin would send who may not enter back here for ever.
    if target.startswith(ADMIN) and not authentication.may_enter_admin(request.user):
        return opening.page(request, words, notice=f"{words.signed_in_as.format(request.user)} {words.not_staff}")
    return HttpResponseRedirect(target)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_out(request: HttpRequest) -> HttpResponse:
    """A question, and on POST the end of the session and of its device, tokens and sockets included."""
    if request.method != "POST":
        if not isinstance(request.user, User):
            return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
        return render(request, "web/signout.html", {"words": words_for(get_language()), "person": request.user})
    opening.end_device(request)
    logout(request)
    answer = HttpResponseRedirect(resolve_url(settings.LOGOUT_REDIRECT_URL))
    answer["Clear-Site-Data"] = '"storage"'  # what the client kept of the person's messages in this browser
    return answer


@never_cache
def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Where the admin's own sign-in page would be: one page, one throttle, one kind of session."""
    target = request.GET.get(REDIRECT_FIELD_NAME) or ADMIN
    return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({REDIRECT_FIELD_NAME: target})}")
