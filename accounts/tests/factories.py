"""People and devices for the tests of accounts: Alice owns, Bob is a colleague, Charlie is an outsider."""

from functools import cache
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.test import Client

from accounts.actor import Actor
from accounts.authentication import DEVICE_KEY
from accounts.models import Device, User
from accounts.services import devices

PASSWORD = "correct horse battery"


@cache
def hashed() -> str:
    """The hash of PASSWORD, computed once: argon2 is slow on purpose."""
    return make_password(PASSWORD)


def person(username: str, **fields: Any) -> User:
    """A saved user whose password is PASSWORD."""
    fields.setdefault("name", username.title())
    return User.objects.create(username=username, password=hashed(), **fields)


def actor_of(user: User, **fields: Any) -> Actor:
    return Actor(user=user.pk, name=user.name, staff=user.is_staff, **fields)


def sign_in(client: Client, user: User, name: str = "Chrome on Linux") -> Device:
    """What the sign-in page does, without its password check."""
    request = HttpRequest()
    request.session = client.session
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    session = request.session.session_key
    assert session is not None, "a session that is saved has a key"
    device = devices.register(user=user, platform="browser", name=name, session_key=session)
    request.session[DEVICE_KEY] = device.pk
    request.session.save()
    client.cookies["sessionid"] = session
    return device
