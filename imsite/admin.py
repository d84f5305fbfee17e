"""The front page of the admin: live plots of the installation above the list of pages. Numbers alone, no names."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.cache import never_cache

from imsite import watching

#: Plot -> what it is called, what its numbers are, and what it tells.
PLOTS = (
    ("connections", "Connections", "count", "Sockets and parked polls, all gateways together."),
    ("messages", "Messages", "rate", "Committed in a second, by whatever door they came."),
    ("latency", "Delivery", "ms", "From the commit to a device's acknowledgement, live."),
    ("queues", "Queues", "count", "Tasks that no worker has taken yet."),
    ("webhooks", "Webhooks", "rate", "Posts to apps in a minute, and those that failed."),
    ("storage", "Storage", "bytes", "The database, and the files people uploaded."),
)

admin.site.index_template = "imsite/dashboard.html"


@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """What the plots show now, for whoever may open the admin."""
    return JsonResponse(watching.look())


def front(request: HttpRequest) -> HttpResponse:
    """Django's front page with the plots above it."""
    return admin.site.index(request, {"plots": PLOTS})


urlpatterns: list[URLPattern] = [
    path("", admin.site.admin_view(front), name="dashboard"),
    path("live/", admin.site.admin_view(live), name="dashboard_live"),
]
