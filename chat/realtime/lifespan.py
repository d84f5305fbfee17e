"""The server's end, for servers that announce it (uvicorn): what waits is stored, sessions hear GOING_AWAY, presence ends.

``run_parley`` does the same on both servers itself (imsite/ending.py); this is for who starts uvicorn by hand.
"""

from typing import Any

from chat.realtime import gateway


async def lifespan(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """The ASGI lifespan protocol."""
    while True:
        event = await receive()
        if event["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif event["type"] == "lifespan.shutdown":
            await gateway.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
