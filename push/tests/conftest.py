"""A push service on this machine, which the guard lets through for the test, and the small company."""

import pytest

from chat.tests import factories
from push.providers import pacing
from push.tests.factories import PushService


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
