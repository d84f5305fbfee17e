"""The door itself: codecs, who is let in, how it closes."""

import asyncio
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.test import Client
from django.utils import timezone

from accounts import authentication
from accounts.models import Device, Token, User
from accounts.services import tokens
from accounts.tests.factories import sign_in
from chat.models import Entry
from chat.realtime import connection, consumers, gateway
from chat.realtime.tests.company import company as make_company
from chat.realtime.tests.sockets import PATIENCE, Socket, door
from protocol import limits
from protocol.codec import JSON, MSGPACK
from protocol.errors import CloseCode
from protocol.frames import Hello, MessageSend, Ping, SessionRenew
from protocol.replies import Done, Failed, PongReply, Welcome

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(db):
    return make_company()


@pytest.mark.parametrize(
    ("offered", "confirmed"),
    [
        (["parley.v1.json", "parley.v1.msgpack"], "parley.v1.msgpack"),
        (["parley.v1.json"], "parley.v1.json"),
        (["other", "parley.v1.json"], "parley.v1.json"),
        (None, None),
    ],
)
async def test_the_best_common_codec_is_taken(offered, confirmed, db):
    async with door():
        communicator = WebsocketCommunicator(consumers.SocketConsumer.as_asgi(), "/ws/v1/", subprotocols=offered)
        assert await communicator.connect(timeout=PATIENCE) == (True, confirmed)
        await communicator.disconnect()


async def test_without_a_common_codec_the_socket_is_refused():
    communicator = WebsocketCommunicator(consumers.SocketConsumer.as_asgi(), "/ws/v1/", subprotocols=["soap"])
    connected, _ = await communicator.connect(timeout=PATIENCE)
    assert not connected


async def test_another_address_is_refused():
    communicator = WebsocketCommunicator(consumers.no_such_socket, "/ws/v9/")
    connected, _ = await communicator.connect(timeout=PATIENCE)
    assert not connected


@pytest.mark.parametrize("codec", [JSON, MSGPACK])
async def test_a_token_in_hello_or_header_is_welcomed(company, codec):
    async with door() as sockets:
        by_hello = await sockets.open(company.tokens["alice"], codec)
        header = Socket(codec, headers=[(b"authorization", b"Bearer " + company.tokens["alice"].encode())])
        await header.connect()
        welcome = await header.hello()
        assert isinstance(welcome, Welcome)
        assert welcome.user == by_hello.welcome.user == company.user("alice")
        assert welcome.session != by_hello.welcome.session
        assert welcome.personal > 0
        assert welcome.heartbeat == limits.HEARTBEAT_SECONDS


@pytest.mark.parametrize(
    ("token", "error"),
    [("", "unauthenticated"), ("ply_nonsense", "unauthenticated")],
)
async def test_nobody_is_told_so_and_closed(company, token, error):
    async with door():
        socket = Socket()
        await socket.connect()
        answer = await socket.hello(token)
        assert isinstance(answer, Failed)
        assert answer.error == error
        assert await socket.until_closed() == CloseCode.UNAUTHENTICATED


async def test_an_expired_token_says_renew(company):
    user = await sync_to_async(User.objects.get)(username="alice")
    raw, _ = await sync_to_async(tokens.issue)(user=user, device_name="old", lifetime=timedelta(seconds=-1))
    async with door():
        socket = Socket()
        await socket.connect()
        assert (await socket.hello(raw)).error == "token_expired"
        assert await socket.until_closed() == CloseCode.TOKEN_EXPIRED


def cookie_of(user: User) -> bytes:
    client = Client()
    sign_in(client, user)
    return f"sessionid={client.cookies['sessionid'].value}".encode()


@pytest.mark.parametrize(
    ("origin", "welcome"),
    [
        (b"http://parley.example", True),
        (b"https://trusted.example", True),
        (b"http://evil.example", False),
        (b"null", False),
        (b"", False),
    ],
)
async def test_a_cookie_counts_for_pages_of_this_server_only(company, settings, origin, welcome):
    settings.CSRF_TRUSTED_ORIGINS = ["https://trusted.example"]
    cookie = await sync_to_async(lambda: cookie_of(User.objects.get(username="alice")))()
    headers = [(b"host", b"parley.example"), (b"cookie", cookie)] + ([(b"origin", origin)] if origin else [])
    async with door():
        socket = Socket(headers=headers)
        await socket.connect()
        answer = await socket.hello()
        if welcome:
            assert answer.user == company.user("alice")
        else:
            assert answer.error == "origin_refused"
            assert await socket.until_closed() == CloseCode.UNAUTHENTICATED


async def test_a_token_needs_no_origin(company):
    async with door():
        socket = Socket(headers=[(b"host", b"parley.example"), (b"origin", b"http://partner.example")])
        await socket.connect()
        assert isinstance(await socket.hello(company.tokens["bob"]), Welcome)


async def test_a_device_signed_out_remotely_is_cut(company, monkeypatch):
    monkeypatch.setattr(gateway, "REVOKED_SECONDS", 0.05)
    async with door() as sockets:
        alice, bob = await sockets.open(company.tokens["alice"]), await sockets.open(company.tokens["bob"])
        # Straight in the table, so that nothing but the gateway's own look can tell.
        await sync_to_async(Device.objects.filter(user=company.user("bob")).update)(revoked_at=timezone.now())
        assert await bob.until_closed() == CloseCode.DEVICE_REVOKED
        assert isinstance(await alice.ask(Ping), PongReply)


async def test_a_token_revoked_alone_cuts_its_own_sockets_and_no_other(company, monkeypatch):
    """The device lives on with another token."""
    monkeypatch.setattr(gateway, "REVOKED_SECONDS", 0.05)
    device = await sync_to_async(Device.objects.get)(user=company.user("bob"))
    raw, second = await sync_to_async(tokens.issue_for)(device=device)
    async with door() as sockets:
        first, cut = await sockets.open(company.tokens["bob"]), await sockets.open(raw)
        await sync_to_async(tokens.revoke)(actor=company.scene.bob, token_id=second.pk)
        assert await cut.until_closed() == CloseCode.DEVICE_REVOKED
        assert isinstance(await first.ask(Ping), PongReply)


async def test_a_token_that_runs_out_ends_its_socket_unless_it_was_renewed_in_band(company, monkeypatch):
    monkeypatch.setattr(gateway, "REVOKED_SECONDS", 0.05)
    actor = await sync_to_async(authentication.actor_from_token)(company.tokens["bob"])
    async with door() as sockets:
        renewing, idle = await sockets.open(company.tokens["bob"]), await sockets.open(company.tokens["bob"])
        fresh = await sync_to_async(tokens.renew)(actor=actor)
        assert isinstance(await renewing.ask(SessionRenew, token=fresh), Done)
        await sync_to_async(Token.objects.filter(pk=actor.token).update)(expires_at=timezone.now())
        assert await idle.until_closed() == CloseCode.TOKEN_EXPIRED
        assert isinstance(await renewing.ask(Ping), PongReply)


async def test_the_token_is_renewed_on_the_open_socket_by_the_same_person_only(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        user = await sync_to_async(User.objects.get)(username="alice")
        fresh, token = await sync_to_async(tokens.issue)(user=user, device_name="second")
        assert isinstance(await alice.ask(SessionRenew, token=fresh), Done)
        (peer,) = sockets.gateway.peers.values()
        assert peer.device == token.device_id
        refused = await alice.ask(SessionRenew, token=company.tokens["charlie"])
        assert refused.error == "not_allowed"
        assert isinstance(await alice.ask(Ping), PongReply)


async def test_what_follows_the_hello_at_once_is_answered(company):
    async with door():
        socket = Socket()
        await socket.connect()
        await socket.send(Hello(id=1, version=1, token=company.tokens["alice"]))
        fields = {"conversation": company.group, "client_key": "alice-001", "body": {"text": "hi"}}
        await socket.send(MessageSend(id=2, **fields))
        answers = {}
        while len(answers) < 2:
            frame = await socket.next_frame()
            answers[getattr(frame, "id", None)] = frame
            answers.pop(None, None)
        assert isinstance(answers[1], Welcome)
        assert answers[2].seq > 0


async def test_malformed_oversized_and_unknown_are_answered(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        await alice.send_raw(b"{nonsense")
        assert (await alice.next_frame()).error == "malformed"
        await alice.send_raw(b'{"type":"message.shout","id":77}')
        answer = await alice.next_frame()
        assert (answer.error, answer.id) == ("unknown_frame", 77)
        await alice.send_raw(b'{"type":"ping","id":1,"x":"' + b"x" * limits.MAX_FRAME_BYTES + b'"}')
        assert (await alice.next_frame()).error == "too_large"
        assert await alice.until_closed() == CloseCode.TOO_LARGE


async def test_a_stopping_gateway_says_so_and_stores_what_it_was_given(company):
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        fields = {"conversation": company.group, "body": {"text": "last words"}}
        for number in range(20):
            await alice.send(MessageSend(id=number, client_key=f"alice-{number:03d}", **fields))
        await asyncio.sleep(0)
        await alice.ask(Ping)
    assert await alice.until_closed() == CloseCode.GOING_AWAY
    assert await sync_to_async(Entry.objects.filter(conversation=company.group, type="message.created").count)() == 20


async def test_who_does_not_answer_a_close_is_dropped(company, monkeypatch):
    monkeypatch.setattr(connection, "CLOSE_SECONDS", 0.05)
    async with door() as sockets:
        alice = await sockets.open(company.tokens["alice"])
        (peer,) = sockets.gateway.peers.values()
        peer.close(CloseCode.HEARTBEAT_MISSED)
        assert await alice.until_closed() == CloseCode.HEARTBEAT_MISSED
        await asyncio.wait_for(asyncio.shield(alice.communicator.future), PATIENCE)
        assert sockets.gateway.peers == {}
        assert sockets.gateway.hub.topics == {}
