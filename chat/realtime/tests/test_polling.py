"""The long poll: answers as soon as the inbox moves, holds nothing while it waits, tells outsiders nothing."""

import asyncio
import json
import threading

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.utils import timezone

from accounts.models import Device, Token
from chat.realtime import gateway, polling
from chat.realtime.tests.company import company as make_company
from chat.realtime.tests.sockets import PATIENCE, door, until
from chat.tests.factories import send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def company(db):
    return make_company()


class Request:
    """One request to the poll's address."""

    def __init__(self, token: str, body: dict | bytes, method: str = "POST", headers: tuple = ()) -> None:
        given = [(b"authorization", b"Bearer " + token.encode())] if token else []
        scope = {"type": "http", "method": method, "path": "/poll/v1/", "headers": [*given, *headers]}
        self.communicator = ApplicationCommunicator(polling.application, scope)
        self.body = body if isinstance(body, bytes) else json.dumps(body).encode()

    async def start(self) -> "Request":
        await self.communicator.send_input({"type": "http.request", "body": self.body})
        return self

    async def answer(self, seconds: float = PATIENCE) -> tuple[int, dict]:
        start = await self.communicator.receive_output(seconds)
        body = await self.communicator.receive_output(seconds)
        self.headers = dict(start["headers"])
        return start["status"], json.loads(body["body"] or b"{}")


async def poll(token: str, body: dict | bytes, **more) -> tuple[int, dict]:
    return await (await Request(token, body, **more).start()).answer()


async def positions_of(token: str) -> dict[str, int]:
    status, page = await poll(token, {})
    assert status == 200
    return {str(each["conversation"]): each["head_seq"] for each in page["states"]}


async def test_without_positions_the_whole_inbox_comes_at_once(company):
    async with door():
        status, page = await poll(company.tokens["bob"], {})
        assert status == 200
        assert company.group in {each["conversation"] for each in page["states"]}


async def test_a_parked_poll_is_answered_with_what_was_said(company):
    async with door() as sockets:
        positions = await positions_of(company.tokens["bob"])
        request = await Request(company.tokens["bob"], {"positions": positions, "wait": 30}).start()
        assert await request.communicator.receive_nothing(0.4)
        assert len(sockets.gateway.peers) == 1
        said = await sync_to_async(send)(company.scene.alice, company.group, "hello Bob")
        status, page = await request.answer()
        assert status == 200
        (delta,) = page["deltas"]
        assert [each["seq"] for each in delta["events"]] == [said.seq]
        assert page["states"][0]["unread"] == 1
        await asyncio.sleep(0.05)
        assert sockets.gateway.peers == {}
        assert sockets.gateway.hub.topics == {}


async def test_what_was_said_before_the_poll_is_not_waited_for(company):
    async with door():
        positions = await positions_of(company.tokens["bob"])
        said = await sync_to_async(send)(company.scene.alice, company.group, "quick")
        status, page = await poll(company.tokens["bob"], {"positions": positions, "wait": 30})
        assert (status, page["states"][0]["head_seq"]) == (200, said.seq)


async def test_nothing_happened_is_an_empty_page_in_time(company):
    async with door():
        positions = await positions_of(company.tokens["bob"])
        assert await poll(company.tokens["bob"], {"positions": positions, "wait": 0.2}) == (
            200,
            {"id": 0, "states": [], "type": "inbox.page"},
        )


async def test_charlie_is_not_woken_and_told_that_the_group_is_not_his(company):
    async with door():
        own = await positions_of(company.tokens["charlie"])
        assert str(company.group) not in own
        request = await Request(company.tokens["charlie"], {"positions": own, "wait": 20}).start()
        await asyncio.sleep(0.2)
        await sync_to_async(send)(company.scene.alice, company.group, "secret")
        assert await request.communicator.receive_nothing(0.5)
        request.communicator.future.cancel()
        status, page = await poll(company.tokens["charlie"], {"positions": {**own, str(company.group): 1}})
        assert (status, page["gone"], page["states"]) == (200, [company.group], [])


async def test_many_parked_polls_hold_no_thread(company, monkeypatch):
    monkeypatch.setattr(polling, "MAX_PARKED", 1_000)
    async with door() as sockets:
        positions = await positions_of(company.tokens["bob"])
        before = threading.active_count()
        requests = [
            await Request(company.tokens["bob"], {"positions": positions, "wait": 30}).start() for _ in range(200)
        ]
        await until(lambda: len(sockets.gateway.peers) == 200)
        await asyncio.sleep(0.3)
        assert threading.active_count() <= before + 4
        await sync_to_async(send)(company.scene.alice, company.group, "all of you")
        answers = await asyncio.gather(*(each.answer() for each in requests))
        assert {status for status, _ in answers} == {200}
        assert sockets.gateway.peers == {}


async def test_a_client_that_goes_away_leaves_nothing_behind(company):
    async with door() as sockets:
        positions = await positions_of(company.tokens["bob"])
        request = await Request(company.tokens["bob"], {"positions": positions, "wait": 30}).start()
        await until(lambda: sockets.gateway.peers)
        await request.communicator.send_input({"type": "http.disconnect"})
        await asyncio.wait_for(request.communicator.future, PATIENCE)
        assert sockets.gateway.peers == {}
        assert sockets.gateway.hub.topics == {}


async def test_polls_of_one_user_are_bounded(company, monkeypatch):
    monkeypatch.setattr(polling, "MAX_PARKED", 1)
    async with door() as sockets:
        positions = await positions_of(company.tokens["bob"])
        first = await Request(company.tokens["bob"], {"positions": positions, "wait": 30}).start()
        await until(lambda: sockets.gateway.hub.topics)
        status, problem = await poll(company.tokens["bob"], {"positions": positions, "wait": 30})
        assert (status, problem["code"]) == (429, "rate_limited")
        first.communicator.future.cancel()


async def test_a_poll_of_a_device_that_is_signed_out_ends(company, monkeypatch):
    monkeypatch.setattr(gateway, "REVOKED_SECONDS", 0.05)
    async with door():
        positions = await positions_of(company.tokens["bob"])
        request = await Request(company.tokens["bob"], {"positions": positions, "wait": 30}).start()
        await asyncio.sleep(0.2)
        await sync_to_async(Device.objects.filter(user=company.user("bob")).update)(revoked_at=timezone.now())
        status, problem = await request.answer()
        assert (status, problem["code"]) == (401, "device_revoked")


@pytest.mark.parametrize(("mark", "code"), [("revoked_at", "device_revoked"), ("expires_at", "token_expired")])
async def test_a_poll_ends_with_its_token(company, monkeypatch, mark, code):
    monkeypatch.setattr(gateway, "REVOKED_SECONDS", 0.05)
    async with door():
        positions = await positions_of(company.tokens["bob"])
        request = await Request(company.tokens["bob"], {"positions": positions, "wait": 30}).start()
        await asyncio.sleep(0.2)
        await sync_to_async(Token.objects.filter(device__user=company.user("bob")).update)(**{mark: timezone.now()})
        status, problem = await request.answer()
        assert (status, problem["code"]) == (401, code)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "invalid"),
        (b'{"positions": {"x": 1}}', "invalid"),
        (b'{"wait": 500}', "invalid"),
        (b'{"nonsense": 1}', "invalid"),
        (b" " * 200_001, "too_large"),
    ],
)
async def test_a_wrong_request_is_told_why(company, body, code):
    async with door():
        status, problem = await poll(company.tokens["bob"], body)
        assert (status, problem["code"]) == (400, code)


async def test_nobody_gets_401_and_another_method_405(company):
    async with door():
        assert (await poll("", {}))[0] == 401
        assert (await poll(company.tokens["bob"], b"", method="GET"))[0] == 405


async def test_a_foreign_page_with_the_cookie_is_refused(company):
    async with door():
        headers = ((b"cookie", b"sessionid=abc"), (b"host", b"parley.example"), (b"origin", b"http://evil.example"))
        status, problem = await poll("", {}, headers=headers)
        assert (status, problem["code"]) == (403, "origin_refused")
