"""Socket Mode without a socket: tickets once only, order per conversation, nothing lost, cut off with the app."""

import json
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.core.cache import cache
from django.utils import timezone

from accounts.actor import Actor
from accounts.authentication import actor_from_token
from openplatform.models import DeliveryAttempt, WebhookDelivery
from openplatform.services import apps, deliveries, installations, slack_links
from openplatform.services.slack_links import Due, Link
from openplatform.slack import socket
from openplatform.slack.session import WARNING_SECONDS, Session
from openplatform.tests.stage import Stage
from protocol import errors

pytestmark = pytest.mark.django_db
LIFE = 3600.0


class Linked:
    """The stage's app with a subscription for Socket Mode and a link that its bot opened."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.row = self.stage.subscribe(signature="slack")
        raw = installations.issue_token(actor=self.stage.company.owner, app=self.stage.app.pk)
        self.actor: Actor = actor_from_token(raw)
        link = slack_links.redeem(ticket=self.ticket())
        assert link is not None
        self.link: Link = link

    def ticket(self) -> str:
        return slack_links.issue(actor=self.actor, host="http://testserver")

    def texts(self) -> list[tuple[int, str]]:
        return [(each.delivery, each.payloads[0]["event"]["text"]) for each in slack_links.take(self.link)]


def test_a_ticket_is_good_once_in_its_time_and_for_an_app_at_work():
    linked = Linked()
    ticket = linked.ticket()
    assert slack_links.redeem(ticket=ticket) == linked.link
    assert slack_links.redeem(ticket=ticket) is None
    assert slack_links.redeem(ticket="nonsense") is None
    late = linked.ticket()
    cache.clear()  # its minute is over
    assert slack_links.redeem(ticket=late) is None
    held = linked.ticket()
    apps.suspend(actor=linked.stage.company.admin, app=linked.stage.app.pk, reason="leak")
    assert slack_links.redeem(ticket=held) is None
    assert not slack_links.is_live(linked.link)


def test_who_is_no_bot_of_an_app_opens_no_socket():
    linked = Linked()
    for actor in (linked.stage.bob, linked.stage.company.owner, linked.stage.company.outsider):
        with pytest.raises(errors.NotFound):
            slack_links.issue(actor=actor, host="")


def test_a_token_that_was_ended_ends_its_sockets():
    linked = Linked()
    assert slack_links.is_live(linked.link)
    installations.issue_token(actor=linked.stage.company.owner, app=linked.stage.app.pk)
    assert not slack_links.is_live(linked.link)


def test_the_second_of_a_conversation_waits_for_the_first_and_other_conversations_do_not():
    linked = Linked()
    linked.stage.say("one")
    linked.stage.say("two")
    linked.stage.say("elsewhere", group=linked.stage.quiet)
    first, elsewhere = linked.texts()
    assert (first[1], elsewhere[1]) == ("one", "elsewhere")
    assert linked.texts() == []
    slack_links.acknowledge(link=linked.link, delivery=first[0], ms=5)
    assert [text for _, text in linked.texts()] == ["two"]
    slack_links.acknowledge(link=linked.link, delivery=first[0], ms=5)
    assert DeliveryAttempt.objects.filter(delivery=first[0]).count() == 1
    assert deliveries.find_due() == []  # nobody posts it


def test_what_was_not_acknowledged_is_sent_again_by_whoever_comes_next():
    linked = Linked()
    linked.stage.say("one")
    [(delivery, _)] = linked.texts()
    slack_links.release(link=linked.link, unanswered=[delivery])
    assert linked.texts() == [(delivery, "one")]
    WebhookDelivery.objects.update(next_at=timezone.now())  # its time for an answer is over
    [due] = slack_links.take(linked.link)
    assert (due.delivery, due.attempt) == (delivery, 2)
    assert {each.reason for each in DeliveryAttempt.objects.all()} == {"not acknowledged"}
    WebhookDelivery.objects.update(next_at=timezone.now(), give_up_at=timezone.now() - timedelta(seconds=1))
    assert linked.texts() == []
    assert WebhookDelivery.objects.get().state == WebhookDelivery.State.DEAD


def test_another_apps_link_sees_and_acknowledges_nothing_of_it():
    linked = Linked()
    linked.stage.say("one")
    stranger = Link(linked.link.app + 1, linked.link.token)
    assert slack_links.take(stranger) == []
    [(delivery, _)] = linked.texts()
    slack_links.acknowledge(link=stranger, delivery=delivery, ms=1)
    slack_links.release(link=stranger, unanswered=[delivery])
    assert WebhookDelivery.objects.get().state == WebhookDelivery.State.WAITING
    assert linked.texts() == []


def test_a_session_completes_a_delivery_with_its_last_envelope():
    session = Session(app=3, connections=1, now=0.0, life=LIFE)
    assert session.hello()["connection_info"] == {"app_id": "A0000000003"}
    first, second = session.deliver(Due(7, 0, [{"a": 1}, {"a": 2}]), now=1.0)
    assert (first["type"], first["payload"], first["retry_attempt"]) == ("events_api", {"a": 1}, 0)
    for nonsense in ("", "[]", "{", '{"envelope_id": 1}', '{"envelope_id": "x"}', "[" * 100_000):
        assert session.hear(nonsense, 1.0) is None
    assert session.hear(json.dumps({"envelope_id": first["envelope_id"], "payload": {}}), 1.0) is None
    assert session.unanswered() == [7]
    done = session.hear(json.dumps({"envelope_id": second["envelope_id"]}), 1.25)
    assert done is not None
    assert (done.delivery, done.ms, session.unanswered()) == (7, 250, [])
    [again] = session.deliver(Due(8, 2, [{}]), now=2.0)
    assert (again["retry_attempt"], again["retry_reason"]) == (2, "timeout")


def test_a_session_warns_asks_to_come_anew_and_ends():
    session = Session(app=3, connections=1, now=0.0, life=LIFE)
    assert session.tick(1.0) == []
    assert [each["reason"] for each in session.tick(LIFE - WARNING_SECONDS)] == ["warning"]
    assert session.tick(LIFE - 1) == []
    assert [each["reason"] for each in session.tick(LIFE)] == ["refresh_requested"]
    assert session.is_ending
    assert not session.over(LIFE)
    assert session.over(LIFE + WARNING_SECONDS)


@pytest.mark.django_db(transaction=True)
async def test_a_socket_hears_at_once_that_there_is_something_and_asks_the_database_for_nothing_meanwhile(monkeypatch):
    linked = await sync_to_async(Linked)()
    looks = []
    take = slack_links.take
    monkeypatch.setattr(slack_links, "take", lambda link: looks.append(link) or take(link))
    monkeypatch.setattr(socket, "SWEEP_SECONDS", 60.0)
    ticket = await sync_to_async(linked.ticket)()
    scope = {"type": "websocket", "query_string": f"ticket={ticket}".encode(), "path": "/slack/socket", "headers": []}
    client = ApplicationCommunicator(socket.application, scope)
    await client.send_input({"type": "websocket.connect"})
    assert (await client.receive_output(10))["type"] == "websocket.accept"
    assert json.loads((await client.receive_output(10))["text"])["type"] == "hello"
    assert await client.receive_nothing(1.0)
    assert len(looks) <= 2, "the first look, and the one after it joined the layer"
    for word in ("one", "two"):
        await sync_to_async(linked.stage.say)(word)
        told = json.loads((await client.receive_output(10))["text"])
        assert told["payload"]["event"]["text"] == word
        await client.send_input({"type": "websocket.receive", "text": json.dumps({"envelope_id": told["envelope_id"]})})
    await client.send_input({"type": "websocket.disconnect"})
    await client.wait(10)
