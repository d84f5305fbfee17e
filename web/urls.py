"""Addresses of the browser's pages."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from web import company, install, second, security, signin, unsubscribe, views

urlpatterns: list[URLPattern] = [
    path("", views.app, name="app"),
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("worker.js", install.worker, name="worker"),
    path("signin/", signin.sign_in, name="signin"),
    path("signin/second/", second.prove, name="second"),
    path("signin/setup/", second.set_up, name="setup"),
    path("signin/with/<slug:slug>/", company.begin, name="provider"),
    path("signin/with/<slug:slug>/back/", company.back, name="provider_back"),
    path("signin/with/<slug:slug>/acs/", company.posted, name="provider_posted"),
    path("signin/with/<slug:slug>/done/", company.done, name="provider_done"),
    path("signin/with/<slug:slug>/metadata/", company.metadata, name="provider_metadata"),
    path("security/", security.page, name="security"),
    path("signout/", signin.sign_out, name="signout"),
    path("language/", set_language, name="set_language"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    # In front of the admin's own addresses: one sign-in page for everything.
    path("admin/login/", signin.to_sign_in),
    path("admin/logout/", signin.sign_out),
]
