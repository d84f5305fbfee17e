"""Unmodified senders of Slack, Mattermost and Rocket.Chat post at a running server, and what they say is there."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from apprise import Apprise, NotifyType
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.webhook import WebhookClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.callers import Person
from tests.gateways import Deployment
from tests.interop.detour import Detour

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Hook:
    """A webhook of Alice's in a group with Bob, and what was said there."""

    def __init__(self, deployment: Deployment) -> None:
        self.alice, bob = Person(deployment, 0), Person(deployment, 1)
        self.port = deployment.ports[0]
        self.group = self.alice.group(bob)
        made = self.alice.http.post(f"/api/v1/conversations/{self.group}/webhooks", json={"name": "Builds"})
        assert made.status_code == 201, made.text
        self.urls = made.json()
        self.bot = self.urls["webhook"]["bot"]

    def last(self) -> dict[str, Any]:
        page: httpx.Response = self.alice.http.get(f"/api/v1/conversations/{self.group}/messages")
        found: dict[str, Any] = page.json()["events"][-1]
        assert found["sender"] == self.bot
        return found


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def deployment(request: pytest.FixtureRequest) -> Iterator[Deployment]:
    started = Deployment(2, server=request.param, hosts="hooks.slack.com")
    yield started
    started.close()


@pytest.fixture
def hook(deployment: Deployment) -> Hook:
    return Hook(deployment)


def test_slack_sdk_posts_text_blocks_and_attachments(hook: Hook):
    client = WebhookClient(hook.urls["slack_url"])
    answer = client.send(text="*Deployed* <https://ci.example/7|build 7> 部署完成")
    assert (answer.status_code, answer.body) == (200, "ok")
    assert hook.last()["body"] == {"text": "**Deployed** [build 7](https://ci.example/7) 部署完成"}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Build 7"}},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*green*"}},
    ]
    assert client.send(text="fallback", blocks=blocks).body == "ok"
    card = hook.last()
    assert (card["kind"], card["body"]["title"], card["body"]["fallback"]) == ("card", "Build 7", "fallback")
    assert client.send(attachments=[{"color": "good", "title": "Seven", "text": "fine"}]).body == "ok"
    assert hook.last()["body"]["color"] == "green"


def test_slack_sdk_reads_why_it_was_refused(hook: Hook):
    refused = WebhookClient(hook.urls["slack_url"]).send(text="")
    assert (refused.status_code, refused.body) == (400, "no_text")
    unknown = WebhookClient(hook.urls["slack_url"] + "x").send(text="hello")
    assert (unknown.status_code, unknown.body) == (404, "no_service")


async def test_slack_sdk_async_posts(hook: Hook):
    answer = await AsyncWebhookClient(hook.urls["slack_url"]).send(text="async")
    assert (answer.status_code, answer.body) == (200, "ok")
    assert hook.last()["body"] == {"text": "async"}


def test_slack_sdk_waits_as_it_is_told_and_loses_nothing(hook: Hook):
    client = WebhookClient(hook.urls["slack_url"])
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    answers = [client.send(text=f"message {number}") for number in range(63)]
    assert [each.status_code for each in answers] == [200] * 63
    assert hook.last()["body"] == {"text": "message 62"}


def test_apprise_posts_as_to_mattermost(hook: Hook):
    secret = hook.urls["url"].rsplit("/", 1)[1]
    sender = Apprise()
    assert sender.add(f"mmost://127.0.0.1:{hook.port}/{secret}")
    assert sender.notify(title="Disk full", body="db-1 at 98 %", notify_type=NotifyType.WARNING)
    assert "db-1 at 98 %" in json.dumps(hook.last()["body"])
    wrong = Apprise()
    wrong.add(f"mmost://127.0.0.1:{hook.port}/{'x' * 24}")
    assert not wrong.notify(body="hello")


def test_apprise_posts_as_to_rocket_chat(hook: Hook):
    number, secret = hook.urls["rocket_url"].rsplit("/", 2)[1:]
    sender = Apprise()
    assert sender.add(f"rocket://{number}%2F{secret}@127.0.0.1:{hook.port}/#general?mode=webhook")
    assert sender.notify(title="Disk full", body="db-2 at 98 %", notify_type=NotifyType.FAILURE)
    assert "db-2 at 98 %" in json.dumps(hook.last()["body"])


APPRISE = """
import sys
from apprise import Apprise
sender = Apprise()
assert sender.add(sys.argv[1]), "that address is none"
sys.exit(0 if sender.notify(title="Disk full", body=sys.argv[2]) else 1)
"""


def test_apprise_posts_as_to_slack_which_it_knows_under_one_name_only(hook: Hook, tmp_path: Path):
    detour = Detour(tmp_path, ["hooks.slack.com"], hook.port)
    try:
        team, number, secret = hook.urls["slack_url"].rsplit("/", 3)[1:]
        command = [sys.executable, "-c", APPRISE, f"slack://{team}/{number}/{secret}/#general", "db-3 at 98 %"]
        environment = {**os.environ, **detour.environment}
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=120)
    finally:
        detour.close()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "db-3 at 98 %" in json.dumps(hook.last()["body"])
