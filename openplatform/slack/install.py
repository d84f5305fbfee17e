"""``/slack/oauth/v2/authorize``: where an app's owner or an administrator installs it, as Slack's apps ask for it."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language

from accounts.authentication import actor_from_session, ip_of
from openplatform.dialects import scope_names
from openplatform.models import App
from openplatform.oauth.views import Consenting
from openplatform.oauth.words import words_for
from openplatform.scopes import for_bot
from openplatform.services import slack_installing
from protocol import errors


def authorize(request: HttpRequest) -> HttpResponseBase:
    """Show what the app wants; on a yes lead back to it with a code."""
    try:
        actor = actor_from_session(request.session, ip=ip_of(request))
    except errors.Unauthenticated:
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    app = App.objects.select_related("user").filter(client_id=request.GET.get("client_id", "")).first()
    known = app.redirect_uris.split() if app else []
    back = request.GET.get("redirect_uri") or (known[0] if known else "")
    if app is None or back not in known:
        return _page(
            request, None, [], why="client_id, redirect_uri"
        )  # never lead to an address that nobody registered
    theirs = request.GET.get("scope", "").split(",")
    wanted = [each for each in for_bot(scope_names.from_slack(theirs)[0]) if each in app.scopes]
    try:
        slack_installing.check(actor=actor, app=app, wanted=wanted)
    except errors.ParleyError as problem:
        words = words_for(get_language())
        refused = words.not_for_you if isinstance(problem, errors.Forbidden) else "scope"
        return _page(request, app, wanted, why=refused, status=403)
    if request.method != "POST":
        return _page(request, app, wanted, back=back)
    state = request.GET.get("state", "")
    if "allow" not in request.POST:
        return _lead(back, {"error": "access_denied", "state": state})
    code = slack_installing.grant(actor=actor, app=app, wanted=wanted, redirect_uri=back)
    return _lead(back, {"code": code, "state": state})


def _lead(back: str, told: dict[str, str]) -> HttpResponse:
    joint = "&" if urlsplit(back).query else "?"
    return HttpResponse(status=302, headers={"Location": f"{back}{joint}{urlencode(told)}"})


def _page(
    request: HttpRequest, app: App | None, wanted: list[str], *, back: str = "", why: str = "", status: int = 200
) -> HttpResponse:
    context: dict[str, Any] = Consenting().shown(app, wanted)
    if why:
        context |= {"why": why, "title": context["words"].failed}
    parts = urlsplit(back)
    answer = render(
        request, "openplatform/authorize.html", context | {"host": parts.netloc}, status=status if app else 400
    )
    if parts.netloc:
        answer._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    answer["Cache-Control"] = "no-store"
    return answer
