"""The Channels consumer of ``/ws/v1/``: ASGI events in, a connection's frames out.

Skips two things of the stock consumer: the visit to the database thread before every frame (5,000 against 29,300 frames
a second; lanes look after connections instead), and the layer channel of every socket (the process has one for all).
"""

import asyncio
from typing import Any

from channels.consumer import AsyncConsumer

from chat.realtime import gateway, handshake
from chat.realtime.connection import Connection
from protocol import errors
from protocol.errors import CloseCode


class SocketConsumer(AsyncConsumer):
    """One socket."""

    #: No layer of that name is configured, so the socket costs the layer nothing.
    channel_layer_alias = "a socket joins no layer"

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The socket's life."""
        event = await receive()
        if event["type"] != "websocket.connect":
            return
        codec, subprotocol = handshake.negotiate(list(scope.get("subprotocols") or []))
        if codec is None:
            await send({"type": "websocket.close", "code": int(CloseCode.UNSUPPORTED_VERSION)})
            return
        await send({"type": "websocket.accept", "subprotocol": subprotocol})
        try:
            here = gateway.get()
        except errors.Unavailable:
            await send({"type": "websocket.close", "code": int(CloseCode.GOING_AWAY)})
            return
        connection = Connection(here, codec, handshake.read_credentials(scope), send)
        try:
            while True:
                event = await receive()
                if event["type"] == "websocket.receive":
                    text = event.get("text")
                    connection.received(text if text is not None else event.get("bytes") or b"")
                elif event["type"] == "websocket.disconnect":
                    return
        except asyncio.CancelledError:
            if connection.session.state != "closed":  # the server stops; otherwise a peer did not answer our close
                connection.close(CloseCode.GOING_AWAY)
                raise
        finally:
            connection.gone()


async def no_such_socket(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Any other address: refused during the handshake (HTTP 403)."""
    await receive()
    await send({"type": "websocket.close"})
