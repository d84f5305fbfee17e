"""Addresses of OAuth and OpenID Connect. Discovery lies at the server's root, where RFC 8414 and OpenID look for it."""

from django.urls import URLPattern, path
from oauth2_provider.views.base import RevokeTokenView
from oauth2_provider.views.oidc import JwksInfoView, UserInfoView

from openplatform.oauth import views

#: By this name the toolkit finds its own pages.
app_name = "oauth2_provider"
urlpatterns: list[URLPattern] = [
    path("oauth/authorize", views.AuthorizeView.as_view(), name="authorize"),
    path("oauth/token", views.TokenView.as_view(), name="token"),
    path("oauth/revoke", RevokeTokenView.as_view(), name="revoke-token"),
    path("oauth/introspect", views.IntrospectView.as_view(), name="introspect"),
    path("oauth/userinfo", UserInfoView.as_view(), name="user-info"),
    path("oauth/jwks", JwksInfoView.as_view(), name="jwks-info"),
    path("oauth/device_authorization", views.DeviceAuthorizationView.as_view(), name="device-authorization"),
    path("oauth/device", views.DeviceCodeView.as_view(), name="device"),
    path("oauth/device/<slug:client_id>/<slug:user_code>", views.DeviceConfirmView.as_view(), name="device-confirm"),
    path(
        "oauth/device/<slug:client_id>/<slug:user_code>/done",
        views.DeviceDoneView.as_view(),
        name="device-grant-status",
    ),
    path(
        ".well-known/openid-configuration",
        views.OpenIDConfigurationView.as_view(),
        name="oidc-connect-discovery-info",
    ),
    path(
        ".well-known/oauth-authorization-server",
        views.ServerMetadataView.as_view(),
        name="oauth-server-metadata",
    ),
]
