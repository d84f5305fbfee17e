"""The page shell of the browser client: who is signed in, and the links to the bundle. Everything else it asks the doors."""

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from web.bundle import get_bundle
from web.words import words_for

#: Stricter than the rest of the site: nothing inline, and no text can become markup or script (Trusted Types).
POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:", "blob:"],
    "connect-src": [SELF],
    "media-src": [SELF, "blob:"],
    "font-src": [SELF],
    "manifest-src": [SELF],
    "object-src": [NONE],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "require-trusted-types-for": ["'script'"],
    # One policy with one answer: the address of the service worker (client/src/app/worker.ts).
    "trusted-types": ["parley-worker"],
}
THEMES = ("light", "dark")


@require_safe
@never_cache
@login_required
@ensure_csrf_cookie
@csp(POLICY)
def app(request: HttpRequest) -> HttpResponse:
    """The page with the client in it."""
    theme = request.COOKIES.get("parley_theme", "")
    context = {
        "bundle": get_bundle(),
        "words": words_for(get_language()),
        "person": request.user,
        "theme": theme if theme in THEMES else "",
    }
    answer = render(request, "web/app.html", context)
    # The address of a page may hold a message's place; no other site has to know it.
    answer["Referrer-Policy"] = "no-referrer"
    return answer
