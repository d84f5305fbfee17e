"""Who is put out is out within the promised 5 s, an app that is suspended or a token that leaked: requests at once, live
sockets by the gateways' look.
"""

import time

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.utils import timezone

from accounts.authentication import digest
from accounts.models import Token
from accounts.services import devices, leaks, tokens
from chat.realtime.tests.sockets import Socket, door
from openplatform.services import apps, installations
from openplatform.tests.factories import Company
from protocol.errors import CloseCode
from protocol.frames import InboxSync, PeopleGet, Ping
from protocol.replies import Failed, PongReply, Welcome

pytestmark = pytest.mark.django_db(transaction=True)
#: Seconds that suspension may take.
PROMISED = 5.0


@pytest.fixture
def company(db):
    return Company()


@pytest.mark.parametrize("how", ["suspend", "uninstall"])
async def test_its_socket_is_cut_in_time_and_its_requests_at_once(company, how):
    installed, raw = await sync_to_async(company.installed)(("socket:connect", "messages:read"))
    headers = {"Authorization": f"Bearer {raw}"}
    async with door() as sockets:
        bot = await sockets.open(raw)
        assert isinstance(await bot.ask(Ping), PongReply)
        assert (await sync_to_async(Client().get)("/api/v1/me", headers=headers)).status_code == 200
        began = time.monotonic()
        if how == "suspend":
            await sync_to_async(apps.suspend)(actor=company.admin, app=installed.app_id, reason="Leaked")
        else:
            await sync_to_async(installations.uninstall)(actor=company.admin, app=installed.app_id)
        assert (await sync_to_async(Client().get)("/api/v1/me", headers=headers)).status_code == 401
        assert await bot.until_closed() == CloseCode.DEVICE_REVOKED
        assert time.monotonic() - began < PROMISED


async def test_a_list_of_a_thousand_leaked_tokens_is_dead_in_time_with_its_sockets(company):
    def leak() -> list[str]:
        raws = [tokens.generate() for _ in range(1_000)]
        mine = devices.register(user=company.alice, platform="sdk", name="Kit")
        Token.objects.bulk_create(Token(device=mine, digest=digest(each), created_at=timezone.now()) for each in raws)
        return raws

    raws = await sync_to_async(leak)()
    async with door() as sockets:
        thief = await sockets.open(raws[0])
        began = time.monotonic()
        found = await sync_to_async(leaks.find)("\n".join(f"line {at}: {each}" for at, each in enumerate(raws)))
        assert await sync_to_async(leaks.revoke)(actor=company.admin, leaked=found) == 1_000
        headers = {"Authorization": f"Bearer {raws[-1]}"}
        assert (await sync_to_async(Client().get)("/api/v1/me", headers=headers)).status_code == 401
        assert await thief.until_closed() == CloseCode.DEVICE_REVOKED
        assert time.monotonic() - began < PROMISED


async def test_a_restored_app_comes_in_with_the_token_it_had(company):
    installed, raw = await sync_to_async(company.installed)(("socket:connect",))
    await sync_to_async(apps.suspend)(actor=company.admin, app=installed.app_id, reason="Leaked")
    async with door():
        refused = Socket()
        await refused.connect()
        answer = await refused.hello(raw)
        assert isinstance(answer, Failed)
        assert (answer.error, answer.details["rule"]) == ("device_revoked", "app_suspended")
        await sync_to_async(apps.restore)(actor=company.admin, app=installed.app_id)
        again = Socket()
        await again.connect()
        assert isinstance(await again.hello(raw), Welcome)


async def test_a_socket_wants_its_scope_and_each_frame_its_own(company):
    _, raw = await sync_to_async(company.installed)(("socket:connect", "users:read"))
    async with door() as sockets:
        bot = await sockets.open(raw)
        failed = await bot.ask(InboxSync)
        assert isinstance(failed, Failed)
        assert (failed.error, failed.details) == ("not_allowed", {"rule": "scope", "scope": "messages:read"})
        assert not isinstance(await bot.ask(PeopleGet, users=[company.alice.pk]), Failed)


async def test_without_the_scope_there_is_no_socket(company):
    _, raw = await sync_to_async(company.installed)(("messages:read",))
    async with door():
        socket = Socket()
        await socket.connect()
        failed = await socket.hello(raw)
        assert isinstance(failed, Failed)
        assert failed.details == {"rule": "scope", "scope": "socket:connect"}
