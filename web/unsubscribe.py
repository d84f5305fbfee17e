"""The address in every letter that ends the next ones: one click for a mail program, a page with a button for people.

Whoever holds the letter may end it: no sign-in, and so no cookie that a foreign page could use. Only POST changes something:
mail scanners follow links.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from protocol.errors import BadRequest
from push.services import letters, mailing
from web.words import words_for


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, or end it (RFC 8058)."""
    context = {"words": words_for(get_language()), "done": False, "wrong": False}
    if request.method == "POST":
        try:
            mailing.end(token)
            context["done"] = True
        except BadRequest:
            context["wrong"] = True
    else:
        context["wrong"] = letters.read_stop(token) is None
    return render(request, "web/unsubscribe.html", context, status=404 if context["wrong"] else 200)
