"""A developer makes an app in the console, from nothing to an installed bot, reads its log and plots; axe finds nothing."""

import pytest

from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

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
