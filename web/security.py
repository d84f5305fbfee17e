"""One's own second factors in a browser: which there are, taking one away, new recovery codes.

Whoever signed in a while ago shows again who he is: an unlocked screen must not be enough to change the locks.
"""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import authentication
from accounts.actor import Actor
from accounts.models import User
from accounts.services import signin
from identity import selectors
from identity.services import factors, passkeys
from protocol import errors
from web import opening
from web.words import Words, pause, words_for


@never_cache
@sensitive_post_parameters("password", "code")
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The page and its buttons."""
    user = User.objects.get(pk=request.user.pk or 0)
    words = words_for(get_language())
    if not opening.is_fresh(request):
        return _ask(request, words, user)
    if request.method != "POST":
        return _page(request, words, user)
    actor = authentication.actor_from_session(request.session, ip=authentication.ip_of(request))
    try:
        return _press(request, words, user, actor)
    except errors.Conflict:
        return _page(request, words, user, error=words.security_required, status=409)
    except errors.NotFound:  # it went in another window
        return HttpResponseRedirect(reverse("security"))


def _press(request: HttpRequest, words: Words, user: User, actor: Actor) -> HttpResponse:
    if request.POST.get("do") == "codes":
        fresh = factors.make_codes(actor=actor, user=user)
        return render(request, "web/codes.html", {"words": words, "codes": fresh, "next": reverse("security")})
    if request.POST.get("do") == "remove":
        given = request.POST.get("factor", "")
        factors.remove(actor=actor, user=user, factor=int(given) if given.isascii() and given.isdigit() else 0)
    return HttpResponseRedirect(reverse("security"))


def _ask(request: HttpRequest, words: Words, user: User) -> HttpResponse:
    """By a code for who has a factor, otherwise by the password; who has neither signs in again."""
    has_factor = bool(selectors.list_factors(user.pk))
    site, challenge = opening.site_of(request), opening.take_challenge(request)
    context = {"words": words, "person": user, "by_code": has_factor, "by_password": user.has_usable_password()}
    context |= {"verb": "get", "passkey": opening.keep_challenge(request, passkeys.ask(user=user, site=site))}
    if request.method != "POST":
        return render(request, "web/prove.html", context)
    ip = authentication.ip_of(request)
    try:
        if credential := request.POST.get("credential", ""):
            passkeys.prove(user=user, site=site, challenge=challenge, answer=credential, ip=ip)
        elif has_factor:
            factors.prove(user=user, code=request.POST.get("code", ""), ip=ip)
        else:
            signin.authenticate(user.username, request.POST.get("password", ""), ip)
    except errors.RateLimited as problem:
        wait = problem.retry_after or 1
        return render(request, "web/prove.html", {**context, "error": pause(words, wait)}, status=429)
    except errors.Unauthenticated:
        return render(request, "web/prove.html", {**context, "error": words.prove_wrong}, status=400)
    opening.prove_again(request)
    return HttpResponseRedirect(reverse("security"))


def _page(request: HttpRequest, words: Words, user: User, *, error: str = "", status: int = 200) -> HttpResponse:
    rows = selectors.list_factors(user.pk)
    context: dict[str, Any] = {
        "words": words,
        "person": user,
        "error": error,
        "factors": [(each, words.security_since.format(opening.day(each.confirmed_at))) for each in rows],
        "codes_left": words.security_codes.format(selectors.count_codes(user.pk)),
    }
    return render(request, "web/security.html", context, status=status)
