"""Bolt, unmodified, is told of events by a running server: over HTTP with its signature, and over Socket Mode by each of its
transports in Python and by Node's."""

import asyncio
import json
import random
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler as AiohttpHandler
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler as WebsocketsHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk import WebClient
from slack_sdk.web.async_client import AsyncWebClient
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.callers import Person
from tests.gateways import Deployment
from tests.interop import node_programs
from tests.interop.bolt_app import Seen, Served, listen, listen_async

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
#: An address of this machine that no other run has; the port is one that events may be posted to.
HOST, PORT = f"127.{random.randint(1, 254)}.{random.randint(1, 254)}.{random.randint(1, 254)}", 8443
LIFE = 8


class Workspace:
    """A running server with its worker, and Alice and Bob."""

    def __init__(self) -> None:
        self.deployment = Deployment(
            2,
            PARLEY_EMBEDDED_WORKER="1",
            PARLEY_WEBHOOK_NETWORKS="127.0.0.0/8",
            PARLEY_WEBHOOK_PLAIN="1",
            PARLEY_SLACK_SOCKET_SECONDS=str(LIFE),
        )
        self.base = f"{self.deployment.url()}/slack/api/"
        self.alice, self.bob = Person(self.deployment, 0), Person(self.deployment, 1)


class Installed:
    """One app of Alice's in a group of hers and Bob's, subscribed to events in Slack's words."""

    def __init__(self, workspace: Workspace, url: str = "") -> None:
        self.workspace = workspace
        made = workspace.deployment.run("app", url or "socket:", "tests.interop.slack_setup")
        self.facts: dict[str, Any] = json.loads(made)
        self.place = f"/api/v1/conversations/{self.facts['group']}"
        self.token: str = self.facts["token"]
        subscribed = workspace.alice.http.post(
            f"/api/v1/apps/{self.facts['app']}/subscriptions",
            json={"url": url, "types": ["message.created"], "signature": "slack"},
        )
        assert subscribed.status_code == 201, subscribed.text
        self.subscription, self.secret = subscribed.json()["subscription"]["id"], subscribed.json()["secret"]
        assert self.secret == self.facts["secret"]  # Bolt knows one signing secret

    @property
    def app_token(self) -> str:
        return self.token.replace("xoxb-", "xapp-")

    def say(self, text: str, *mentions: int) -> None:
        sent = self.workspace.bob.http.post(
            f"/api/v1/conversations/{self.facts['group']}/messages",
            json={"body": {"text": text}, "mentions": list(mentions)},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        assert sent.status_code == 201, sent.text

    def ask(self, method: str, address: str, **body: Any) -> Any:
        """As Bob."""
        answer = self.workspace.bob.http.request(method, address, json=body or None)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def use(self, seen: Seen) -> None:
        """Bob uses the app's command, its card and its dialog."""
        told = self.ask("POST", f"{self.place}/commands", text=f"/deploy{self.facts['app']} prod")
        assert told["text"] == "deploying prod"
        seen.wait_for("prod")
        heard = self.ask("GET", f"{self.place}/whispers")["whispers"]
        assert heard[-1]["body"] == {"text": "for you alone"}
        card = self.ask("GET", f"{self.place}/messages")["events"][-1]
        self.ask("POST", f"{self.place}/messages/{card['seq']}/actions", action="go")
        with seen.came:
            assert seen.came.wait_for(lambda: "action" in seen.kinds, 30)
            modal = int(seen.texts[seen.kinds.index("action")][1:])
        assert self.ask("GET", f"{self.place}/messages")["events"][-1]["body"]["title"] == "pressed"
        refused = self.ask("POST", f"/api/v1/modals/{modal}/submission", values={"why": "no"})
        assert refused["errors"] == {"why": "Say more"}
        self.ask("POST", f"/api/v1/modals/{modal}/submission", values={"why": "because"})
        seen.wait_for("ticket 7: because")

    def wait_for_answer(self, text: str) -> None:
        until = time.monotonic() + 30
        while time.monotonic() < until:
            page = self.workspace.bob.http.get(f"/api/v1/conversations/{self.facts['group']}/messages").json()
            if any(each.get("body") == {"text": f"hi to {text}"} and each["thread_root"] for each in page["events"]):
                return
            time.sleep(0.1)
        raise AssertionError(f"nobody greeted {text}")


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    started = Workspace()
    yield started
    started.deployment.close()


@pytest.fixture(scope="module")
def linked(workspace: Workspace) -> Installed:
    """One without an address: Socket Mode."""
    return Installed(workspace)


def test_bolt_over_http_is_told_signed_in_order_and_refuses_another_signature(workspace: Workspace):
    served = Served(HOST, PORT, "", workspace.base)
    try:
        installed = Installed(workspace, served.url)
        served._token = installed.token
        served.trust(installed.secret)
        verify = f"/api/v1/subscriptions/{installed.subscription}/verify"
        assert workspace.alice.http.post(verify).status_code == 200
        installed.say("hello 你好 <&>")
        served.seen.wait_for("hello 你好 &lt;&amp;&gt;")
        installed.wait_for_answer("hello 你好 <&>")
        installed.say("@Build bot go", installed.facts["bot"])
        go = f"<@U{installed.facts['bot']:010d}> go"
        served.seen.wait_for(go)
        with served.seen.came:
            served.seen.came.wait_for(lambda: "app_mention" in served.seen.kinds, 10)
        assert served.seen.texts[-2:] == [go, go]
        assert served.seen.kinds[-2:] == ["message", "app_mention"]
        installed.use(served.seen)
        assert set(served.answers) == {200}
        served.trust("whsec_" + "A" * 44)
        assert workspace.alice.http.post(verify).status_code == 409
        assert served.answers[-1] == 401
    finally:
        served.close()


def test_the_builtin_transport_goes_on_when_it_is_asked_to_come_anew(workspace: Workspace, linked: Installed):
    seen = Seen()
    app = App(client=WebClient(linked.token, base_url=workspace.base), token_verification_enabled=True)
    listen(app, seen)
    handler = SocketModeHandler(app, app_token=linked.app_token)
    handler.connect()
    try:
        first = handler.client.wss_uri
        linked.say("hello builtin")
        linked.wait_for_answer("hello builtin")
        linked.use(seen)
        told = 0
        until = time.monotonic() + LIFE + 4
        while time.monotonic() < until:  # across warning, refresh and the new socket
            linked.say(f"tick {told}")
            told += 1
            time.sleep(0.5)
        seen.wait_for(f"tick {told - 1}")
        assert handler.client.wss_uri != first
        ticks = list(dict.fromkeys(each for each in seen.texts if each.startswith("tick ")))
        assert ticks == [f"tick {number}" for number in range(told)]
    finally:
        handler.close()


@pytest.mark.parametrize("transport", [WebsocketsHandler, AiohttpHandler], ids=["websockets", "aiohttp"])
async def test_the_asynchronous_transports(workspace: Workspace, linked: Installed, transport: Any):
    seen = Seen()
    app = AsyncApp(client=AsyncWebClient(linked.token, base_url=workspace.base))
    listen_async(app, seen)
    handler = transport(app, app_token=linked.app_token)
    await handler.connect_async()
    try:
        text = f"hello {transport.__module__}"
        await asyncio.to_thread(linked.say, text)
        await asyncio.to_thread(linked.wait_for_answer, text)
    finally:
        await handler.close_async()


def test_nodes_bolt(workspace: Workspace, linked: Installed):
    process = node_programs.start("bolt", workspace.base, linked.token)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        linked.say("hello node")
        linked.wait_for_answer("hello node")
        # Asked to come anew, Node's client is away for some seconds: then nobody answers, and Bob asks again.
        for _ in range(6):
            text = {"text": f"/deploy{linked.facts['app']} prod"}
            told = workspace.bob.http.post(f"{linked.place}/commands", json=text)
            if told.status_code != 409:
                break
        assert told.json()["text"] == "node deploys prod"
    finally:
        process.kill()
        process.wait()


def test_a_ticket_opens_one_socket(workspace: Workspace, linked: Installed):
    url = WebClient(linked.token, base_url=workspace.base).apps_connections_open(app_token=linked.app_token)["url"]
    with connect(url) as socket:
        assert json.loads(socket.recv(10))["type"] == "hello"
        with pytest.raises(InvalidStatus):
            connect(url)
