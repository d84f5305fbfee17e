"""Simulated people: devices of the real kit that talk and read, and a witness on bare sockets; all keep ledgers."""

import asyncio
import contextlib
import json
import time

from parley_sdk import Client, WriteState
from parley_sdk.conversation import SendHandle
from parley_sdk.link import outbox, rpc
from parley_sdk.network.websocket import WebSocketTransport
from parley_sdk.wire.events import MessageCreated
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.faults.checker import Ledger, Said, Seen


def be_quick() -> None:
    """Short patience, so that a lost answer costs a second and not five; and more attempts, so that none gives up early."""
    outbox.ANSWER_SECONDS, outbox.ATTEMPTS = 1.0, 200
    rpc.ANSWER_SECONDS = 1.5


class Device:
    """A client and what its application was shown."""

    def __init__(self, name: str, person: int, token: str, *, root: str, socket: str) -> None:
        self.name, self.person = name, person
        self.client = Client(root, token=token, transport=WebSocketTransport(socket))
        self.client.api.token = token
        self.ledgers: dict[int, Ledger] = {}
        self.said: list[tuple[int, SendHandle]] = []
        #: (conversation, seq) of another's message → when it was committed, and when first shown, by this machine's clock.
        self.shown: dict[tuple[int, int], tuple[float, float]] = {}
        self.client.on("event", self._saw)
        self.client.engine.on("inbox", self._row)

    def _ledger(self, conversation: int) -> Ledger:
        return self.ledgers.setdefault(conversation, Ledger(self.name, self.person, conversation))

    def _saw(self, event: object) -> None:
        seq = getattr(event, "seq", 0)
        if seq:
            number = event.number if isinstance(event, MessageCreated) else 0
            key = getattr(event, "client_key", "") or ""
            self._ledger(event.conversation).seen.append(Seen(seq, number, key))  # type: ignore[attr-defined]
            if isinstance(event, MessageCreated) and event.sender != self.person:
                self.shown.setdefault((event.conversation, seq), (event.at / 1000, time.time()))

    def _row(self, conversation: int) -> None:
        row = self.client.engine.inbox.rows.get(conversation)
        if row is not None:
            self._ledger(conversation).reads.append(row.state.read_number)

    def say(self, conversation: int, text: str) -> None:
        """Send, under a key that tells this device's order."""
        key = f"{self.name}-{len(self.said):07}"
        self.said.append((conversation, self.client.conversation(conversation).send(text, key=key)))

    def settled(self) -> bool:
        """Whether everything said is sent or failed."""
        return all(each.state in {WriteState.SENT, WriteState.FAILED} for _, each in self.said)

    def told(self) -> list[Said]:
        """Everything said, for the checker."""
        return [Said(where, each.client_key, self.person, str(each.state), each.seq) for where, each in self.said]

    def finished(self, conversation: int) -> Ledger:
        """The ledger with what the device shows at the end."""
        ledger = self._ledger(conversation)
        self._row(conversation)
        ledger.unread = self.client.conversation(conversation).unread
        return ledger


class Witness:
    """A bare socket on a clean line to one gateway: what comes over one connection may miss something, never repeat it."""

    def __init__(self, name: str, person: int, token: str, socket: str) -> None:
        self.name, self.person, self._token, self._socket = name, person, token, socket
        self.ledgers: list[Ledger] = []
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def aclose(self) -> None:
        """End it."""
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                await self._listen()
            await asyncio.sleep(0.5)

    async def _listen(self) -> None:
        heard: dict[int, Ledger] = {}
        async with connect(
            self._socket, subprotocols=[Subprotocol("parley.v1.json")], ping_interval=None, max_size=None
        ) as socket:
            await socket.send(json.dumps({"type": "hello", "id": 1, "version": 1, "token": self._token}))
            async for data in socket:
                frame = json.loads(data)
                if frame["type"] == "ping":
                    await socket.send(json.dumps({"type": "pong"}))
                positions = {}
                for event in frame.get("events", ()) if frame["type"] == "events" else ():
                    if "seq" in event:
                        pk = event["conversation"]
                        if pk not in heard:
                            heard[pk] = Ledger(f"{self.name}, connection {len(self.ledgers)}", self.person, pk)
                            self.ledgers.append(heard[pk])
                        seen = Seen(event["seq"], event.get("number", 0), event.get("client_key", ""))
                        heard[pk].seen.append(seen)
                        positions[str(pk)] = event["seq"]
                if positions:
                    await socket.send(json.dumps({"type": "sync.ack", "positions": positions}))
