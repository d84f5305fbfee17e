"""Posting to real endpoints: outages, order, dead workers, a poisoned neighbour, every word an endpoint may say."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from chat.models import Entry
from openplatform.models import DeliveryAttempt, EventSubscription, WebhookDelivery
from openplatform.services import apps, deliveries, posting, subscriptions, wires
from openplatform.tests.endpoints import Endpoint
from openplatform.tests.stage import REACHABLE, Stage, states, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _reachable(settings) -> None:
    settings.OPENPLATFORM = REACHABLE


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    opened = Endpoint()
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(timezone.now(), tick=True) as travelled:
        yield travelled


def test_what_is_said_arrives_signed_and_in_order(endpoint: Endpoint):
    stage = Stage()
    row = stage.subscribe(endpoint)
    for number in range(5):
        stage.say(f"message {number}")
    work(row)
    assert endpoint.texts() == [f"message {number}" for number in range(5)]
    assert [each["number"] for each in endpoint.got] == [1, 2, 3, 4, 5]
    assert len({each["id"] for each in endpoint.got}) == 5
    assert states(row) == ["delivered"] * 5


@pytest.mark.slow
def test_after_an_hour_without_an_endpoint_everything_arrives_in_order(endpoint: Endpoint, clock):
    stage = Stage()
    row = stage.subscribe(endpoint)
    endpoint.usual = (500, {})
    said: dict[int, list[str]] = {stage.group: [], stage.quiet: []}
    for minute in range(60):
        for group in (stage.group, stage.quiet):
            said[group].append(f"{group} {minute}")
            stage.say(said[group][-1], group=group)
        work(row, clock, hours=1 / 60)
    assert endpoint.got == []
    tried = endpoint.asked
    assert tried < 60, "a dead endpoint is not hammered"
    endpoint.usual = (200, {})
    work(row, clock, hours=0.5)
    for group, texts in said.items():
        there = [each["event"]["body"]["text"] for each in endpoint.got if each["event"]["conversation"] == group]
        assert there == texts
    assert set(states(row)) == {"delivered"}
    row.refresh_from_db()
    assert (row.failures, row.failing_since, row.closed_until) == (0, None, None)


def test_a_worker_that_dies_loses_nothing(endpoint: Endpoint, clock):
    stage = Stage()
    row = stage.subscribe(endpoint)
    for number in range(4):
        stage.say(f"message {number}")

    class Killed(BaseException):
        """The end of a worker: nothing of ours catches it."""

    def dying(subscription: EventSubscription, name: str, body: bytes) -> wires.Tried:
        tried = wires.post(subscription, name, body)
        if len(endpoint.got) == 2:
            EventSubscription.objects.filter(pk=row.pk).update(busy_until=timezone.now() + posting.LEASE)
            raise Killed
        return tried

    with pytest.raises(Killed):
        posting.run(subscription=row.pk, post=dying)
    # A killed process frees nothing: its lease is as it was.
    EventSubscription.objects.filter(pk=row.pk).update(busy_until=timezone.now() + posting.LEASE)
    assert not posting.run(subscription=row.pk)
    assert deliveries.find_due() == []
    clock.shift(posting.LEASE + timedelta(seconds=1))
    assert deliveries.find_due() == [row.pk]
    work(row)
    once = list(dict.fromkeys(each["id"] for each in endpoint.got))
    assert len(once) == 4
    assert [each["number"] for each in endpoint.got] == [1, 2, 2, 3, 4]


def test_one_conversation_that_fails_holds_up_no_other(endpoint: Endpoint):
    stage = Stage()
    row = stage.subscribe(endpoint)
    endpoint.plan = [(500, {})]
    for number in range(3):
        stage.say(f"a{number}")
        stage.say(f"b{number}", group=stage.quiet)
    work(row)
    assert endpoint.texts()[0] == "b0"
    for letter in "ab":
        assert [each for each in endpoint.texts() if each[0] == letter] == [f"{letter}{n}" for n in range(3)]


def test_an_endpoint_that_hangs_holds_up_no_other(endpoint: Endpoint):
    stage, poisoned = Stage(), Endpoint()
    try:
        slow, row = stage.subscribe(poisoned), stage.subscribe(endpoint)
        poisoned.usual = (500, {})
        for number in range(8):
            stage.say(f"message {number}", group=stage.group if number % 2 else stage.quiet)
        work(slow)
        work(row)
    finally:
        poisoned.close()
    assert len(endpoint.texts()) == 8
    slow.refresh_from_db()
    assert poisoned.asked <= 1 + posting.TRIP


def test_a_slow_answer_is_given_up_after_three_seconds(endpoint: Endpoint):
    stage = Stage()
    row = stage.subscribe(endpoint)
    endpoint.sleep = 4.0
    stage.say("hello")
    posting.run(subscription=row.pk)
    tried = DeliveryAttempt.objects.get()
    assert tried.status == 0
    assert 2500 <= tried.ms <= 3900


def test_410_ends_it_and_the_owner_is_told(endpoint: Endpoint):
    stage = Stage()
    row = stage.subscribe(endpoint)
    endpoint.usual = (410, {})
    stage.say("hello")
    work(row)
    row.refresh_from_db()
    assert (row.state, "410" in row.reason) == ("disabled", True)
    notice = Entry.objects.filter(conversation__unique_key=f"p{stage.company.alice.pk}", kind="text").get()
    assert endpoint.url in notice.body["text"]
    stage.say("nobody is told")
    assert WebhookDelivery.objects.count() == 1


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured(endpoint: Endpoint, clock, status: int):
    stage = Stage()
    row = stage.subscribe(endpoint)
    endpoint.plan = [(status, {"Retry-After": "120"})]
    stage.say("hello")
    work(row)
    asked = endpoint.asked
    work(row, clock, hours=110 / 3600)
    assert endpoint.asked == asked
    work(row, clock, hours=30 / 3600)
    assert endpoint.texts() == ["hello"]


def test_after_a_day_it_is_dead_and_disabled_and_can_be_sent_again(endpoint: Endpoint, clock):
    stage = Stage()
    row = stage.subscribe(endpoint)
    endpoint.usual = (500, {})
    stage.say("hello")
    work(row, clock, hours=26, step=600)
    row.refresh_from_db()
    assert row.state == "disabled"
    assert 8 <= DeliveryAttempt.objects.count() <= 160
    endpoint.usual = (200, {})
    subscriptions.verify(actor=stage.company.owner, subscription=row.pk)
    assert deliveries.redeliver(actor=stage.company.owner, subscription=row.pk, first=1, last=1) == 1
    work(row)
    assert endpoint.texts() == ["hello"]


def test_a_redirect_is_a_failure_and_is_not_followed(endpoint: Endpoint):
    stage, elsewhere = Stage(), Endpoint()
    try:
        row = stage.subscribe(endpoint)
        endpoint.plan = [(307, {"Location": elsewhere.url})]
        stage.say("hello")
        posting.run(subscription=row.pk)
        assert elsewhere.asked == 0
        assert DeliveryAttempt.objects.get().reason == "answered 307"
    finally:
        elsewhere.close()


def test_a_slack_app_that_does_not_listen_has_taken_it(endpoint: Endpoint):
    stage = Stage()
    row = stage.subscribe(endpoint, signature="slack")
    endpoint.usual = (404, {})
    stage.say("hello")
    work(row)
    assert states(row) == ["delivered"]
    assert DeliveryAttempt.objects.get().status == 404


def test_an_app_that_was_suspended_is_told_nothing_more(endpoint: Endpoint):
    stage = Stage()
    row = stage.subscribe(endpoint)
    stage.say("waits")
    apps.suspend(actor=stage.company.admin, app=stage.app.pk, reason="leaked")
    work(row)
    stage.say("after")
    assert endpoint.got == []
    assert WebhookDelivery.objects.count() == 1
