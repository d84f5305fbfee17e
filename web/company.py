"""Signing in with a company's own provider: away to it, and back. What it says is checked in ``identity.providers``.

What must be known again when somebody comes back is in a signed cookie of ten minutes; each is used once.
"""

import secrets
import time
from dataclasses import asdict
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts import authentication
from accounts.services import signin
from identity import selectors
from identity.claims import Claim, Untrusted
from identity.models import Provider
from identity.providers import oidc, saml
from identity.services import joining, providers
from protocol import errors
from web import opening
from web.words import Words, pause, words_for

COOKIE, SALT, SECONDS = "parley_flow", "web.company", 600
#: The only reasons that are said on the page: the others tell an attacker more than a person.
SAID = {"operator", "unknown", "username_taken", "closed"}


@require_safe
@never_cache
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """Away to the provider."""
    provider, words = _provider(slug), words_for(get_language())
    try:
        if provider.kind == Provider.Kind.SAML:
            url, state = saml.begin(provider, _place(request, provider))
            kept = {"state": state}
        else:
            state = secrets.token_urlsafe(24)
            begun = oidc.begin(provider, back=_back(request, provider), state=state)
            url, kept = begun.url, {"state": state, "nonce": begun.nonce, "verifier": begun.verifier}
    except Untrusted as problem:
        return _fail(request, words, provider, str(problem))
    answer = HttpResponseRedirect(url)
    _keep(request, answer, {**kept, "provider": provider.pk, "target": opening.target_of(request)})
    return answer


@require_safe
@never_cache
def back(request: HttpRequest, slug: str) -> HttpResponse:
    """Back from it, with the browser that was sent away."""
    provider, words = _provider(slug, Provider.Kind.OIDC), words_for(get_language())
    gate = signin.address_gate(authentication.ip_of(request))
    try:
        gate.enter()
    except errors.RateLimited as problem:
        return _slow(request, words, problem)
    flow = _take(request, provider, request.GET.get("state", ""))
    if flow is None:
        return _fail(request, words, provider, "state")
    try:
        claim = oidc.finish(
            provider,
            providers.secret_of(provider),
            request.GET.dict(),
            back=_back(request, provider),
            nonce=flow["nonce"],
            verifier=flow["verifier"],
        )
    except Untrusted as problem:
        return _fail(request, words, provider, str(problem))
    answer = let_in(request, words, provider, claim, flow["target"])
    if answer.status_code == 302:
        gate.forgive()
    return answer


@csrf_exempt
@never_cache
@require_POST
def posted(request: HttpRequest, slug: str) -> HttpResponse:
    """A SAML response, posted by the provider's page. That is another site, so the browser keeps its cookies to itself:
    what was said is checked and laid aside for a minute, and the browser comes for it by itself.
    """
    provider, words = _provider(slug, Provider.Kind.SAML), words_for(get_language())
    gate = signin.address_gate(authentication.ip_of(request))
    try:
        gate.enter()
        claim, asked = saml.finish(provider, _place(request, provider), request.POST.get("SAMLResponse", ""))
    except errors.RateLimited as problem:
        return _slow(request, words, problem)
    except Untrusted as problem:
        return _fail(request, words, provider, str(problem))
    gate.forgive()
    ticket = secrets.token_urlsafe(24)
    cache.set(f"signin:ticket:{ticket}", {"provider": provider.pk, "asked": asked, "claim": asdict(claim)}, 60)
    answer = HttpResponseRedirect(f"{reverse('provider_done', args=[slug])}?ticket={ticket}")
    answer.status_code = 303
    return answer


@require_safe
@never_cache
def done(request: HttpRequest, slug: str) -> HttpResponse:
    """What was laid aside, for the browser that was sent away with that request."""
    provider, words = _provider(slug, Provider.Kind.SAML), words_for(get_language())
    key = f"signin:ticket:{request.GET.get('ticket', '')[:64]}"
    kept = cache.get(key)
    flow = _take(request, provider, kept["asked"]) if kept is not None else None
    if kept is None or flow is None or kept["provider"] != provider.pk:
        return _fail(request, words, provider, "request")
    cache.delete(key)
    return let_in(request, words, provider, Claim(**kept["claim"]), flow["target"])


@require_safe
def metadata(request: HttpRequest, slug: str) -> HttpResponse:
    """What the provider's administrator needs to know of Parley; also before the provider is switched on."""
    provider = selectors.find_any_provider(slug)
    if provider is None or provider.kind != Provider.Kind.SAML:
        raise Http404
    try:
        document = saml.metadata(provider, _place(request, provider))
    except Untrusted as problem:
        return HttpResponse(str(problem), status=503, content_type="text/plain; charset=utf-8")
    return HttpResponse(document, content_type="application/samlmetadata+xml")


def let_in(request: HttpRequest, words: Words, provider: Provider, claim: Claim, target: str) -> HttpResponse:
    """The provider's word was good: whom it lets in, if anybody."""
    try:
        user = joining.enter(provider=provider, claim=claim, ip=authentication.ip_of(request))
    except errors.Forbidden as problem:
        return _fail(request, words, provider, str(problem.details["rule"]))
    answer = opening.go_on(request, user, door=provider.slug, target=target, proved=provider.trusts_second_factor)
    answer.delete_cookie(COOKIE, path=reverse("signin"), samesite="Lax")
    return answer


def _provider(slug: str, kind: str = "") -> Provider:
    found = selectors.find_provider(slug)
    if found is None or (kind and found.kind != kind):
        raise Http404
    return found


def _place(request: HttpRequest, provider: Provider) -> saml.Place:
    return saml.Place(
        entity=request.build_absolute_uri(reverse("provider_metadata", args=[provider.slug])),
        acs=request.build_absolute_uri(reverse("provider_posted", args=[provider.slug])),
    )


def _slow(request: HttpRequest, words: Words, problem: errors.RateLimited) -> HttpResponse:
    wait = problem.retry_after or 1
    answer = opening.page(request, words, error=pause(words, wait), status=429)
    answer["Retry-After"] = str(round(wait))
    return answer


def _back(request: HttpRequest, provider: Provider) -> str:
    return request.build_absolute_uri(reverse("provider_back", args=[provider.slug]))


def _keep(request: HttpRequest, answer: HttpResponse, flow: dict[str, Any]) -> None:
    answer.set_cookie(
        COOKIE,
        signing.dumps({**flow, "at": int(time.time())}, salt=SALT),
        max_age=SECONDS,
        path=reverse("signin"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _take(request: HttpRequest, provider: Provider, state: str) -> dict[str, Any] | None:
    """What was kept when this browser was sent to ``provider`` with ``state``; once."""
    try:
        flow: dict[str, Any] = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    ours = secrets.compare_digest(flow["state"].encode(), state.encode()) and flow["provider"] == provider.pk
    return flow if ours and cache.add(f"signin:flow:{flow['state']}", 1, SECONDS) else None


def _fail(request: HttpRequest, words: Words, provider: Provider, reason: str) -> HttpResponse:
    joining.refuse(provider=provider, reason=reason, ip=authentication.ip_of(request))
    said = words.provider_no_account if reason in SAID else words.provider_failed
    answer = opening.page(request, words, error=said.format(provider.name), status=403)
    answer.delete_cookie(COOKIE, path=reverse("signin"), samesite="Lax")
    return answer
