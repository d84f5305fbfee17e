"""What an app says to one person alone: seen by nobody else, there after a reload, dismissed for good."""

import json
import urllib.request
from typing import Any

import pytest

from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: A bot in the group; prints its token.
BOT = """
from accounts.actor import Actor
from accounts.models import User
from chat.services import members
from openplatform.dialects.manifest import Manifest
from openplatform.services import apps, installations, manifests
alice, system = Actor(user=User.objects.get(username="alice").pk), Actor(user=0)
scopes = ["messages:write", "messages:read"]
app = manifests.create(actor=alice, manifest=Manifest(name="Reminder", scopes=scopes)).app
apps.request_approval(actor=alice, app=app.pk)
apps.approve(actor=system, app=app.pk)
made, token = installations.install(actor=alice, app=app.pk)
members.add_members(actor=alice, conversation={group}, users=[made.device.user_id])
print(token)
"""


def post(address: str, token: str, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    """A bot asks the API."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}/api/v1/{path}", json.dumps(body).encode(), headers)
    if key:
        request.add_header("Idempotency-Key", key)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.loads(answer.read())
    return found


def test_an_app_whispers_to_one_person(window, company):
    group, bob = company.ids["group"], company.ids["bob"]
    token = company.site.ask(BOT.format(group=group)).splitlines()[-1].strip()

    def whisper(body: dict[str, Any], **more: Any) -> None:
        post(company.site.url, token, f"conversations/{group}/whispers", {"user": bob, "body": body, **more})

    alice, bob_window = window("alice"), window("bob")
    alice.open("group")
    bob_window.open("group")
    page = bob_window.page
    whisper({"text": "Your report is late"})
    page.wait_for_selector(".whispered .bubble:has-text('Your report is late')")
    assert page.inner_text(".whispered .flag").strip() == "Only you can see this"
    box = "document.querySelector('.feed-box')"
    bob_window.wait_until(f"{box}.scrollHeight - {box}.scrollTop - {box}.clientHeight < 4")
    assert violations(page) == []
    # In the place of a message that all read otherwise.
    said = post(
        company.site.url, token, f"conversations/{group}/messages", {"body": {"text": "Vote: tea?"}}, key="vote-0001"
    )
    page.wait_for_selector(".bubble:has-text('Vote: tea?')")
    whisper(
        {"title": "Vote: tea?", "blocks": [{"type": "text", "text": "You said yes"}]}, kind="card", target=said["seq"]
    )
    page.wait_for_selector(".bubble:has-text('You said yes') .whisper-flag")
    alice.page.wait_for_selector(".bubble:has-text('Vote: tea?')")
    assert alice.page.locator(".whisper-flag, .bubble:has-text('late')").count() == 0
    # It is there after a reload, stands before what was said later, and goes for good.
    alice.say("Good morning")
    page.wait_for_selector(".bubble:has-text('Good morning')")
    page.reload()
    page.wait_for_selector(".whispered .bubble:has-text('Your report is late')")
    page.wait_for_selector(".bubble:has-text('You said yes') .whisper-flag")
    said_in_order = ["report is late", "You said yes", "Good morning"]
    places = [page.locator(f".row:has-text('{words}')").get_attribute("data-index") for words in said_in_order]
    assert places == sorted(places, key=int)
    page.click(".whispered .whisper-foot button")
    page.wait_for_selector(".whispered", state="detached")
    page.reload()
    page.wait_for_selector(".bubble:has-text('You said yes') .whisper-flag")
    assert page.locator(".whispered").count() == 0
    assert alice.complaints + bob_window.complaints == []
