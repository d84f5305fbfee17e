"""Messages for later: sent once at their time, with the rights of that moment; moved, cancelled, failed and told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from chat import selectors
from chat.later import ScheduledMessage
from chat.models import Conversation, Entry, Membership
from chat.services import scheduled
from chat.tests import factories
from chat.tests.factories import soon
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, Unavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def later(actor, scene, text="happy birthday", **fields):
    written = scheduled.Written(text=text, at=soon(), **fields)
    return scheduled.schedule(actor=actor, conversation=scene.id, written=written)


def it_is_time():
    ScheduledMessage.objects.update(next_at=timezone.now())
    return scheduled.send_due(scheduled.find_due())


def said(scene):
    return list(Entry.objects.filter(conversation=scene.id, kind="text").order_by("seq"))


def test_it_is_sent_at_its_time_and_not_before(scene):
    row = later(scene.bob, scene, mentions=(scene.alice.user,))
    assert scheduled.find_due() == []
    assert scheduled.send_due([row.pk]) == 0, "it is not its turn"
    assert it_is_time() == 1
    [entry] = said(scene)
    assert (entry.body["text"], entry.sender_id, entry.mentions) == (
        "happy birthday",
        scene.bob.user,
        [scene.alice.user],
    )
    assert not ScheduledMessage.objects.exists()


def test_a_worker_killed_before_or_after_sending_neither_loses_nor_doubles_it(scene, monkeypatch):
    later(scene.bob, scene)
    with monkeypatch.context() as patched:
        patched.setattr(scheduled, "_settle", lambda *_: None)  # killed between sending and noting it
        it_is_time()
    assert (len(said(scene)), ScheduledMessage.objects.count()) == (1, 1)
    assert scheduled.send_due(scheduled.find_due()) == 0, "the claim holds"
    assert it_is_time() == 1
    assert (len(said(scene)), ScheduledMessage.objects.count()) == (1, 0)


def test_rights_are_those_of_the_moment_it_is_sent(scene):
    later(scene.bob, scene)
    Membership.objects.filter(user=scene.bob.user, conversation=scene.id).delete()
    it_is_time()
    [row] = selectors.list_scheduled(scene.bob.user)[0]
    assert (row.state, row.problem, said(scene)) == ("failed", "not_a_member", [])
    assert scheduled.find_due() == []
    Membership.objects.create(user_id=scene.bob.user, conversation_id=scene.id)
    scheduled.move(actor=scene.bob, scheduled=row.pk, at=soon())
    User.objects.filter(pk=scene.bob.user).update(is_active=False)
    it_is_time()
    assert ScheduledMessage.objects.get().problem == "account_closed"


def test_while_the_server_is_busy_it_waits_with_growing_pauses(scene, monkeypatch):
    later(scene.bob, scene)

    def busy(**_):
        raise Unavailable("busy")

    with monkeypatch.context() as patched:
        patched.setattr(scheduled.messages, "send", busy)
        it_is_time()
        row = ScheduledMessage.objects.get()
        assert (row.state, row.attempts) == ("waiting", 1)
        assert row.next_at > timezone.now() + timedelta(seconds=5)
        ScheduledMessage.objects.update(attempts=scheduled.ATTEMPTS - 1)
        it_is_time()
        assert ScheduledMessage.objects.get().state == "failed"


def test_it_is_its_authors_alone(scene):
    row = later(scene.bob, scene)
    for other in (scene.alice, scene.charlie):
        with pytest.raises(NotFound):
            scheduled.cancel(actor=other, scheduled=row.pk)
        with pytest.raises(NotFound):
            scheduled.move(actor=other, scheduled=row.pk, at=soon())
        assert selectors.list_scheduled(other.user)[0] == []
    scheduled.cancel(actor=scene.bob, scheduled=row.pk)
    assert it_is_time() == 0


def test_what_would_be_refused_is_refused_at_once_and_told_to_nobody(scene, monkeypatch):
    own = Conversation.objects.filter(kind="personal").count()
    for at in (0, soon(-1), soon(400 * 24 * 60)):
        with pytest.raises(BadRequest):
            scheduled.schedule(actor=scene.bob, conversation=scene.id, written=scheduled.Written(text="hello", at=at))
    with pytest.raises(BadRequest):
        later(scene.bob, scene, text="")
    with pytest.raises(Forbidden):
        later(scene.charlie, scene)
    Membership.objects.filter(user=scene.bob.user).update(muted_until=timezone.now() + timedelta(hours=1))
    with pytest.raises(Forbidden):
        later(scene.bob, scene)
    assert (ScheduledMessage.objects.count(), Conversation.objects.filter(kind="personal").count()) == (0, own)
    monkeypatch.setattr(scheduled, "MAX_WAITING", 1)
    later(scene.alice, scene)
    with pytest.raises(Conflict):
        later(scene.alice, scene)
