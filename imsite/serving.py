"""Serves the product on one port, by Daphne or uvicorn, from a socket that is bound before anything else is done.

Binding first means that a busy port is known before the database is touched, and that nobody else answers in between.
"""

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from typing import Any

#: Seconds that one HTTP request may take in all: the longest poll is 60, a slow upload more.
HTTP_TIMEOUT = 300
#: Connections that wait to be accepted while everybody reconnects at once; Twisted's own 50 turns them away.
BACKLOG = 2048
#: Bytes of one WebSocket message. Above the protocol's own limit, so that the session can answer too_large itself.
MESSAGE_BYTES = 1024 * 1024


class PortTaken(Exception):
    """Somebody else has the port; the text says what to do."""


def bind(host: str, port: int) -> socket.socket:
    """A bound socket that does not listen yet. Raises PortTaken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # Two sockets that do not listen yet may both bind; listening decides, and accepting can wait.
        bound.listen(BACKLOG)
    except OSError as problem:
        bound.close()
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(
                f"Port {port} is taken by another program. Take another one: make run PORT={port + 100}"
            ) from None
        if problem.errno == errno.EACCES:
            raise PortTaken(f"Port {port} may not be used by this user; ports above 1023 may.") from None
        raise PortTaken(f"{host}:{port} cannot be used: {problem.strerror}") from None
    return bound


def serve_daphne(bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until a signal comes. ``ready`` is called when connections are answered."""
    # Here, because importing it installs Twisted's asyncio reactor, and the application starts the embedded worker.
    from daphne.server import Server  # noqa: PLC0415
    from twisted.internet.defer import Deferred  # noqa: PLC0415

    from imsite import ending  # noqa: PLC0415
    from imsite.asgi import application  # noqa: PLC0415

    class Ending(Server):
        def kill_all_applications(self) -> Any:
            """Called when a signal came; the reactor waits for what is returned. Daphne announces no lifespan."""
            for listener in self.listeners:
                listener.addCallback(lambda port: port.stopListening())
            kill: Callable[[], Any] = super().kill_all_applications
            ended: Deferred[Any] = Deferred.fromFuture(asyncio.ensure_future(ending.end()))
            return ended.addCallback(lambda _: kill())

    logging.getLogger("daphne").setLevel(logging.WARNING)
    serve: Callable[..., Any] = Ending
    serve(
        application,
        endpoints=[f"fd:fileno={bound.detach()}"],
        http_timeout=HTTP_TIMEOUT,
        websocket_max_message_size=MESSAGE_BYTES,
        websocket_max_frame_size=MESSAGE_BYTES,
        application_close_timeout=5,
        ready_callable=ready,
        server_name="parley",
    ).run()


def serve_uvicorn(bound: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until a signal comes. ``ready`` is called when connections are answered."""
    import uvicorn  # noqa: PLC0415 - optional: requirements-fast.txt

    from imsite import ending  # noqa: PLC0415 - it needs the apps
    from imsite.asgi import application  # noqa: PLC0415 - it starts the embedded worker

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            for server in self.servers:
                server.close()
            # Before uvicorn closes the sockets, with a code that says nothing and answers still under way.
            await ending.end()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        application,
        loop="uvloop",
        ws="websockets-sansio",
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=3,
        backlog=BACKLOG,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    Announcing(config).run(sockets=[bound])
