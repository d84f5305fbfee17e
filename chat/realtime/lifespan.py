"""The server's end, for servers that announce it (uvicorn): what waits is stored, sessions hear GOING_AWAY, presence ends.

Daphne announces nothing: there the consumers are cancelled, which closes their sockets, and a commit under way is
finished because its thread is waited for.
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
