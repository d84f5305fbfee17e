"""A WebSocket proxy that makes a bad network: it loses, doubles, delays, reorders and cuts messages, by the dice of a seed.

The first message of each direction (hello and welcome) always passes, so that a test spends its time on conversations.
"""

import asyncio
import contextlib
import random
from collections.abc import Coroutine
from dataclasses import dataclass

from parley_sdk.wire.rules import SUBPROTOCOL_BINARY, SUBPROTOCOL_JSON
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import WebSocketException
from websockets.typing import Data, Subprotocol

Peer = ClientConnection | ServerConnection


@dataclass
class Faults:
    """Shares of messages lost, doubled and cut at; ``jitter`` seconds at most that one is late (so it may be overtaken)."""

    loss: float = 0.0
    double: float = 0.0
    jitter: float = 0.0
    cut: float = 0.0


class FaultProxy:
    """Stands between clients and one gateway. ``url`` is what clients connect to; ``faults`` may change at any time."""

    def __init__(self, target: str, seed: int = 0) -> None:
        self.target = target
        self.faults = Faults()
        self.counts = {"passed": 0, "lost": 0, "doubled": 0, "cut": 0}
        self._random = random.Random(seed)
        self._server: Server | None = None
        self._open: set[ServerConnection] = set()
        self._late: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "FaultProxy":
        self._server = await serve(
            self._accept,
            "127.0.0.1",
            0,
            subprotocols=[Subprotocol(SUBPROTOCOL_BINARY), Subprotocol(SUBPROTOCOL_JSON)],
            ping_interval=None,
            compression=None,
            max_size=None,
            close_timeout=1,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        for task in self._late:
            task.cancel()
        self._server.close()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        """Address for clients."""
        assert self._server is not None
        port = next(iter(self._server.sockets)).getsockname()[1]
        return f"ws://127.0.0.1:{port}/ws/v1/"

    async def cut_all(self) -> None:
        """Every connection ends, without goodbye."""
        for connection in list(self._open):
            connection.transport.abort()
        await asyncio.sleep(0)

    async def _accept(self, client: ServerConnection) -> None:
        self._open.add(client)
        assert client.request is not None
        headers = {"Authorization": client.request.headers.get("Authorization", "")}
        offered = [client.subprotocol] if client.subprotocol else None
        try:
            async with connect(
                self.target,
                subprotocols=offered,
                additional_headers=headers,
                ping_interval=None,
                compression=None,
                max_size=None,
                close_timeout=1,
            ) as gateway:
                up = asyncio.create_task(self._carry(client, gateway))
                down = asyncio.create_task(self._carry(gateway, client))
                done, rest = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
                for task in rest:
                    task.cancel()
                for task in done:
                    task.exception()
                with contextlib.suppress(WebSocketException, ValueError):
                    if down in done and gateway.close_code and gateway.close_code >= 4000:
                        await client.close(gateway.close_code, gateway.close_reason or "")
        except (OSError, WebSocketException, TimeoutError):
            client.transport.abort()
        finally:
            self._open.discard(client)

    async def _carry(self, source: Peer, target: Peer) -> None:
        first = True
        async for data in source:
            dice, faults = self._random.random, self.faults
            if first:
                first = False
                await target.send(data)
                continue
            if dice() < faults.cut:
                self.counts["cut"] += 1
                return
            if dice() < faults.loss:
                self.counts["lost"] += 1
                continue
            copies = 2 if dice() < faults.double else 1
            self.counts["doubled"] += copies - 1
            for _ in range(copies):
                self.counts["passed"] += 1
                if faults.jitter:
                    self._spawn(self._later(target, data, dice() * faults.jitter))
                else:
                    await target.send(data)

    async def _later(self, target: Peer, data: Data, delay: float) -> None:
        await asyncio.sleep(delay)
        with contextlib.suppress(WebSocketException):
            await target.send(data)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._late.add(task)
        task.add_done_callback(self._late.discard)
