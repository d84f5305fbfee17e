"""What the tests of identity need: somebody with an authenticator app, and the code that it shows."""

import time

import pyotp

from accounts.models import User
from accounts.tests.factories import actor_of
from identity.services import factors


def app_of(user: User) -> tuple[pyotp.TOTP, list[str]]:
    """The person's new authenticator app, its first code taken, and the recovery codes."""
    app = pyotp.TOTP(factors.begin_app(user=user))
    fresh = factors.confirm_app(actor=actor_of(user), user=user, code=app.at(time.time() - 30))
    return app, fresh
