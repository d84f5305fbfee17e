"""What happens, as Slack's Events API tells it to an app: the outer event, its ids, and what is left out."""

import uuid
from typing import Any

import pytest

from chat.models import Entry
from chat.services import listening, members, messages, pins
from openplatform.dialects import ids
from openplatform.models import WebhookDelivery
from openplatform.services import deliveries, slack_events
from openplatform.tests.stage import Stage

pytestmark = pytest.mark.django_db


class Told:
    """An app in Slack's words without an address, and what it is told."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.row = self.stage.subscribe(signature="slack", types=[])
        self.place = {"channel": ids.spell("C", self.stage.group), "channel_type": "group"}

    def since(self, number: int = 0) -> list[dict[str, Any]]:
        listening.pump(self.stage.group)
        rows = WebhookDelivery.objects.filter(subscription=self.row, number__gt=number).order_by("number")
        return [each for said in deliveries.envelopes(list(rows)) for each in slack_events.tell(said, self.stage.app)]

    def last(self) -> list[dict[str, Any]]:
        """Of the newest delivery."""
        listening.pump(self.stage.group)
        return self.since(WebhookDelivery.objects.filter(subscription=self.row).count() - 1)

    def act(self, seq: int, **how: Any) -> dict[str, Any]:
        return {
            "actor": self.stage.bob,
            "conversation": self.stage.group,
            "client_key": uuid.uuid4().hex,
            "target": seq,
            **how,
        }


def test_a_message_is_told_as_slack_tells_one():
    told = Told()
    seq = told.stage.say("**hi** there")
    at = Entry.objects.get(pk=(told.stage.group, seq)).at
    [outer] = told.last()
    event = outer["event"]
    stamp = ids.ts_of(seq, int(at.timestamp() * 1000))
    assert event == {
        **told.place,
        "type": "message",
        "user": ids.spell("U", told.stage.bob.user),
        "text": "*hi* there",
        "team": "T0000000001",
        "ts": stamp,
        "event_ts": stamp,
    }
    assert (outer["type"], outer["team_id"], outer["api_app_id"]) == (
        "event_callback",
        "T0000000001",
        ids.spell("A", told.stage.app.pk),
    )
    assert outer["authorizations"][0]["user_id"] == ids.spell("U", told.stage.bot)
    assert outer["event_id"] == told.last()[0]["event_id"]


def test_who_mentions_the_bot_is_told_twice_under_two_ids():
    told = Told()
    send: dict[str, Any] = {"actor": told.stage.bob, "conversation": told.stage.group, "client_key": uuid.uuid4().hex}
    messages.send(**send, body={"text": "@Build bot go"}, mentions=[told.stage.bot])
    first, second = told.last()
    assert (first["event"]["type"], second["event"]["type"]) == ("message", "app_mention")
    assert first["event"]["text"] == second["event"]["text"] == f"<@{ids.spell('U', told.stage.bot)}> go"
    assert first["event_id"] != second["event_id"]


def test_changes_reactions_pins_and_members():
    told = Told()
    seq = told.stage.say("first")
    stamp = told.last()[0]["event"]["ts"]
    messages.edit(**told.act(seq, body={"text": "second"}))
    [changed] = told.last()
    assert changed["event"]["subtype"] == "message_changed"
    assert (changed["event"]["message"]["text"], changed["event"]["message"]["ts"]) == ("second", stamp)
    messages.react(**told.act(seq, emoji="👍"))
    [reacted] = told.last()
    assert (reacted["event"]["type"], reacted["event"]["reaction"]) == ("reaction_added", "+1")
    assert reacted["event"]["item"] == {"type": "message", "channel": told.place["channel"], "ts": stamp}
    messages.react(**told.act(seq, emoji="👍", on=False))
    assert told.last()[0]["event"]["type"] == "reaction_removed"
    pins.pin(**told.act(seq, actor=told.stage.company.owner))
    assert told.last()[0]["event"]["type"] == "pin_added"
    messages.recall(**told.act(seq))
    [gone] = told.last()
    assert (gone["event"]["subtype"], gone["event"]["deleted_ts"]) == ("message_deleted", stamp)
    members.add_members(
        actor=told.stage.company.owner, conversation=told.stage.group, users=[told.stage.company.charlie.pk]
    )
    [joined] = told.last()
    assert (joined["event"]["type"], joined["event"]["user"]) == (
        "member_joined_channel",
        ids.spell("U", told.stage.company.charlie.pk),
    )
    members.leave(actor=told.stage.company.outsider, conversation=told.stage.group)
    assert told.last()[0]["event"]["type"] == "member_left_channel"


def test_what_was_recalled_meanwhile_is_not_told():
    told = Told()
    seq = told.stage.say("a secret")
    messages.recall(**told.act(seq))
    assert "a secret" not in str(told.since())
