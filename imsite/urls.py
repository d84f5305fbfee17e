"""Addresses of the whole site."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("web.urls")),
    path("admin/", include("imsite.admin")),
    path("admin/", admin.site.urls),
    path("api/", include("openplatform.api.urls")),
    path("scim/v2/", include("identity.scim.urls")),
    path("slack/", include("openplatform.slack.urls")),
    path("", include("openplatform.hooks")),
    path("", include("openplatform.oauth.urls")),
]

# What fails outside a view: a problem under /api/, the site's page elsewhere.
handler400 = "openplatform.api.problems.bad_request"
handler403 = "openplatform.api.problems.permission_denied"
handler404 = "openplatform.api.problems.page_not_found"
handler500 = "openplatform.api.problems.server_error"
