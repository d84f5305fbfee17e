"""Reminders: one for each message, told once when it is time, shown to nobody else, gone when done."""

import pytest
from django.utils import timezone

from chat import selectors, tasks
from chat.later import Reminder
from chat.models import Entry, Membership
from chat.services import messages, reminders
from chat.tests import factories
from chat.tests.factories import key, send, soon
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def remind(actor, scene, seq, **fields):
    fields.setdefault("at", soon())
    return reminders.remind(actor=actor, conversation=scene.id, seq=seq, **fields)


def told(actor):
    own = Membership.objects.get(user=actor.user, conversation__kind="personal").conversation_id
    rows = Entry.objects.filter(conversation=own, type="reminder.changed").order_by("seq")
    return [(each.body.get("state"), each.body.get("note")) for each in rows]


def test_it_is_told_once_when_it_is_time_and_stays_until_done(scene):
    said = send(scene.alice, scene.id, "the plan")
    remind(scene.bob, scene, said.seq, note="first")
    remind(scene.bob, scene, said.seq, note="call her")
    assert reminders.find_due() == []
    Reminder.objects.update(at=timezone.now())
    tasks.due()
    tasks.due()
    assert told(scene.bob) == [("waiting", None), ("waiting", None), ("due", "call her")]
    [(row, message)] = selectors.list_reminders(scene.bob.user)[0]
    assert (row.due, message.body) == (True, {"text": "the plan"})
    reminders.dismiss(actor=scene.bob, conversation=scene.id, seq=said.seq)
    reminders.dismiss(actor=scene.bob, conversation=scene.id, seq=said.seq)
    assert told(scene.bob)[-1] == ("done", "")
    assert selectors.list_reminders(scene.bob.user)[0] == []


def test_a_change_of_mind_comes_before_a_worker_that_looked_earlier(scene):
    said = send(scene.alice, scene.id, "the plan")
    row = remind(scene.bob, scene, said.seq)
    Reminder.objects.update(at=timezone.now())
    [seen] = reminders.find_due()
    remind(scene.bob, scene, said.seq)
    assert not reminders.tell_due(seen), "it was moved meanwhile"
    reminders.dismiss(actor=scene.bob, conversation=scene.id, seq=said.seq)
    assert not reminders.tell_due(row.pk)


def test_nobody_is_reminded_of_what_he_may_not_see(scene, monkeypatch):
    said = send(scene.alice, scene.id, "the plan")
    with pytest.raises(Forbidden):
        remind(scene.charlie, scene, said.seq)
    with pytest.raises(NotFound):
        remind(scene.bob, scene, 999)
    with pytest.raises(BadRequest):
        remind(scene.bob, scene, said.seq, at=1)
    with pytest.raises(BadRequest):
        remind(scene.bob, scene, said.seq, note="x" * 201)
    remind(scene.bob, scene, said.seq)
    with pytest.raises(Forbidden):
        reminders.dismiss(actor=scene.charlie, conversation=scene.id, seq=said.seq)
    assert Reminder.objects.count() == 1, "another one's stays"
    Membership.objects.filter(user=scene.bob.user, conversation=scene.id).delete()
    [(_, message)] = selectors.list_reminders(scene.bob.user)[0]
    assert message.body == {}, "who left is not shown it again"
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=said.seq)
    with pytest.raises(Conflict):
        remind(scene.alice, scene, said.seq)
    monkeypatch.setattr(reminders, "MAX_REMINDERS", 1)
    other = send(scene.alice, scene.id, "another")
    remind(scene.alice, scene, other.seq)
    with pytest.raises(Conflict):
        remind(scene.alice, scene, send(scene.alice, scene.id, "third").seq)
