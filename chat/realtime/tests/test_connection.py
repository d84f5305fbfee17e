"""Sending on a socket: at once when the server takes it, in order when it does not, never for a peer that is gone."""

import asyncio

import pytest

from chat.realtime.connection import Connection
from chat.realtime.handshake import Credentials
from chat.realtime.outbound import Chunk
from chat.realtime.tests.doubles import said
from chat.realtime.tests.sockets import until
from protocol.codec import JSON, MSGPACK
from protocol.errors import CloseCode


class Gate:
    """The send of an ASGI server that may be closed."""

    def __init__(self) -> None:
        self.sent: list[dict] = []
        self.open = asyncio.Event()
        self.open.set()
        self.gone = False

    async def __call__(self, event: dict) -> None:
        await self.open.wait()
        if self.gone:
            raise OSError("gone")
        self.sent.append(event)


class Nobody:
    """A gateway without anything in it."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.removed: list[object] = []

    def remove(self, peer) -> None:
        self.removed.append(peer)


@pytest.fixture
async def gate():
    return Gate()


@pytest.fixture
async def connection(gate):
    connection = Connection(Nobody(), JSON, Credentials("", "", False, ""), gate)
    connection._task = None
    yield connection
    connection.gone()


def chunk(seq: int) -> Chunk:
    return Chunk(JSON.encode(said(7, seq)), MSGPACK.encode(said(7, seq)), 1)


def seqs(gate: Gate) -> list[int]:
    return [each.seq for event in gate.sent for each in JSON.decode_server(event["text"].encode()).events]


async def test_an_open_socket_takes_a_frame_without_a_task(connection, gate):
    before = len(asyncio.all_tasks())
    connection.follower.push(chunk(1))
    connection.follower.flush({})
    assert seqs(gate) == [1]
    assert len(asyncio.all_tasks()) == before


async def test_a_closed_gate_holds_the_rest_and_one_frame_follows(connection, gate):
    gate.open.clear()
    for seq in range(1, 21):
        connection.follower.push(chunk(seq))
        connection.follower.flush({})
    await asyncio.sleep(0.01)
    assert gate.sent == []
    gate.open.set()
    await until(lambda: len(gate.sent) == 2)
    assert seqs(gate) == list(range(1, 21))


async def test_a_peer_that_is_gone_raises_nothing(connection, gate):
    gate.gone = True
    connection.follower.push(chunk(1))
    connection.follower.flush({})
    gate.open.clear()
    connection.follower.push(chunk(2))
    connection.follower.flush({})
    gate.open.set()
    await asyncio.sleep(0.01)
    assert gate.sent == []


async def test_a_laggard_is_closed_as_such(connection, gate):
    gate.open.clear()
    big = Chunk(b"x" * 500_000, b"x", 1)
    for _ in range(6):
        connection.follower.push(big)
        connection.follower.flush({})
    await asyncio.sleep(0)
    gate.open.set()
    await until(lambda: any(each["type"] == "websocket.close" for each in gate.sent))
    assert gate.sent[-1]["code"] == CloseCode.LAGGING


async def test_hello_in_time_or_the_door_closes(gate, monkeypatch):
    monkeypatch.setattr("protocol.limits.HELLO_SECONDS", 0.05)
    connection = Connection(Nobody(), JSON, Credentials("", "", False, ""), gate)
    connection._task = None
    await until(lambda: gate.sent)
    assert gate.sent == [{"type": "websocket.close", "code": CloseCode.HELLO_MISSED}]
    connection.gone()
    assert connection.gateway.removed == [connection]
