"""From a message to a browser and back, with everything that goes wrong on the way: one visible notification, none lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import PushSubscription, User
from chat import presence
from chat.later import Reminder
from chat.models import Membership
from chat.services import listening, messages, receipts, reminders
from chat.tests.factories import key, people, send, soon
from push.models import PushDelivery
from push.services import claims, delivering
from push.tests.factories import Browser, due, woken

pytestmark = pytest.mark.django_db
State = PushDelivery.State


def pushed(scene):
    """Run the listeners, then whatever is due; all rows by message."""
    listening.pump(scene.id)
    delivering.deliver(due())
    return list(PushDelivery.objects.order_by("seq", "device"))


def due_again():
    PushDelivery.objects.update(next_at=timezone.now(), handed_at=None)
    delivering.deliver(due())


def test_who_is_away_gets_it_with_the_true_number_of_unread(scene, service):
    browser = Browser()
    device = woken(scene.bob, service.url, browser)
    send(scene.alice, scene.id, "one")
    sent = send(scene.alice, scene.id, "two")
    rows = pushed(scene)
    assert [(row.state, row.reason, row.device_id) for row in rows] == [
        (State.SKIPPED, "newer", device.pk),
        (State.SENT, "all", device.pk),
    ]
    [(_, _, body)] = service.taken
    told = browser.read(body)
    assert told == {"conversation": scene.id, "seq": sent.seq, "unread": 2, "title": "Team", "body": "Alice: two"}


@pytest.mark.parametrize(("policy", "body"), [("sender", "Alice: New message"), ("nothing", "New message")])
def test_the_operator_decides_what_a_locked_screen_shows(scene, service, settings, policy, body):
    settings.PUSH_PREVIEWS = policy
    browser = Browser()
    woken(scene.bob, service.url, browser)
    send(scene.alice, scene.id, "a secret")
    pushed(scene)
    assert browser.read(service.taken[0][2])["body"] == body


def test_who_reads_it_before_it_is_sent_is_not_woken(scene, service):
    woken(scene.bob, service.url)
    said = send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=said.number)
    delivering.deliver(due())
    [row] = PushDelivery.objects.all()
    assert (row.state, row.reason, service.taken) == (State.SKIPPED, "read", [])


def test_a_device_that_acks_is_not_woken_and_one_that_does_not_is(scene, service):
    woken(scene.bob, service.url)
    presence.record({scene.bob.user: presence.ONLINE}, gateway="g")
    said = send(scene.alice, scene.id, "one")
    [row] = pushed(scene)
    assert (row.state, row.reason, row.attempts) == (State.WAITING, "ack_awaited", 0)
    Membership.objects.filter(user=scene.bob.user).update(delivered_seq=said.seq)
    due_again()
    row.refresh_from_db()
    assert (row.state, row.reason, service.taken) == (State.SKIPPED, "online", [])


def test_a_half_open_socket_counts_as_away_when_the_ack_is_late(scene, service, settings):
    settings.PUSH_ACK_SECONDS = 0
    woken(scene.bob, service.url)
    presence.record({scene.bob.user: presence.ONLINE}, gateway="g")
    send(scene.alice, scene.id, "one")
    [row] = pushed(scene)
    assert (row.state, row.reason) == (State.SENT, "not_acknowledged")


def test_a_dead_address_is_forgotten_and_no_other(scene, service):
    service.answer = lambda path: (410 if path == "/dead" else 201, {})
    dead, live = woken(scene.bob, f"{service.url}/dead"), woken(scene.bob, f"{service.url}/live")
    send(scene.alice, scene.id, "one")
    rows = pushed(scene)
    assert {row.device_id: row.state for row in rows} == {dead.pk: State.GONE, live.pk: State.SENT}
    assert list(PushSubscription.objects.values_list("device", flat=True)) == [live.pk]


def test_trouble_is_tried_again_with_growing_pauses_until_it_is_a_dead_letter(scene, service, settings):
    settings.PUSH_ATTEMPTS = 3
    service.answer = lambda _: (503, {})
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    [row] = pushed(scene)
    first = (row.next_at - timezone.now()).total_seconds()
    assert 2 < first < 8
    due_again()
    row.refresh_from_db()
    assert (row.next_at - timezone.now()).total_seconds() > 2 * first > 0
    due_again()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.answer) == (State.DEAD, 3, "503")
    due_again()
    assert len(service.taken) == 3


def test_a_service_that_asks_for_a_pause_gets_it(scene, service):
    service.answer = lambda _: (429, {"Retry-After": "300"})
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    [row] = pushed(scene)
    assert row.state == State.WAITING
    assert 290 < (row.next_at - timezone.now()).total_seconds() < 301


def test_trouble_ends_in_one_push_and_an_older_retry_does_not_follow_a_newer_message(scene, service):
    service.answer = lambda _: (503, {})
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    pushed(scene)
    service.answer = lambda _: (201, {})
    send(scene.alice, scene.id, "two")
    pushed(scene)
    due_again()
    assert [row.state for row in PushDelivery.objects.order_by("seq")] == [State.SKIPPED, State.SENT]
    assert len(service.taken) == 2  # the failed one and the newer one


def test_two_workers_make_one_push_and_a_crashed_one_none_lost(scene, service):
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    ids = due()
    assert delivering.find_due() == [], "given to a worker a moment ago"
    [crashed] = claims.take(ids)
    assert delivering.deliver(ids) == 0, "claimed"
    PushDelivery.objects.update(next_at=timezone.now(), handed_at=timezone.now() - timedelta(minutes=2))
    assert delivering.deliver(delivering.find_due()) == 1
    delivering._settle(crashed, State.DEAD, "all", timezone.now())
    claims.keep([crashed], crashed.claim)
    assert PushDelivery.objects.get().state == State.SENT, "an answer under an ended claim changes nothing"
    assert len(service.taken) == 1


def test_read_elsewhere_or_recalled_it_goes_from_the_screen(scene, service):
    browser = Browser()
    woken(scene.bob, service.url, browser)
    send(scene.alice, scene.id, "one")
    pushed(scene)
    said = send(scene.alice, scene.id, "two")
    pushed(scene)
    receipts.mark_read(actor=scene.bob, conversation=scene.id, read_number=said.number)
    personal = Membership.objects.get(user=scene.bob.user, conversation__kind="personal").conversation_id
    listening.pump(personal)
    delivering.deliver(due())
    assert [row.state for row in PushDelivery.objects.order_by("seq")] == [State.WITHDRAWN, State.WITHDRAWN]
    told = [browser.read(body) for _, _, body in service.taken]
    assert told[2:] == [{"conversation": scene.id, "seq": said.seq, "unread": 0, "withdraw": True}]

    third = send(scene.alice, scene.id, "three")
    pushed(scene)
    messages.recall(actor=scene.alice, conversation=scene.id, client_key=key(), target=third.seq)
    pushed(scene)
    assert browser.read(service.taken[-1][2])["withdraw"] is True
    assert PushDelivery.objects.get(seq=third.seq).state == State.WITHDRAWN


def test_a_reminder_wakes_its_person_even_at_night_and_goes_when_it_is_done_with(scene, service):
    browser = Browser()
    woken(scene.bob, service.url, browser)
    said = send(scene.alice, scene.id, "the plan")
    User.objects.filter(pk=scene.bob.user).update(quiet_until=timezone.now() + timedelta(hours=1))
    Membership.objects.filter(user=scene.bob.user).update(notify="none")
    for place, note in ((said.seq, "call her"), (send(scene.alice, scene.id, "more").seq, "")):
        reminders.remind(actor=scene.bob, conversation=scene.id, seq=place, at=soon(), note=note)
    Reminder.objects.update(at=timezone.now())
    for due_one in reminders.find_due():
        reminders.tell_due(due_one)
    personal = Membership.objects.get(user=scene.bob.user, conversation__kind="personal").conversation_id
    listening.pump(personal)
    delivering.deliver(due())
    told = sorted((browser.read(body) for _, _, body in service.taken), key=lambda each: each["go"])
    assert [(each["title"], each["body"], each["go"]) for each in told] == [
        ("Reminder", "call her", [scene.id, said.seq]),
        ("Reminder", "You wanted to see a message again.", [scene.id, said.seq + 1]),
    ]
    assert told[0]["tag"] != told[1]["tag"]
    reminders.dismiss(actor=scene.bob, conversation=scene.id, seq=said.seq)
    listening.pump(personal)
    delivering.deliver(due())
    gone = browser.read(service.taken[2][2])
    assert (gone["tag"], gone["withdraw"]) == (told[0]["tag"], True)
    assert len(service.taken) == 3


def test_what_is_read_while_it_is_on_its_way_is_taken_back(scene, service):
    woken(scene.bob, service.url)
    said = send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    ids = due()
    rows = claims.take(ids)
    [(row, address, notice)] = delivering._look_again(rows, timezone.now())
    Membership.objects.filter(user=scene.bob.user, conversation=scene.id).update(read_number=said.number)
    delivering._note(row, delivering._send((row, address, notice)), timezone.now())
    delivering._finish(rows, [])
    row.refresh_from_db()
    assert row.state == State.WITHDRAWING
    due_again()
    row.refresh_from_db()
    assert row.state == State.WITHDRAWN


def test_who_left_and_who_signed_out_hears_nothing(scene, service):
    device = woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    Membership.objects.filter(user=scene.bob.user, conversation=scene.id).delete()
    delivering.deliver(due())
    assert PushDelivery.objects.get().reason == "not_a_member"
    PushDelivery.objects.all().delete()
    Membership.objects.create(user_id=scene.bob.user, conversation_id=scene.id)
    send(scene.alice, scene.id, "two")
    listening.pump(scene.id)
    device.revoked_at = timezone.now()
    device.save()
    delivering.deliver(due())
    assert (PushDelivery.objects.get().reason, service.taken) == ("no_address", [])


@pytest.mark.parametrize("members", [2, 12])
def test_a_batch_costs_the_same_number_of_queries_whatever_its_size(scene, service, members):
    users = people(members)
    Membership.objects.bulk_create(Membership(conversation=scene.group, user_id=user) for user in users)
    for user in users:
        woken(type(scene.bob)(user=user, name="x"), f"{service.url}/{user}")
    send(scene.alice, scene.id, "one")
    listening.pump(scene.id)
    ids = due()
    with CaptureQueriesContext(connection) as asked:
        assert delivering.deliver(ids) == members
    assert len(asked) <= 12
    assert len(service.taken) == members


def test_what_a_slow_batch_did_not_begin_in_its_time_goes_back_without_an_attempt(scene, service, settings):
    settings.PUSH_LEASE_SECONDS = 0
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    [row] = pushed(scene)
    assert (row.state, row.attempts, row.handed_at, service.taken) == (State.WAITING, 0, None, [])
    settings.PUSH_LEASE_SECONDS = 120
    due_again()
    assert PushDelivery.objects.get().state == State.SENT


def test_old_rows_go_and_open_ones_stay(scene, service, settings):
    woken(scene.bob, service.url)
    send(scene.alice, scene.id, "one")
    pushed(scene)
    send(scene.alice, scene.id, "two")
    listening.pump(scene.id)
    settings.PUSH_KEEP_DAYS = -1
    assert delivering.forget() == 1
    assert PushDelivery.objects.get().state == State.WAITING
