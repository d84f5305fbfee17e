"""The second step of signing in: showing the second factor, and setting one up, before or after the session is open."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import authentication
from accounts.actor import Actor
from accounts.models import User
from accounts.services import device_names
from identity import conf, selectors
from identity.dialects import codes
from identity.policy import Step
from identity.services import factors, passkeys
from protocol import errors
from web import opening
from web.words import pause, words_for


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def prove(request: HttpRequest) -> HttpResponse:
    """The page for somebody whose password was right, and what its form does."""
    found = opening.get_pending(request, Step.PROVE)
    if found is None:
        return HttpResponseRedirect(resolve_url(settings.LOGIN_URL))
    user, waiting = found
    words = words_for(get_language())
    context: dict[str, Any] = {"words": words, "person": user, "verb": "get"}
    site, ip = opening.site_of(request), authentication.ip_of(request)
    challenge = opening.take_challenge(request)
    context["passkey"] = opening.keep_challenge(request, passkeys.ask(user=user, site=site))
    if request.method != "POST":
        return render(request, "web/second.html", context)
    try:
        if credential := request.POST.get("credential", ""):
            second = passkeys.prove(user=user, site=site, challenge=challenge, answer=credential, ip=ip)
        else:
            second = factors.prove(user=user, code=request.POST.get("code", ""), ip=ip)
    except errors.RateLimited as problem:
        return _slow(request, "web/second.html", context, problem)
    except errors.Unauthenticated:
        return render(request, "web/second.html", {**context, "error": words.code_wrong}, status=400)
    opening.open_session(request, user, door=waiting.door, second=second)
    return HttpResponseRedirect(waiting.target)


@never_cache
@sensitive_variables("secret")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    """An authenticator app, for who must have one before the session opens, and for who is signed in and wants one."""
    found = opening.get_pending(request, Step.ENROL)
    if found is None and not (isinstance(request.user, User) and opening.is_fresh(request)):
        return HttpResponseRedirect(reverse("security"))
    user, waiting = found or (_signed_in(request), None)
    words = words_for(get_language())
    try:
        secret = factors.begin_app(user=user)
    except errors.Conflict:  # there is an app: a passkey may be added
        secret = ""
    target = waiting.target if waiting else opening.target_of(request)
    until = opening.day(selectors.get_demand(user).until)
    context: dict[str, Any] = {"words": words, "person": user, "next": target, "must": waiting is not None}
    context |= {"until": words.setup_until.format(until) if until and waiting is None else ""}
    context |= (_shown(user, secret) if secret else {}) | {"verb": "create"}
    challenge = opening.take_challenge(request)
    asked = passkeys.begin(user=user, site=opening.site_of(request))
    context["passkey"] = opening.keep_challenge(request, asked)
    if request.method != "POST":
        return render(request, "web/setup.html", context)
    actor = Actor(user=user.pk, name=user.name, ip=authentication.ip_of(request))
    try:
        second, fresh = _add(request, user, actor, challenge)
    except errors.RateLimited as problem:
        return _slow(request, "web/setup.html", context, problem)
    except (errors.BadRequest, errors.Conflict):
        return render(request, "web/setup.html", {**context, "error": words.setup_wrong}, status=400)
    if waiting is not None:
        opening.open_session(request, user, door=waiting.door, second=second)
    return render(request, "web/codes.html", {"words": words, "codes": fresh, "next": target})


def _add(request: HttpRequest, user: User, actor: Actor, challenge: str) -> tuple[str, list[str]]:
    """(which factor was added, the recovery codes)."""
    if answer := request.POST.get("credential", ""):
        name = request.POST.get("name", "") or device_names.describe(request.headers.get("User-Agent", ""))
        site = opening.site_of(request)
        fresh = passkeys.add(actor=actor, user=user, site=site, challenge=challenge, answer=answer, name=name)
        return "passkey", fresh
    return "totp", factors.confirm_app(actor=actor, user=user, code=request.POST.get("code", ""))


def _signed_in(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return User.objects.get(pk=request.user.pk)


def _shown(user: User, secret: str) -> dict[str, Any]:
    import segno  # noqa: PLC0415 - tables of all QR codes, for whoever sets a factor up

    address = codes.address_of(secret, account=user.username, issuer=conf.get().issuer)
    code = segno.make(address, error="m", micro=False)
    groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
    # On white in the dark too: some cameras read no inverted code.
    return {"qr": code.svg_data_uri(scale=4, border=3, light="#fff", dark="#000"), "secret": " ".join(groups)}


def _slow(request: HttpRequest, page: str, context: dict[str, Any], problem: errors.RateLimited) -> HttpResponse:
    wait = problem.retry_after or 1
    answer = render(request, page, {**context, "error": pause(context["words"], wait)}, status=429)
    answer["Retry-After"] = str(round(wait))
    return answer
