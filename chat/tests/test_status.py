"""A status reaches who watches, with the presence of the moment; a failed one reaches nobody."""

import pytest

from accounts.services import profile
from chat import presence, relay
from chat.services import status
from chat.tests import factories
from protocol.errors import BadRequest
from protocol.events import PresenceChanged

pytestmark = pytest.mark.django_db
LATER = 4_000_000_000_000


@pytest.fixture
def told(monkeypatch):
    found = []
    monkeypatch.setattr(relay, "publish_ephemeral", lambda topic, event: found.append((topic, event)))
    return found


def test_who_watches_is_told_once_it_is_stored(told, django_capture_on_commit_callbacks):
    alice, *_ = factories.three_people()
    presence.record({alice.user: presence.AWAY}, gateway="g")
    with django_capture_on_commit_callbacks(execute=True):
        user = status.put(actor=alice, emoji="🍜", text="Lunch", until=LATER, quiet_until=LATER)
        assert told == []
    event = PresenceChanged(user=alice.user, status="away", emoji="🍜", text="Lunch", until=LATER, quiet_until=LATER)
    assert told == [(f"presence.{alice.user}", event)]
    assert user.status_text == "Lunch"


def test_the_status_of_who_is_offline_is_told_too(told, django_capture_on_commit_callbacks):
    alice, *_ = factories.three_people()
    with django_capture_on_commit_callbacks(execute=True):
        status.put(actor=alice, text="On holiday")
    assert told[0][1].status == "offline"


def test_a_refused_status_is_not_told(told, django_capture_on_commit_callbacks):
    alice, *_ = factories.three_people()
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(BadRequest):
        status.put(actor=alice, text="x" * (profile.TEXT_CHARS + 1))
    assert told == []
