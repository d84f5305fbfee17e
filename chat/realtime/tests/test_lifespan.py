"""The server's end ends the gateway."""

import asyncio

import pytest

from chat.realtime import gateway
from chat.realtime.lifespan import lifespan
from protocol.errors import Unavailable


async def test_shutdown_stops_the_gateway_and_is_answered():
    incoming, answers = asyncio.Queue(), []

    async def send(event):
        answers.append(event["type"])

    running = asyncio.create_task(lifespan({"type": "lifespan"}, incoming.get, send))
    await incoming.put({"type": "lifespan.startup"})
    here = gateway.get()
    await incoming.put({"type": "lifespan.shutdown"})
    await asyncio.wait_for(running, 10)
    assert answers == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert here.draining
    with pytest.raises(Unavailable):
        gateway.get()
