"""Addresses of the SCIM door, with and without a final slash."""

from django.urls import URLPattern, re_path

from identity.scim import views
from identity.scim.door import Nowhere

_DOORS = [
    (r"Users", views.Users.as_view()),
    (r"Users/\.search", views.SearchUsers.as_view()),
    (r"Users/(?P<number>[^/]+)", views.OneUser.as_view()),
    (r"Groups", views.Groups.as_view()),
    (r"Groups/\.search", views.SearchGroups.as_view()),
    (r"Groups/(?P<number>[^/]+)", views.OneGroup.as_view()),
    (r"\.search", views.Search.as_view()),
    (r"ServiceProviderConfig", views.Service.as_view()),
    (r"Schemas", views.Documents.as_view(kind="Schemas")),
    (r"Schemas/(?P<name>[^/]+)", views.Documents.as_view(kind="Schemas")),
    (r"ResourceTypes", views.Documents.as_view(kind="ResourceTypes")),
    (r"ResourceTypes/(?P<name>[^/]+)", views.Documents.as_view(kind="ResourceTypes")),
]
urlpatterns: list[URLPattern] = [
    *(re_path(rf"^{address}/?$", view) for address, view in _DOORS),
    re_path(r"^.*$", Nowhere.as_view()),
]
