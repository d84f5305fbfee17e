"""Addresses of the browser's pages."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from web import install, signin, unsubscribe, views

urlpatterns: list[URLPattern] = [
    path("", views.app, name="app"),
    path("manifest.webmanifest", install.manifest, name="manifest"),
    path("worker.js", install.worker, name="worker"),
    path("signin/", signin.sign_in, name="signin"),
    path("signout/", signin.sign_out, name="signout"),
    path("language/", set_language, name="set_language"),
    path("unsubscribe/<str:token>", unsubscribe.unsubscribe, name="unsubscribe"),
    # In front of the admin's own addresses: one sign-in page for everything.
    path("admin/login/", signin.to_sign_in),
    path("admin/logout/", signin.sign_out),
]
