"""A sandbox as an app's author uses it: kits as they are published, against faults that were asked for."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from asgiref.testing import ApplicationCommunicator
from parley_sdk import Client, MessageCreated
from parley_sdk.apps.bot import Bot
from slack_sdk import WebClient
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from imsite.sandbox.faults import Fault, Faults
from openplatform.tests.endpoints import Endpoint
from tests import template

ROOT = Path(__file__).resolve().parent.parent.parent


async def nothing(scope, receive, send):
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def ask(faults, method, path, body=b""):
    asked = ApplicationCommunicator(faults, {"type": "http", "method": method, "path": path})
    await asked.send_input({"type": "http.request", "body": body})
    start, end = await asked.receive_output(5), await asked.receive_output(5)
    return start["status"], dict(start["headers"]), json.loads(end["body"] or b"null")


async def test_a_fault_happens_as_often_as_it_was_asked_for_and_where():
    faults = Faults(nothing, {"url": "here"})
    wanted = [
        {"kind": "too_fast", "match": "POST /api/v1/*", "times": 2, "seconds": 3},
        {"kind": "away", "match": "GET /slack/*"},
    ]
    assert (await ask(faults, "PUT", "/sandbox/faults", json.dumps(wanted).encode()))[0] == 200
    assert (await ask(faults, "GET", "/api/v1/me"))[0] == 204
    for _ in range(2):
        status, headers, problem = await ask(faults, "POST", "/api/v1/tokens")
        assert (status, headers[b"retry-after"], problem["code"]) == (429, b"3", "rate_limited")
    assert (await ask(faults, "POST", "/api/v1/tokens"))[0] == 204
    assert (await ask(faults, "GET", "/slack/api/api.test"))[2] == {"ok": False, "error": "service_unavailable"}
    assert (await ask(faults, "GET", "/sandbox/faults"))[2] == []
    assert (await ask(faults, "GET", "/sandbox/"))[2] == {"url": "here"}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"7", b"[1]", b'[{"kind": "fire"}]', b'[{"kind": "slow", "seconds": 999}]']
)
async def test_what_is_no_fault_is_refused_and_changes_nothing(body):
    faults = Faults(nothing, waiting=[Fault("away")])
    status, _, told = await ask(faults, "PUT", "/sandbox/faults", body)
    assert (status, list(told)) == (400, ["problem"])
    assert faults.waiting == [Fault("away")]


@pytest.fixture
def sandbox(tmp_path):
    template.copy_sqlite(tmp_path / "empty.sqlite3")
    endpoint = Endpoint()
    command = [sys.executable, "-m", "imsite.sandbox", "--database", str(tmp_path / "empty.sqlite3")]
    process = subprocess.Popen([*command, "--app-url", endpoint.url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(process.stdout.readline())
        endpoint.secret = told["events"]["secret"]
        yield told, endpoint
    finally:
        process.terminate()
        process.wait(30)
        endpoint.close()


async def until(holds):
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 - an endpoint in a thread
            await asyncio.sleep(0.05)


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_kits_come_through_every_fault(sandbox):
    told, endpoint = sandbox
    url, group = told["url"], told["group"]

    async def put(*faults):
        async with httpx.AsyncClient() as http:
            assert (await http.put(f"{url}/sandbox/faults", json=list(faults))).status_code == 200

    await put(
        {"kind": "too_fast", "match": "POST /slack/api/chat.*"},
        {"kind": "slow", "match": "POST /slack/*", "seconds": 0.2},
    )
    slack = WebClient(
        "xoxb-" + told["app"]["token"], base_url=f"{url}/slack/api/", retry_handlers=[RateLimitErrorRetryHandler()]
    )
    assert (await asyncio.to_thread(slack.chat_postMessage, channel=f"C{group:010d}", text="from Slack's kit"))["ok"]
    await put(
        {"kind": "away", "match": "POST /api/v1/*", "times": 2}, {"kind": "twice", "match": "EVENT message.created"}
    )
    bot = Bot(url, told["people"]["alice"]["token"])
    await asyncio.to_thread(bot.say, group, "hello")
    await until(lambda: endpoint.texts() == ["hello", "hello"])
    assert len({each["id"] for each in endpoint.got if each["type"] == "message.created"}) == 1
    heard = []
    async with Client(url, token=told["people"]["bob"]["token"]) as client:

        async def hear():
            async for event in client.events(MessageCreated):
                heard.append(event.body.get("text"))

        hearing = asyncio.create_task(hear())
        await put({"kind": "drop", "match": "SOCKET /ws/*"}, {"kind": "twice", "match": "SOCKET /ws/*", "times": 3})
        for text in ("one", "two", "three"):
            await asyncio.to_thread(bot.say, group, text)
        await until(lambda: heard[-3:] == ["one", "two", "three"])
        hearing.cancel()
    assert len(heard) == len(set(heard))
