"""The socket of Socket Mode: ``/slack/socket?ticket=…``. Sends what is due, hears acknowledgements, asks to come anew.

It looks when a word through the layer says that there is something, and now and then by itself: the word may be lost.

The ticket is the authentication: clients send no Origin, so none is asked for. Frames are whole and not compressed unless
the client asks for it. What is due and what an acknowledgement means is ``services.slack_links``'.
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.db import DatabaseError

from chat import relay
from openplatform import conf
from openplatform.services import deliveries, slack_links
from openplatform.services.slack_links import Due, Link
from openplatform.slack.session import Answered, Session

#: Seconds between two looks at the clock, two sweeps for what is due (whose word was lost, or that nobody acknowledged), two
#: for questions, which are in the cache and wait 3 s for an answer; and between two looks whether the app may still listen.
TICK_SECONDS, SWEEP_SECONDS, ASKED_SECONDS, CHECK_SECONDS = 0.3, 5.0, 1.0, 2.0
#: Sockets of one app on one gateway.
SOCKETS = 10
log = logging.getLogger(__name__)
_open: Counter[int] = Counter()

Send = Callable[[dict[str, Any]], Awaitable[None]]


async def application(scope: dict[str, Any], receive: Any, send: Send) -> None:
    """The ASGI application of the socket's address."""
    if (await receive())["type"] != "websocket.connect":
        return
    ticket = parse_qs(scope["query_string"].decode("latin-1")).get("ticket", [""])[0]
    link = await _database(slack_links.redeem)(ticket=ticket)
    if link is None or _open[link.app] >= SOCKETS:
        await send({"type": "websocket.close", "code": 4401})  # before it was accepted: 403
        return
    await send({"type": "websocket.accept"})
    _open[link.app] += 1
    try:
        await _serve(link, receive, send)
    finally:
        _open[link.app] -= 1
        if not _open[link.app]:
            del _open[link.app]


async def _serve(link: Link, receive: Any, send: Send) -> None:
    life = conf.get().slack_socket_seconds
    session = Session(app=link.app, connections=_open[link.app], now=time.monotonic(), life=life)
    wake = asyncio.Event()
    hearing = asyncio.create_task(_hear(link, session, receive, wake))
    heeding = asyncio.create_task(_heed(link, wake))
    try:
        await _say(send, session.hello())
        checked = swept = looked = 0.0
        asked = -1
        while not hearing.done():
            now = time.monotonic()
            if now - checked >= CHECK_SECONDS:
                checked = now
                if not await _database(slack_links.is_live)(link):
                    await _say(send, session.disconnect("link_disabled"))
                    await send({"type": "websocket.close", "code": 4403})
                    return
            for frame in session.tick(now):
                await _say(send, frame)
            if session.over(now):
                await send({"type": "websocket.close", "code": 1000})
                return
            told = wake.is_set()
            wake.clear()  # before the look: what comes while it looks is heard by the next
            if not session.is_ending:  # its successor is there
                if told or now - swept >= SWEEP_SECONDS:
                    swept = now
                    await _look(link, session, send)
                if told or now - looked >= ASKED_SECONDS:
                    looked = now
                    asked, questions = await _database(slack_links.take_asked)(link, asked)
                    for each in questions:
                        await _say(send, session.ask(each))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), TICK_SECONDS)
    finally:
        hearing.cancel()
        heeding.cancel()
        if left := session.unanswered():
            await _database(slack_links.release)(link=link, unanswered=left)


async def _heed(link: Link, wake: asyncio.Event) -> None:
    """Words that there is something for the app. A layer that is away is joined again; meanwhile the sweeps do."""
    relay.attach(asyncio.get_running_loop())  # the in-memory layer wakes nobody from another thread
    layer: Any = get_channel_layer()
    group = deliveries.sockets_of(link.app)
    while True:
        channel = ""
        try:
            channel = await layer.new_channel()
            await layer.group_add(group, channel)
            wake.set()  # for what was said before it listened
            while True:
                await layer.receive(channel)
                wake.set()
        except Exception as problem:
            log.warning("socket mode of app %s hears no words: %s", link.app, problem)
            await asyncio.sleep(SWEEP_SECONDS)
        finally:
            if channel:
                with contextlib.suppress(Exception):
                    await layer.group_discard(group, channel)


async def _look(link: Link, session: Session, send: Send) -> None:
    """Send what is due; a database that is away is asked again later."""
    try:
        found: list[Due] = await _database(slack_links.take)(link)
    except DatabaseError as problem:
        log.warning("socket mode of app %s waits for the database: %s", link.app, problem)
        return
    for due in found:
        for frame in session.deliver(due, time.monotonic()):
            await _say(send, frame)


async def _hear(link: Link, session: Session, receive: Any, wake: asyncio.Event) -> None:
    """Acknowledgements, until the client goes."""
    while (event := await receive())["type"] != "websocket.disconnect":
        done = session.hear(event.get("text") or "", time.monotonic())
        if isinstance(done, Answered):
            await _database(slack_links.answer)(link=link, number=done.number, said=done.said)
        elif done is not None:
            await _database(slack_links.acknowledge)(link=link, delivery=done.delivery, ms=done.ms)
            wake.set()  # the next of its conversation may go
    wake.set()


async def _say(send: Send, frame: dict[str, Any]) -> None:
    await send({"type": "websocket.send", "text": json.dumps(frame, ensure_ascii=False)})


def _database(work: Any) -> Any:
    return database_sync_to_async(work, thread_sensitive=False)
