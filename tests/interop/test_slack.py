"""Slack's own clients, unmodified, call a running server: Python's, synchronous and asynchronous, and Node's."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.callers import Person
from tests.gateways import Deployment
from tests.interop import node_programs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


class Workspace:
    """A running server with a Slack app in a group of Alice and Bob."""

    def __init__(self) -> None:
        # Daphne: the server that writes header names its own way.
        self.deployment = Deployment(2, server="daphne")
        self.facts: dict[str, Any] = json.loads(self.deployment.run("app", "socket:", "tests.interop.slack_setup"))
        self.base = f"{self.deployment.url()}/slack/api/"
        self.channel: str = self.facts["channel"]
        self.bob = Person(self.deployment, 1)

    def client(self, **more: Any) -> WebClient:
        return WebClient(self.facts["token"], base_url=self.base, **more)

    def last(self) -> dict[str, Any]:
        page = self.bob.http.get(f"/api/v1/conversations/{self.facts['group']}/messages")
        found: dict[str, Any] = page.json()["events"][-1]
        return found


@pytest.fixture(scope="module")
def workspace() -> Iterator[Workspace]:
    started = Workspace()
    yield started
    started.deployment.close()


def test_a_bot_knows_itself_and_its_scopes_by_headers_in_lower_case(workspace: Workspace):
    answer = workspace.client().auth_test()
    assert (answer["bot_id"][1:], answer["user"]) == (answer["user_id"][1:], "build-bot-bot")
    # Not a mapping that forgives: these letters or none.
    assert "chat:write" in dict(answer.headers)["x-oauth-scopes"].split(",")


def test_a_message_lives(workspace: Workspace):
    client = workspace.client()
    posted = client.chat_postMessage(channel="#project-apollo", text=f"*Hi* <@{workspace.facts['bob']}> 你好")
    assert workspace.last()["body"] == {"text": "**Hi** @Bob 你好"}
    at: dict[str, Any] = {"channel": posted["channel"], "ts": posted["ts"]}
    assert client.chat_update(**at, text="changed")["text"] == "changed"
    client.reactions_add(channel=at["channel"], timestamp=at["ts"], name="thumbsup")
    reply = client.chat_postMessage(channel=at["channel"], thread_ts=at["ts"], text="reply")
    thread = client.conversations_replies(**at)["messages"]
    assert [each["text"] for each in thread] == ["changed", "reply"]
    assert thread[0]["reactions"][0]["name"] == "+1"
    assert client.chat_getPermalink(channel=at["channel"], message_ts=at["ts"])["permalink"].endswith(
        f"/{int(at['ts'].partition('.')[2])}"
    )
    client.chat_delete(channel=at["channel"], ts=reply["ts"])
    with pytest.raises(SlackApiError, match="message_not_found"):
        client.chat_update(channel=at["channel"], ts=reply["ts"], text="x")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*green*"}}]
    assert client.chat_postMessage(channel=at["channel"], text="Build", blocks=blocks)["message"]["blocks"]
    assert workspace.last()["kind"] == "card"


def test_what_is_for_later_is_kept_listed_and_taken_back_and_search_answers(workspace: Workspace):
    client = workspace.client()
    channel, at = client.chat_postMessage(channel="#project-apollo", text="now")["channel"], int(time.time()) + 3600
    kept = client.chat_scheduleMessage(channel=channel, text="in an hour", post_at=at)
    assert (kept["channel"], kept["post_at"]) == (channel, at)
    listed = client.chat_scheduledMessages_list(channel=channel)["scheduled_messages"]
    assert [(each["id"], each["text"]) for each in listed] == [(kept["scheduled_message_id"], "in an hour")]
    client.chat_deleteScheduledMessage(channel=channel, scheduled_message_id=kept["scheduled_message_id"])
    assert client.chat_scheduledMessages_list()["scheduled_messages"] == []
    found = client.search_messages(query="apollo")
    assert found["messages"]["matches"] == []  # this server runs no worker that would index anything


def test_pages_are_walked_to_their_end(workspace: Workspace):
    client = workspace.client()
    for number in range(5):
        client.chat_postMessage(channel=workspace.channel, text=f"page {number}")
    texts = [
        each["text"]
        for page in client.conversations_history(channel=workspace.channel, limit=2)
        for each in page["messages"]
    ]
    assert texts[:5] == [f"page {number}" for number in (4, 3, 2, 1, 0)]
    names = [each["name"] for page in client.users_list(limit=1) for each in page["members"]]
    assert {"alice", "bob", "build-bot-bot"} <= set(names)
    assert len(names) == len(set(names))
    members = [
        each for page in client.conversations_members(channel=workspace.channel, limit=1) for each in page["members"]
    ]
    assert len(members) == 3
    assert [each["name"] for page in client.conversations_list(limit=1) for each in page["channels"]] == [
        "project-apollo"
    ]


def test_files_go_up_and_come_down(workspace: Workspace):
    client, content = workspace.client(), b"a=1&%zz;\x00\xff" * 400_000  # 4 MB that look like a form and are none
    done = client.files_upload_v2(
        channel=workspace.channel, content=content, filename="report.bin", title="Report", initial_comment="see"
    )
    body = workspace.last()["body"]
    assert (body["name"], body["size"], body["caption"]) == ("report.bin", len(content), "see")
    got = workspace.bob.http.get(f"/api/v1/files/{body['file']}")
    assert got.content == content
    assert client.files_info(file=done["file"]["id"])["file"]["size"] == len(content)
    client.files_delete(file=done["file"]["id"])
    assert workspace.bob.http.get(f"/api/v1/files/{body['file']}").status_code == 404


def test_a_client_that_is_too_fast_waits_as_it_is_told(workspace: Workspace):
    client, slowed = workspace.client(), None
    for _ in range(100):  # each of these takes five tokens, so that a slow machine is too fast as well
        with pytest.raises(SlackApiError) as refused:
            client.files_completeUploadExternal(files=[{"id": "F1"}])
        slowed = refused.value.response
        if slowed["error"] != "file_not_found":
            break
    assert slowed is not None
    assert (slowed["error"], slowed.status_code) == ("ratelimited", 429)
    assert int(slowed.headers["Retry-After"]) >= 1
    client.retry_handlers.append(RateLimitErrorRetryHandler(max_retry_count=3))
    with pytest.raises(SlackApiError, match="file_not_found"):
        client.files_completeUploadExternal(files=[{"id": "F1"}])


async def test_the_asynchronous_client_puts_everything_into_the_query(workspace: Workspace):
    client = AsyncWebClient(workspace.facts["token"], base_url=workspace.base)
    posted = await client.chat_postMessage(channel=workspace.channel, text="async 异步")
    assert workspace.last()["body"] == {"text": "async 异步"}
    pages = await client.conversations_history(channel=workspace.channel, limit=1)
    assert pages["messages"][0]["ts"] == posted["ts"]
    opened = await client.conversations_open(users=[workspace.facts["bob"]])
    assert opened["channel"]["is_im"]
    await client.files_upload_v2(channel=workspace.channel, content="words", filename="words.txt")
    assert workspace.last()["body"]["name"] == "words.txt"
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await client.conversations_info(channel="C0000099999")


def test_nodes_client_sends_json_inside_of_forms(workspace: Workspace):
    facts = workspace.facts
    said = json.loads(node_programs.run("web", workspace.base, facts["token"], workspace.channel, facts["bob"]))
    assert said["bot"] == f"B{facts['bot']:010d}"
    assert "chat:write" in said["scopes"]
    assert (said["blocks"], said["members"], said["size"]) == (2, 3, 9000)
    assert (said["texts"], said["refused"]) == (["", "changed by node"], "channel_not_found")
