"""A push service on this machine, which the guard lets through for the test, and the small company."""

import pytest

from chat.tests import factories
from push.providers import pacing
from push.tests.factories import PushService
from push.tests.vendors import Post


@pytest.fixture
def service(settings):
    pacing.forget()
    made = PushService()
    settings.PUSH_OUTGOING_NETWORKS = ["127.0.0.1"]
    settings.PUSH_OUTGOING_PORTS = [made.server.server_port]
    yield made
    made.stop()


@pytest.fixture
def scene():
    return factories.scene()


@pytest.fixture
def post(settings):
    pacing.forget()
    made = Post()
    made.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.server.sockets[0].getsockname()[1]
    settings.PUSH_MAIL_FROM = "parley@im.example"
    yield made
    made.stop()
