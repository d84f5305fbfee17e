"""Why did I (not) get it: from the ledger, or from the rules; one's own alone."""

import pytest

from chat.models import Membership
from chat.services import listening
from chat.tests.factories import send
from protocol.errors import Forbidden, NotFound
from push.models import PushDelivery
from push.services import delivering, explaining, ledger
from push.tests.factories import due, woken

pytestmark = pytest.mark.django_db


def test_what_was_sent_is_told_from_the_ledger(scene, service):
    device = woken(scene.bob, service.url)
    said = send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    delivering.deliver(due())
    [trace] = explaining.explain(actor=scene.bob, conversation=scene.id, seq=said.seq)
    assert (trace.device, trace.state, trace.reason, trace.kept) == (device.pk, "sent", "all", True)
    assert (trace.attempts, trace.answer) == (1, "201")
    assert "everything" in trace.explanation


def test_what_left_no_row_is_told_by_the_rules(scene, service):
    woken(scene.bob, service.url)
    Membership.objects.filter(user=scene.bob.user).update(notify="none")
    said = send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    [trace] = explaining.explain(actor=scene.bob, conversation=scene.id, seq=said.seq)
    assert (trace.state, trace.reason, trace.kept) == ("none", "muted", False)
    [own] = explaining.explain(actor=scene.alice, conversation=scene.id, seq=said.seq)
    assert own.reason == "no_device"


def test_an_outsider_learns_nothing_and_a_member_nothing_of_others(scene, service):
    woken(scene.bob, service.url)
    said = send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    with pytest.raises(Forbidden):
        explaining.explain(actor=scene.charlie, conversation=scene.id, seq=said.seq)
    with pytest.raises(NotFound):
        explaining.explain(actor=scene.bob, conversation=scene.id, seq=999)
    assert [each.reason for each in explaining.explain(actor=scene.alice, conversation=scene.id, seq=said.seq)] == [
        "no_device"
    ]


def test_dead_letters_are_resumed_and_waiting_ones_given_up_by_staff_alone(scene, service):
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    row = PushDelivery.objects.get()
    staff = type(scene.alice)(user=scene.alice.user, name="Alice", staff=True)
    for act in (ledger.resume, ledger.give_up):
        with pytest.raises(Forbidden):
            act(actor=scene.charlie, ids=[row.pk])
    assert ledger.give_up(actor=staff, ids=[row.pk]) == 1
    assert delivering.deliver([row.pk]) == 0
    assert ledger.resume(actor=staff, ids=[row.pk]) == 1
    assert ledger.resume(actor=staff, ids=[row.pk]) == 0
    assert delivering.deliver(due()) == 1
    row.refresh_from_db()
    assert row.state == "sent"
