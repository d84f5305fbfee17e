"""Opening a browser's session: what stands between somebody who showed the first factor and the session, and the session.

Who must show a second factor is ``identity``'s to say. The doors (``signin``, ``second``) call this and hold no session key.
"""

import time
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME, login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language

from accounts import authentication
from accounts.actor import Actor
from accounts.models import User
from accounts.services import device_names
from chat.services import devices
from identity import conf
from identity import selectors as identity
from identity.policy import Demand, Step
from identity.services import entering, passkeys
from protocol import errors
from web.words import Words

#: Keys of a session: who showed the first factor and is not signed in yet; when somebody last showed who he is; what a
#: passkey must sign.
PENDING, PROVED_AT, CHALLENGE = "signin_pending", "proved_at", "passkey_challenge"


@dataclass(frozen=True, slots=True)
class Pending:
    """Somebody who showed the first factor. ``mark``: a password that changes meanwhile ends it."""

    user: int
    mark: str
    at: float
    step: str
    door: str
    target: str


def go_on(request: HttpRequest, user: User, *, door: str, target: str, proved: bool = False) -> HttpResponse:
    """The first factor was right: to the second one, to setting one up, or to the open session.

    ``proved``: a provider that is trusted with it asked for the second one.
    """
    demand = Demand(Step.NONE) if proved else identity.get_demand(user)
    if demand.step in (Step.PROVE, Step.ENROL):
        if authentication.DEVICE_KEY not in request.session:
            request.session.cycle_key()
        mark = user.get_session_auth_hash()
        waiting = Pending(user=user.pk, mark=mark, at=time.time(), step=demand.step, door=door, target=target)
        request.session[PENDING] = asdict(waiting)
        return HttpResponseRedirect(reverse("second" if demand.step is Step.PROVE else "setup"))
    open_session(request, user, door=door)
    if demand.step is Step.ADVISE:
        return HttpResponseRedirect(f"{reverse('setup')}?{urlencode({REDIRECT_FIELD_NAME: target})}")
    return HttpResponseRedirect(target)


def get_pending(request: HttpRequest, step: Step) -> tuple[User, Pending] | None:
    """Who waits for ``step`` in this browser; nobody when the time is over or the account has changed."""
    kept: dict[str, Any] | None = request.session.get(PENDING)
    if kept is None:
        return None
    waiting = Pending(**kept)
    user = User.objects.select_related("department").filter(pk=waiting.user, is_active=True).first()
    late = not 0 <= time.time() - waiting.at < conf.get().pending_seconds
    if user is None or late or not constant_time_compare(waiting.mark, user.get_session_auth_hash()):
        del request.session[PENDING]
        return None
    return (user, waiting) if waiting.step == step else None


def open_session(request: HttpRequest, user: User, *, door: str, second: str = "") -> None:
    """Sign ``user`` in on this browser: a new session key, a device that carries it, a line in the audit log."""
    end_device(request)
    request.session.pop(PENDING, None)
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[PROVED_AT] = time.time()
    request.session.save()
    ip = authentication.ip_of(request)
    device = devices.register(
        user=user,
        platform="browser",
        name=device_names.describe(request.headers.get("User-Agent", "")),
        ip=ip,
        session_key=request.session.session_key or "",
    )
    request.session[authentication.DEVICE_KEY] = device.pk
    entering.entered(user=user, device=device.pk, door=door, second=second, ip=ip)


def end_device(request: HttpRequest) -> None:
    """Sign out whoever is signed in on this browser, device, tokens and sockets included."""
    try:
        device = authentication.device_of_session(request.session)
    except errors.Unauthenticated:
        return
    devices.revoke(actor=Actor(user=device.user_id, device=device.pk), device_id=device.pk)
    request.session.flush()  # its row is gone; what comes next starts a new one


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person showed who he is a short time ago, and so may change how that is shown."""
    age = time.time() - float(request.session.get(PROVED_AT) or 0)
    return 0 <= age < conf.get().fresh.total_seconds()


def prove_again(request: HttpRequest) -> None:
    """The person showed once more who he is."""
    request.session[PROVED_AT] = time.time()


def site_of(request: HttpRequest) -> passkeys.Site:
    """This site as passkeys know it."""
    host = request.get_host()
    return passkeys.Site(host=host.rsplit(":", 1)[0], origin=f"{request.scheme}://{host}")


def keep_challenge(request: HttpRequest, asked: passkeys.Asked | None) -> str:
    """Keep what the browser must answer, the latest alone; the options, "" without any."""
    request.session[CHALLENGE] = asked.challenge if asked else ""
    return asked.options if asked else ""


def take_challenge(request: HttpRequest) -> str:
    """What was kept, once."""
    return str(request.session.pop(CHALLENGE, ""))


def target_of(request: HttpRequest) -> str:
    """Where to go on: ``next`` if it is an address of this site, otherwise the messages."""
    wanted = request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or ""
    return allowed(request, wanted)


def allowed(request: HttpRequest, wanted: str) -> str:
    """``wanted`` if it is an address of this site, otherwise the messages."""
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None, require_https=request.is_secure()):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def page(request: HttpRequest, words: Words, *, error: str = "", notice: str = "", status: int = 200) -> HttpResponse:
    """The sign-in page, with every way in."""
    context: dict[str, Any] = {
        "words": words,
        "error": error,
        "notice": notice,
        "username": request.POST.get("username", ""),
        "next": target_of(request),
        "languages": settings.LANGUAGES,
        "language": get_language(),
        "providers": [(each.slug, words.sign_in_with.format(each.name)) for each in identity.list_providers()],
    }
    return render(request, "web/signin.html", context, status=status)


def day(moment: datetime | None) -> str:
    """A date that both languages read alike."""
    return moment.date().isoformat() if moment else ""
