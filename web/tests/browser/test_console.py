"""A developer makes an app in the console, from nothing to an installed bot, reads its log and plots; axe finds nothing."""

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

#: An address of this machine that no other run has; the port is one that apps may be asked at.
HOST = ".".join(["127", *(str(random.randint(1, 254)) for _ in range(3))])
#: An app with /leave-request at work, asked at an address of this machine.
WORK = """
from accounts.actor import Actor
from accounts.models import User
from openplatform.dialects.manifest import Asked, Command, Manifest
from openplatform.services import apps, installations, manifests
alice, system = Actor(user=User.objects.get(username="alice").pk), Actor(user=0)
asked = Manifest(name="Leave", scopes=["commands:register"], interactivity=Asked(url="{url}"),
                 commands=[Command(name="leave-request", help="Ask for leave")])
app = manifests.create(actor=alice, manifest=asked).app.pk
apps.request_approval(actor=alice, app=app)
apps.approve(actor=system, app=app)
installations.install(actor=alice, app=app)
"""
MODAL = {
    "title": "Ask for leave",
    "action": "leave",
    "submit": "Ask",
    "blocks": [
        {"type": "text", "text": "Who is away tells the others."},
        {"type": "date", "action": "day", "label": "From", "required": True},
        {"type": "input", "action": "why", "label": "Why"},
    ],
}


@contextmanager
def asked_app() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An app that opens a dialog, refuses it once, then thanks."""
    asked: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            answers: list[dict[str, Any]] = [
                {"modal": MODAL},
                {"errors": {"why": "Say why."}},
                {"text": "Have a good time"},
            ]
            raw = json.dumps(answers[min(len(asked), 3) - 1]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer((HOST, 8443), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://{HOST}:8443/parley", asked
    finally:
        server.shutdown()
        server.server_close()


#: Grace approves what Alice made; a day's questions and events of it, some of which failed.
APPROVE = """
from accounts.actor import Actor
from openplatform.services import apps
apps.approve(actor=Actor(user=0), app={app})
"""
FILL = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from openplatform.models import App, DeliveryAttempt, EventSubscription, Interaction, WebhookDelivery

app, now = App.objects.get(pk={app}), timezone.now()
row = EventSubscription.objects.get(app=app)
row.state, row.last_number = "active", 30
row.save()
for number in range(1, 31):
    dead = number % 10 == 0
    made = WebhookDelivery.objects.create(
        subscription=row, number=number, conversation={group}, seq=1, type="message.created",
        state="dead" if dead else "delivered", give_up_at=now,
    )
    DeliveryAttempt.objects.create(
        delivery=made, at=now - timedelta(minutes=40 * number), status=500 if dead else 200, ms=40 + number,
        reason="answered 500" if dead else "",
    )
for number in range(5):
    Interaction.objects.create(
        app=app, user=User.objects.get(username="bob"), kind="command", conversation={group}, client_key=f"key-{{number:05}}",
        response=f"r{{number}}", trigger=f"t{{number}}", status=200, ms=30,
    )
"""
SLACK = """
display_information: {name: Slack bot}
oauth_config: {scopes: {bot: [chat:write, admin.teams:read]}}
"""


def test_from_nothing_to_an_app_at_work(window, company, tmp_path):
    alice = window("alice")
    page = alice.page
    page.click(".me")
    page.click(".menu a[href='#/apps']")
    page.wait_for_selector(".console-none b")
    assert violations(page) == []
    page.click(".console-head .button")
    page.fill(".dialog input", "Build bot")
    assert violations(page) == []
    page.press(".dialog input", "Enter")
    page.wait_for_selector(".console-secrets code >> nth=1")
    assert page.locator(".console-secrets code").nth(1).inner_text().startswith("plys_")
    app = int(page.url.rsplit("/", 1)[1])
    # The keyboard alone: to the manifest, and through its fields.
    page.focus("#tab-overview")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#tab-manifest[aria-selected=true]:focus")
    page.get_by_label("messages:write").check()
    page.get_by_label("Address for commands, cards and dialogs").fill("https://10.0.0.1/parley")
    page.click("text=Add a command")
    page.locator(".console-command input").nth(0).fill("/build")
    page.locator(".console-command input").nth(2).fill("Build it")
    page.click("[type=submit]")
    page.wait_for_selector("[role=alert]:has-text('interactivity.url')")
    page.get_by_label("Address for commands, cards and dialogs").fill("https://93.184.216.34/parley")
    page.click("[type=submit]")
    page.wait_for_selector("[role=alert]:has-text('commands: ')")
    page.get_by_label("commands:register").check()
    page.get_by_label("Tell the app of events").check()
    page.get_by_label("events:read").check()
    page.click("[type=submit]")
    page.wait_for_selector(".console-found ins")
    assert violations(page) == []
    page.click("#tab-overview")
    page.wait_for_selector("dt:has-text('Signing secret of questions') + dd code")
    page.click("text=Ask for approval")
    page.wait_for_selector(".console-state.pending")
    company.site.ask(APPROVE.format(app=app))
    page.reload()
    page.get_by_label("Read messages").wait_for(state="detached")
    page.click("button:has-text('Install')")
    page.wait_for_selector(".console-state.installed")
    assert page.locator("dt:has-text('Bot token') + dd code").inner_text().startswith("plyb_")
    company.site.ask(FILL.format(app=app, group=company.ids["group"]))
    page.click("#tab-log")
    page.wait_for_selector(".log .failed")
    assert page.locator(".console-list.log").first.locator("li").count() == 30
    page.click("#tab-usage")
    page.wait_for_selector(".console-plot polyline")
    assert "35 altogether, 3 failed" in page.locator(".console-numbers").inner_text()
    assert alice.complaints == [
        each
        for each in alice.complaints
        if "400" in each  # what was refused above; the browser tells of every such answer
    ]
    shown = page.context.cookies()  # the same person in the other language and look, and on a phone
    for theme, locale, size in (("dark", "zh-CN", (1280, 900)), ("light", "en-GB", (390, 780))):
        other = page.context.browser.new_context(
            color_scheme=theme, locale=locale, viewport={"width": size[0], "height": size[1]}
        )
        other.add_cookies(shown)
        view = other.new_page()
        view.goto(f"{company.site.url}/#/apps/{app}")
        for tab in ("overview", "manifest", "log", "usage", "versions"):
            view.click(f"#tab-{tab}")
            view.wait_for_selector(
                "#console-panel :is(.console-secrets, .console-form fieldset, .console-list, .console-plot)"
            )
            assert violations(view) == [], tab
            view.screenshot(path=tmp_path / f"{theme}-{tab}.png", full_page=True)
        other.close()


def test_a_slack_app_is_looked_at_before_it_is_made(window):
    alice = window("alice")
    page = alice.page
    page.goto(page.url.split("#")[0] + "#/apps")
    page.click("text=From a Slack manifest")
    page.fill(".dialog textarea", SLACK)
    page.click(".dialog [type=submit]")
    page.wait_for_selector(".console-found code:has-text('admin.teams:read')")
    assert violations(page) == []
    page.click(".dialog [type=submit]")
    page.wait_for_selector("h1:has-text('Slack bot')")
    page.goto(page.url.split("#")[0] + "#/apps/987654")
    page.wait_for_selector("[role=alert]:has-text('not there')")
    assert violations(page) == []


def test_a_command_opens_a_dialog_of_its_app(window, company):
    with asked_app() as (url, asked):
        company.site.environment |= {
            "PARLEY_WEBHOOK_NETWORKS": "127.0.0.0/8",
            "PARLEY_WEBHOOK_PLAIN": "1",
        }
        company.site.kill()
        company.site.ask(WORK.format(url=url))
        company.site.start()
        bob = window("bob")
        bob.open("group")
        bob.say("/leave-request today")
        page = bob.page
        page.wait_for_selector(".app-modal")
        assert violations(page) == []
        page.get_by_label("From").fill("2026-12-24")
        page.click(".app-modal [type=submit]")
        page.wait_for_selector(".app-modal [role=alert]:has-text('Say why.')")
        page.get_by_label("Why").fill("Christmas")
        page.get_by_label("Why").press("Enter")
        page.wait_for_selector(".toast:has-text('Have a good time')")
        assert page.locator(".app-modal").count() == 0
    assert [each["type"] for each in asked] == ["command", "modal.submitted", "modal.submitted"]
    assert asked[-1]["values"] == {"day": "2026-12-24", "why": "Christmas"}
    assert bob.complaints == []
