"""What is awaited when a signal came; the whole of it, on real servers: tests/test_ending.py."""

import asyncio
import time

import pytest

from chat.realtime import gateway
from imsite import ending, observing


@pytest.fixture(autouse=True)
def _no_last_resort(monkeypatch):
    """The timer that would end this process."""
    monkeypatch.setattr(ending, "_give_up", lambda: None)
    monkeypatch.setattr(ending, "LAST_RESORT", 0.1)
    monkeypatch.setattr(observing, "_progress", observing._Progress())


async def test_it_waits_for_the_request_in_progress_and_refuses_the_next():
    scope = {"type": "http", "method": "GET", "path": "/livez", "headers": []}
    free, answered = asyncio.Event(), []

    async def application(scope, receive, send):
        await free.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        answered.append(message.get("status", message.get("body")))

    site = observing.observed(application)
    running = asyncio.create_task(site(scope, None, send))
    await asyncio.sleep(0)
    ended = asyncio.create_task(ending.end())
    await asyncio.sleep(0.05)
    assert not ended.done()
    await site(scope, None, send)
    assert answered[0] == 503
    assert b'"unavailable"' in answered[1]
    free.set()
    await asyncio.gather(running, ended)
    assert answered[2] == 200


async def test_what_hangs_is_not_waited_for(monkeypatch, caplog):
    async def hang():
        await asyncio.sleep(60)

    async def fail():
        raise ZeroDivisionError

    monkeypatch.setattr(ending, "GATEWAY_SECONDS", 0.05)
    began = time.monotonic()
    monkeypatch.setattr(gateway, "stop", hang)
    await ending.end()
    monkeypatch.setattr(gateway, "stop", fail)
    await ending.end()
    assert time.monotonic() - began < 5
    assert "Not everything could be finished" in caplog.text
    assert "the server's end met an error" in caplog.text
