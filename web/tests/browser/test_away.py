"""Away and later: a push to a closed tab, opened by a click, withdrawn by reading elsewhere; reminders and messages for later.

Headless Chromium has no push service to subscribe at, so its half is split: the server encrypts for keys of this test and posts
to a push service on this machine; what that decrypts is given to the service worker as Chromium would give it.
"""

import json
import time

import pytest

from push.tests.factories import Browser, PushService
from web.tests.browser.conftest import Company

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN = "() => self.registration.getNotifications().then(all => all.map(each => each.body))"
#: A click, as the system tells it; only a real one may open a window, so where it would lead is kept instead.
CLICKED = """async () => {
    let opened = '';
    self.clients.openWindow = (url) => { opened = url; return Promise.resolve(null); };
    const [notification] = await self.registration.getNotifications();
    const event = new NotificationEvent('notificationclick', { notification });
    self.dispatchEvent(event);
    await new Promise((go) => setTimeout(go, 300));
    return opened;
}"""
SUBSCRIBED = """
from accounts.models import Device, PushSubscription
device = Device.objects.filter(user__username="bob").latest("pk")
PushSubscription.objects.create(device=device, endpoint="{url}/bob", p256dh="{key}", auth="{secret}")
"""


@pytest.fixture(scope="module")
def service():
    made = PushService()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def company(founded, service, tmp_path_factory):
    """A company whose server may reach the push service of this test."""
    site, ids = founded
    copied = site.copy(tmp_path_factory.mktemp("away"))
    copied.environment["PARLEY_PUSH_NETWORKS"] = "127.0.0.1"
    copied.environment["PARLEY_PUSH_PORTS"] = str(service.server.server_port)
    made = Company(copied, ids)
    yield made
    made.site.kill()


def pushed(service, count: int, keys: Browser, conversation: int) -> dict:
    """The ``count``-th push of a conversation, as the browser reads it; the founding's own lines are pushed too."""
    until = time.monotonic() + 40
    while True:
        told = [
            each for each in (keys.read(body) for *_, body in service.taken) if each["conversation"] == conversation
        ]
        if len(told) >= count:
            return told[count - 1]
        assert time.monotonic() < until, "no push came"
        time.sleep(0.1)


def test_a_closed_tab_is_woken_a_click_opens_it_and_reading_elsewhere_takes_it_back(window, company, service):
    bob, keys = window("bob"), Browser()
    context, url, talk = bob.context, company.site.url, company.ids["direct"]
    context.grant_permissions(["notifications"], origin=url)
    bob.wait_until("navigator.serviceWorker.controller !== null")
    company.site.ask(SUBSCRIBED.format(url=service.url, key=keys.p256dh, secret=keys.auth))
    helper = context.new_page()  # on no page of ours: only to speak with the worker
    driver = context.new_cdp_session(helper)
    found: list[str] = []
    driver.on("ServiceWorker.workerRegistrationUpdated", lambda told: found.extend(
        each["registrationId"] for each in told["registrations"] if each["scopeURL"].startswith(url)))  # fmt: skip
    driver.send("ServiceWorker.enable")
    worker = context.service_workers[0]
    bob.page.close()

    def deliver(told: dict) -> None:
        fields = {"origin": url, "registrationId": found[0], "data": json.dumps(told)}
        driver.send("ServiceWorker.deliverPushMessage", fields)
        helper.wait_for_timeout(500)

    alice = window("alice")
    alice.open("direct")
    alice.say("are you there?")
    first = pushed(service, 1, keys, talk)
    assert (first["title"], first["body"]) == ("Alice Wang", "are you there?")
    deliver(first)
    assert worker.evaluate(SHOWN) == ["are you there?"]
    place = worker.evaluate(CLICKED)
    assert place == f"/#/c/{talk}/{first['seq']}"
    assert worker.evaluate(SHOWN) == []

    alice.say("call me, please")
    second = pushed(service, 2, keys, talk)
    deliver(second)
    assert worker.evaluate(SHOWN) == ["call me, please"]
    elsewhere = window("bob")
    elsewhere.page.goto(url + place)
    elsewhere.wait_for("are you there?")
    elsewhere.wait_for("call me, please")
    gone = pushed(service, 3, keys, talk)
    assert gone["withdraw"] is True
    deliver(gone)
    assert worker.evaluate(SHOWN) == []
    assert alice.complaints + elsewhere.complaints == []


def test_later_is_chosen_listed_on_every_device_and_comes(window, company):
    alice, other = window("alice"), window("alice")
    alice.open("group")
    other.page.click(".rail-button >> nth=2")
    alice.page.fill(".composer textarea", "happy birthday")
    alice.page.click("[aria-label='Send later']")
    alice.page.click(".moment >> nth=1")
    alice.page.wait_for_selector(".toast:has-text('Will be sent')")
    assert alice.page.input_value(".composer textarea") == ""
    other.page.wait_for_selector(".later .scheduled:has-text('happy birthday')")
    alice.page.click(".row:has(.bubble:has-text('Line 129')) .bubble", button="right")
    alice.page.click(".menu [role=menuitem]:has-text('Remind me')")
    alice.page.click(".moment >> nth=0")
    other.page.wait_for_selector(".later .message-card:has-text('Line 129')")
    company.site.ask(
        "from django.utils import timezone; from chat.later import Reminder, ScheduledMessage;"
        "Reminder.objects.update(at=timezone.now()); ScheduledMessage.objects.update(next_at=timezone.now())"
    )
    alice.wait_for("happy birthday")
    other.page.wait_for_selector(".toast:has-text('Reminder')")
    other.page.wait_for_selector(".later .scheduled", state="detached")
    other.page.click(".later [aria-label='Done with it']")
    other.page.wait_for_selector(".later", state="detached")
    assert alice.complaints + other.complaints == []
