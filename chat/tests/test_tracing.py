"""Ids of requests, joined and bounded; a commit's log line names all that share it."""

import asyncio

import pytest
import structlog
from structlog.testing import capture_logs

from accounts.tests.factories import actor_of, person
from chat import tracing
from chat.realtime.lanes import Lanes
from chat.services import conversations, messages


def test_several_are_told_once_each_and_not_without_end():
    assert tracing.join(["a", "b,a", ""]) == "a,b"
    many = tracing.join(str(number) for number in range(50))
    assert many.split(",")[-1] == "…"
    assert len(many.split(",")) == tracing.MOST + 1
    assert tracing.join([many, "0"]) == tracing.join([many])


async def test_a_lane_works_in_the_name_of_the_request():
    lanes = Lanes()
    try:
        with tracing.bound("abc.1"):
            waits = [lanes.read(tracing.get), lanes.write(tracing.get)]
        assert await asyncio.gather(*waits) == ["abc.1", "abc.1"]
        assert await lanes.read(tracing.get) == ""
    finally:
        await asyncio.to_thread(lanes.close)


@pytest.mark.django_db
def test_a_commit_names_the_requests_of_its_drafts():
    alice, bob = person("alice"), person("bob")
    direct = conversations.open_direct(actor=actor_of(alice), user=bob.pk)
    drafts = []
    for number in (1, 2):
        with tracing.bound(f"abc.{number}"):
            drafts.append(
                messages.draft_send(
                    actor=actor_of(alice), conversation=direct.pk, client_key=f"key-{number}-key", body={"text": "hi"}
                )
            )
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        messages.commit(drafts)
    [told] = [each for each in lines if each["event"] == "committed"]
    assert told["request_id"] == "abc.1,abc.2"
    assert "hi" not in str(told)
