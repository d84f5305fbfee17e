"""The server's end, the same on Daphne and uvicorn: nothing new is taken, what was taken is answered.

Sockets close with GOING_AWAY behind their last answer, parked polls are answered, requests in progress finish. What of it
takes too long is cut, so that the process is gone before a supervisor kills it. Page: docs/operations.md.
"""

import asyncio
import logging
import os
import threading
from typing import Any

from chat.realtime import gateway
from imsite import observing

#: Seconds for HTTP requests in progress; a write takes milliseconds, only an upload or download is cut.
REQUEST_SECONDS = 3.0
#: Seconds for the gateway: its last commits and answers, presence, the layer.
GATEWAY_SECONDS = 5.0
#: Seconds after which the process ends whatever hangs. Supervisors send SIGKILL after 10 (containers) or 90 (units).
LAST_RESORT = 9.0

log = logging.getLogger(__name__)


async def end() -> None:
    """To be awaited on the server's loop when a signal came, before its connections are closed."""
    timer = threading.Timer(LAST_RESORT, _give_up)
    timer.daemon = True
    timer.start()
    observing.refuse_new()
    parts: list[Any] = [_within(GATEWAY_SECONDS, gateway.stop()), _within(REQUEST_SECONDS, observing.until_idle())]
    await asyncio.gather(*parts)


async def _within(seconds: float, work: Any) -> None:
    try:
        async with asyncio.timeout(seconds):
            await work
    except TimeoutError:
        log.warning("Not everything could be finished before the server stopped.")
    except Exception:
        log.exception("the server's end met an error")


def _give_up() -> None:
    log.error("The server did not stop in %s s; it is ended.", LAST_RESORT)
    os._exit(1)
