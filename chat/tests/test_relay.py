"""Relay: what a layer message says, and that publishing works from any thread, with and without a hub."""

import asyncio
import threading

import pytest
from channels.layers import get_channel_layer

from chat import handover, relay
from chat.realtime.tests.doubles import recalled, said
from chat.relay import Passing, compose, group_of
from protocol.codec import JSON, MSGPACK
from protocol.events import ConversationState, DeviceRevoked, InboxJoined, InboxLeft, TypingStarted


def on(topic: str, *events, large: bool = False) -> list[Passing]:
    return [Passing(topic, event, large) for event in events]


def test_a_batch_is_one_message_with_both_codecs():
    (message,) = compose("conv.7", on("conv.7", said(7, 3), said(7, 4)))
    assert (message["first_seq"], message["last_seq"], message["last_number"], message["count"]) == (3, 4, 4, 2)
    assert message["conversation"] == 7
    for codec, part in ((JSON, message["json"]), (MSGPACK, message["msgpack"])):
        assert codec.decode_server(codec.events_frame([part], 2)).events == [said(7, 3), said(7, 4)]


def test_a_batch_over_the_size_is_several_messages_in_order():
    messages = compose("conv.7", on("conv.7", *(said(7, seq, "x" * 30_000) for seq in range(1, 21))))
    assert len(messages) == 3
    assert [(each["first_seq"], each["last_seq"]) for each in messages] == [(1, 8), (9, 16), (17, 20)]


def test_recalls_are_given_apart_in_large_conversations():
    (message,) = compose("conv.7", on("conv.7", said(7, 3), recalled(7, 4, target=1), large=True))
    json, msgpack, count = message["vital"]
    assert count == 1
    assert JSON.decode_event(json) == MSGPACK.decode_event(msgpack) == recalled(7, 4, target=1)
    assert "vital" not in compose("conv.7", on("conv.7", recalled(7, 4, target=1)))[0]


def test_personal_facts_that_move_subscriptions_are_named():
    common = {"conversation": 900, "at": 1}
    (message,) = compose(
        "user.1",
        on(
            "user.1",
            InboxJoined(seq=1, state=ConversationState(conversation=7, kind="group", member_count=3), **common),
            InboxJoined(
                seq=2, state=ConversationState(conversation=8, kind="group", member_count=900, large=True), **common
            ),
            InboxLeft(seq=3, target=6, **common),
            DeviceRevoked(seq=4, device=33, **common),
        ),
    )
    assert message["joined"] == [(7, False, True), (8, True, False)]
    assert (message["left"], message["revoked"]) == ([6], [33])


def test_presence_shares_one_group():
    assert group_of("presence.5") == relay.PRESENCE
    assert group_of("conv.5") == "conv.5"


@pytest.fixture
def handed(monkeypatch):
    handed = []
    monkeypatch.setattr(handover, "add", lambda ids: handed.append(set(ids)))
    return handed


async def heard(group: str, publish) -> list[dict]:
    """What the group hears of ``publish``."""
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group, channel)
    try:
        publish()
        found = [await asyncio.wait_for(layer.receive(channel), 10)]
        while True:
            try:
                found.append(await asyncio.wait_for(layer.receive(channel), 0.2))
            except TimeoutError:
                return found
    finally:
        await layer.group_discard(group, channel)


async def test_publishing_from_another_thread_arrives_through_the_hubs_loop(handed):
    loop = asyncio.get_running_loop()
    relay.attach(loop)

    def publish():
        thread = threading.Thread(target=relay.publish, args=(on("conv.7", said(7, 1), said(7, 2)),))
        thread.start()
        thread.join()

    try:
        (message,) = await heard("conv.7", publish)
    finally:
        relay.detach(loop)
    assert message["count"] == 2
    assert handed == [{7}]


async def test_ephemeral_events_are_handed_to_nobody(handed):
    loop = asyncio.get_running_loop()
    relay.attach(loop)
    try:
        (message,) = await heard(
            "conv.7", lambda: relay.publish_ephemeral("conv.7", TypingStarted(conversation=7, user=1))
        )
    finally:
        relay.detach(loop)
    assert message["last_seq"] == 0
    assert handed == []


async def test_messages_of_a_topic_stay_in_order(handed):
    loop = asyncio.get_running_loop()
    relay.attach(loop)

    def publish():
        for seq in range(1, 101):
            relay.publish(on("conv.7", said(7, seq)))

    try:
        messages = await heard("conv.7", publish)
    finally:
        relay.detach(loop)
    assert [each["first_seq"] for each in messages] == list(range(1, 101))


async def test_a_layer_that_fails_is_logged_once_and_never_raises(handed, monkeypatch, caplog):
    class Away:
        async def group_send(self, group, message):
            raise ConnectionError

    monkeypatch.setattr(relay, "get_channel_layer", Away)
    loop = asyncio.get_running_loop()
    relay.attach(loop)
    try:
        for seq in range(1, 20):
            relay.publish(on("conv.7", said(7, seq)))
            await asyncio.sleep(0)
        await asyncio.sleep(0.05)
    finally:
        relay.detach(loop)
    assert caplog.text.count("layer is away") <= 1
    assert len(handed) == 19


def test_without_a_hub_a_loop_of_its_own_does_it(handed, monkeypatch):
    sent = threading.Event()

    class Layer:
        async def group_send(self, group, message):
            assert group == "conv.7"
            sent.set()

    monkeypatch.setattr(relay, "get_channel_layer", Layer)
    relay.publish(on("conv.7", said(7, 1)))
    assert sent.wait(5)


def test_nothing_to_say_is_nothing_to_do(handed):
    relay.publish([])
    assert handed == []
