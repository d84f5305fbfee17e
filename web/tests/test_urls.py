import pytest
from django.urls import resolve

from web import signin, views


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/", views.app),
        ("/signin/", signin.sign_in),
        ("/signout/", signin.sign_out),
        ("/admin/login/", signin.to_sign_in),
        ("/admin/logout/", signin.sign_out),
    ],
)
def test_every_page_has_its_address(path, view):
    assert resolve(path).func is view
