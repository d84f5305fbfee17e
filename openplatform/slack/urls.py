"""Addresses under ``/slack/``. With and without a final slash: the clients follow no redirect of a POST."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

import openplatform.slack.methods  # noqa: F401 - importing them registers them
from openplatform.slack import door, install, problems, responses, transfers


@csrf_exempt
def nothing(_: HttpRequest, *_rest: object, **_more: object) -> HttpResponse:
    """Every other address: JSON, never a page, never a redirect."""
    return problems.refusal("unknown_method", status=404)


urlpatterns: list[URLPattern] = [
    *(path(f"api/<str:name>{slash}", door.call) for slash in ("", "/")),
    path("files/upload/<str:ticket>", transfers.receive),
    path("files/<str:name>", transfers.send),
    *(path(f"oauth/v2/authorize{slash}", install.authorize) for slash in ("", "/")),
    path("response/<str:secret>", responses.respond),
    re_path("", nothing),
]
