"""The door of Slack's dialect: arguments from everywhere, its words for what is wrong, headers, limits, uploads."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client

from accounts.services import devices
from accounts.tests.factories import sign_in
from chat.models import Entry
from openplatform.dialects import ids
from openplatform.services import apps
from openplatform.slack import door, transfers
from openplatform.tests.slack_stage import Workspace


@pytest.fixture
def there(db: None) -> Workspace:
    return Workspace()


FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def test_arguments_come_from_query_form_and_json_and_the_token_with_them(there: Workspace):
    whom = {
        "ok": True,
        "user_id": ids.spell("U", there.bot),
        "bot_id": ids.spell("B", there.bot),
        "team_id": "T0000000001",
    }
    answers = [
        there.post("auth.test", "", token=there.token, kind=JSON),
        there.post("auth.test", {}, token=there.token),
        there.post("auth.test", {"token": there.token}),
        there.post("auth.test", {"token": there.token}, kind=JSON),
        there.post("auth.test", "", query=f"?token={there.token}", kind=JSON),
        there.client.get("/slack/api/auth.test", headers={"Authorization": f"bearer {there.raw}"}),
        there.client.get("/slack/api/auth.test/", headers={"Authorization": f"Bearer {there.token}"}),
    ]
    for each in answers:
        assert each.status_code == 200
        assert {name: each.json()[name] for name in whom} == whom
    for kind, sent in ((FORM, "text=hi"), (JSON, '{"text": "hi"}')):
        said = there.post("chat.postMessage", sent, token=there.token, kind=kind, query=f"?channel={there.channel}")
        assert said.json()["message"]["text"] == "hi", said.content


def test_a_person_is_no_bot(there: Workspace):
    found = there.call("auth.test", there.outsider())
    assert found["user"] == "charlie"
    assert "bot_id" not in found


@pytest.mark.parametrize(
    ("sent", "kind", "word"),
    [
        ("{", JSON, "invalid_json"),
        ("[1]", JSON, "json_not_object"),
        ("[" * 100_000, JSON, "invalid_json"),
        ('{"text": {"a": 1}}', JSON, "invalid_arguments"),
        ("x" * 600_000, JSON, "request_too_large"),
        ("channel=C1", FORM, "no_text"),
        ('{"text": "x", "blocks": "["}', JSON, "invalid_blocks"),
        ('{"text": "x", "blocks": [1]}', JSON, "invalid_blocks"),
        ('{"text": "x", "channel": "C0000000001\\u0000"}', JSON, "channel_not_found"),
    ],
)
def test_what_cannot_be_read_is_refused_in_slacks_words(there: Workspace, sent: str, kind: str, word: str):
    answer = there.post("chat.postMessage", sent, token=there.token, kind=kind)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    assert {name: answer.json()[name] for name in ("ok", "error")} == {"ok": False, "error": word}


def test_who_is_nobody_is_told_why(there: Workspace):
    def word(**sent: Any) -> str:
        return str(there.post("auth.test", {}, **sent).json()["error"])

    assert word() == "not_authed"
    assert word(token="xoxb-nonsense") == "invalid_auth"
    assert there.call("conversations.create")["error"] == "invalid_name_required"
    apps.suspend(actor=there.company.admin, app=there.app.pk, reason="leak")
    assert word(token=there.token) == "access_denied"
    apps.restore(actor=there.company.admin, app=there.app.pk)
    assert there.call("auth.revoke", test="1") == {"ok": True, "revoked": False}
    assert there.call("auth.revoke")["revoked"]
    assert word(token=there.token) == "token_revoked"


def test_a_browsers_session_is_nobody_here(there: Workspace):
    browser = Client()
    sign_in(browser, there.company.alice)
    assert browser.post("/slack/api/auth.test").json()["error"] == "not_authed"


def test_scopes_are_told_in_lower_case(there: Workspace):
    answer = there.post("chat.postMessage", {"channel": there.channel, "text": "x"}, token=there.token)
    names = [name for name, _ in answer.items()]
    assert {"x-oauth-scopes", "x-accepted-oauth-scopes"} <= set(names)
    assert {"chat:write", "channels:read"} <= set(answer["x-oauth-scopes"].split(","))
    assert "chat:write" in answer["x-accepted-oauth-scopes"]


def test_too_fast_is_429_with_whole_seconds_and_shares_the_bucket_of_our_own_door(there: Workspace, settings: Any):
    settings.OPENPLATFORM = {"app_rate": 0.5, "app_burst": 2}
    send = {"channel": there.channel, "text": "x"}
    ours = there.client.post(
        f"/api/v1/conversations/{there.group}/messages",
        json.dumps({"body": {"text": "ours"}}),
        content_type=JSON,
        headers={"Authorization": f"Bearer {there.raw}"},
    )
    assert ours.status_code == 201
    assert there.post("chat.postMessage", send, token=there.token).status_code == 200
    slow = there.post("chat.postMessage", send, token=there.token)
    assert (slow.status_code, slow.json()) == (429, {"ok": False, "error": "ratelimited"})
    assert int(slow["Retry-After"]) >= 1
    assert all(there.post("auth.test", {}, token=there.token).status_code == 200 for _ in range(10))


def test_nothing_under_slack_is_a_page_or_a_redirect(there: Workspace):
    for address in ("api/no.such", "api/no.such/", "", "nothing", "api", "files/x/y/z"):
        answer = there.client.post(f"/slack/{address}")
        assert answer.json()["error"] == "unknown_method", address
    assert there.client.put("/slack/api/auth.test").json()["error"] == "invalid_http_method"


def test_a_fault_of_ours_tells_nothing_and_an_outage_asks_to_come_again(there: Workspace, monkeypatch: Any):
    def fail(_: Any) -> Any:
        raise problem

    monkeypatch.setitem(door.METHODS, "team.info", door.Method(fail, "", "x", "", public=False, cost=1.0))
    problem: Exception = ValueError("secret")
    assert there.call("team.info") == {"ok": False, "error": "internal_error"}
    problem = OperationalError("down")
    answer = there.post("team.info", {}, token=there.token)
    assert (answer.status_code, answer["Retry-After"], answer.json()["error"]) == (503, "1", "service_unavailable")


def upload(there: Workspace, content: bytes, how: str, name: str = "report.txt") -> Any:
    asked = there.call("files.getUploadURLExternal", filename=name, length=str(len(content)))
    address = asked["upload_url"].removeprefix("http://testserver")
    if how == "multipart":
        sent = there.client.post(address, {"body": SimpleUploadedFile("Untitled", content)})
    else:
        sent = there.client.post(address, content, content_type=how)
    return asked, address, sent


@pytest.mark.parametrize("how", [FORM, "application/octet-stream", "multipart"])
def test_a_file_goes_up_in_each_of_the_three_ways_and_comes_down(there: Workspace, how: str):
    content = b"a=1&b=%zz+;" * 300_000  # 3.3 MB that look like a form
    asked, address, sent = upload(there, content, how)
    assert (sent.status_code, sent.content) == (200, f"OK - {len(content)}".encode())
    assert there.client.post(address, content, content_type=how if "/" in how else FORM).content == b"upload_url_used"
    files = [{"id": asked["file_id"], "title": "Report"}]
    done = there.call("files.completeUploadExternal", files=files, channel_id=there.channel, initial_comment="*see*")
    assert (done["files"][0]["size"], done["files"][0]["title"]) == (len(content), "Report")
    said = Entry.objects.filter(conversation=there.group, kind="file").get()
    assert said.body["caption"] == "**see**"
    shown = there.call("conversations.history", channel=there.channel, limit=1)["messages"][0]
    assert (
        shown["files"][0]["id"]
        == done["files"][0]["id"]
        == there.call("files.list", channel=there.channel)["files"][0]["id"]
    )
    for name in (asked["file_id"], done["files"][0]["id"]):
        assert there.call("files.info", file=name)["file"]["id"] == done["files"][0]["id"]
    where = shown["files"][0]["url_private"].removeprefix("http://testserver")
    got = there.client.get(where, headers={"Authorization": f"Bearer {there.token}"})
    assert b"".join(got.streaming_content) == content
    assert there.client.get(where).status_code == 401
    spy = there.outsider()
    assert there.client.get(where, headers={"Authorization": f"Bearer {spy}"}).status_code == 404
    assert there.call("files.info", spy, file=done["files"][0]["id"])["error"] == "file_not_found"
    assert there.call("files.completeUploadExternal", spy, files=files)["error"] == "file_not_found"


def test_an_uploads_address_is_good_for_its_bytes_its_time_and_while_its_token_is(there: Workspace, monkeypatch: Any):
    _, _, sent = upload(there, b"hello", "multipart")
    assert sent.status_code == 200
    asked = there.call("files.getUploadURLExternal", filename="x.txt", length="5")
    address = asked["upload_url"].removeprefix("http://testserver")
    assert there.client.post(address, b"hello!", content_type=FORM).status_code == 400
    files = [{"id": asked["file_id"]}]
    assert there.call("files.completeUploadExternal", files=files)["error"] == "file_not_found"
    assert there.client.post(address[:-1] + "x", b"hello", content_type=FORM).content == b"invalid_upload_url"
    devices.pause_app(actor=there.company.admin, app=there.app.pk)
    assert there.client.post(address, b"hello", content_type=FORM).content == b"token_revoked"
    devices.resume_app(actor=there.company.admin, app=there.app.pk)
    monkeypatch.setattr(transfers, "SECONDS", -1)
    assert there.client.post(address, b"hello", content_type=FORM).content == b"invalid_upload_url"
    assert there.call("files.getUploadURLExternal", filename="x", length="0")["error"] == "invalid_arguments"
