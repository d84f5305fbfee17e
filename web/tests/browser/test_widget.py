"""The widget in a page of somebody else: another origin, no cookie of ours, the example of its own docs."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from web.tests.browser.conftest import Company, Window

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "sdk/widget/example.html"


class Shop:
    """A site that adds the widget; its pages and its tokens are its own."""

    def __init__(self, company: Company, conversation: int) -> None:
        self.token = company.site.ask(_TOKEN)
        # The whole line: a port may have a 17 in it as well.
        page = EXAMPLE.read_text().replace("conversation: 17", f"conversation: {conversation}")
        page = page.replace("https://im.example.com", company.site.url)
        self.tokens_given = 0
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/parley-token":
                    shop.tokens_given += 1
                self._answer(shop.token if self.path == "/parley-token" else page)

            def _answer(self, text: str) -> None:
                body = text.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


#: A token for Bob, as an administrator makes one.
_TOKEN = """
from accounts.models import User
from accounts.services import tokens
from chat.services import devices
bob = User.objects.get(username="bob")
print(tokens.issue_for(device=devices.register(user=bob, platform="sdk", name="shop", ip=""))[0])
"""


#: What Bob said before any test: a conversation that is not empty.
_TALK = """
from accounts.actor import Actor
from accounts.models import User
from chat.services import messages
bob = User.objects.get(username="bob")
messages.send(actor=Actor(user=bob.pk, name="bob"), conversation=%d, client_key="before-any-test",
              body={"text": "good morning"})
"""


@pytest.fixture
def shop(company: Company) -> Iterator[Shop]:
    company.site.ask(_TALK % company.ids["direct"])
    made = Shop(company, company.ids["direct"])
    yield made
    made.server.shutdown()


@pytest.fixture
def visit(chromium: Browser, shop: Shop) -> Iterator[Callable[..., Page]]:
    contexts = []

    def make(**options: object) -> Page:
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 900, "height": 700}, **options})
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        page.goto(shop.url)
        return page

    yield make
    for each in contexts:
        each.close()


def test_the_example_is_short():
    script = EXAMPLE.read_text().split("</h1>")[1].split("</body>")[0]
    assert len(script.strip().splitlines()) <= 20


def test_two_people_talk_one_of_them_in_a_strange_page(company, window, shop, visit):
    alice: Window = window("alice")
    page = visit()
    assert shop.url.split("/")[2] not in company.site.url
    page.wait_for_selector("parley-widget .launch")
    alice.open("direct")
    alice.say("is the shop open?")
    page.wait_for_selector("parley-widget .badge:has-text('1')")
    page.click("parley-widget .launch")
    page.wait_for_selector("parley-widget .words:has-text('is the shop open?')")
    alice.wait_state("is the shop open?", "read")

    page.fill("parley-widget textarea", "yes: <b>until six</b> https://example.com/hours")
    page.press("parley-widget textarea", "Enter")
    alice.wait_for("until six")
    page.wait_for_selector("parley-widget .mine .state.sent")
    assert page.locator("parley-widget .words b").count() == 0
    assert page.locator("parley-widget .words a").get_attribute("href") == "https://example.com/hours"
    page.wait_for_selector("parley-widget .mine .state:has-text('Read')")

    page.keyboard.press("Escape")
    page.wait_for_selector("parley-widget .launch:focus")
    assert page.locator("parley-widget .badge").count() == 0


def test_composing_with_an_input_method_never_sends(visit):
    page = visit()
    page.click("parley-widget .launch")
    field = page.locator("parley-widget textarea")
    field.fill("ni")
    field.evaluate(
        "el => el.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    field.evaluate("el => el.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))")
    assert field.input_value() == "ni"


def test_what_is_said_while_the_server_is_away_arrives_when_it_is_back(company, window, visit):
    alice: Window = window("alice")
    alice.open("direct")
    page = visit()
    page.click("parley-widget .launch")
    page.wait_for_selector("parley-widget .list .row")
    company.site.kill()
    page.wait_for_selector("parley-widget .banner")
    page.fill("parley-widget textarea", "said in the dark")
    page.press("parley-widget textarea", "Enter")
    page.wait_for_selector("parley-widget .state.pending:has-text('Waiting')")
    company.site.start()
    alice.wait_for("said in the dark", timeout=60_000)
    page.wait_for_selector(
        "parley-widget .row:has(.words:has-text('said in the dark')) .state:text-matches('Sent|Read')"
    )
    page.wait_for_selector("parley-widget .banner", state="detached")


def test_chinese_dark_and_without_faults_of_access(visit):
    # The panel fades in: a colour half way is nobody's to read, and one who asks for less motion never has it.
    page = visit(locale="zh-CN", color_scheme="dark", reduced_motion="reduce")
    page.evaluate("document.documentElement.lang = ''")
    page.wait_for_selector("parley-widget .launch")
    axe = (ROOT / "web/client/node_modules/axe-core/axe.min.js").read_text()
    page.evaluate(axe)
    for press in (False, True):
        if press:
            page.click("parley-widget .launch")
            page.wait_for_selector("parley-widget .list .row")
        found = page.evaluate(
            "async () => (await axe.run('parley-widget', {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']}))"
            ".violations.map(each => `${each.id}: ${each.nodes.map(n => n.html)}`)"
        )
        assert found == []
    assert page.locator("parley-widget").get_attribute("data-theme") == "dark"


def test_history_comes_in_pages_and_the_reader_stays_where_they_are(company, visit):
    company.site.ask(
        "from web.tests.browser import company as c\n"
        "from accounts.models import User\nfrom chat.services import messages\nfrom accounts.actor import Actor\n"
        "a = User.objects.get(username='alice')\n"
        f"for n in range(80): messages.send(actor=Actor(user=a.pk, name='alice'), conversation={company.ids['direct']},"
        " client_key=f'widget-history-{n:04}', kind='text', body={'text': f'line {n}'})"
    )
    page = visit()
    page.click("parley-widget .launch")
    page.wait_for_selector("parley-widget .words:text-is('line 79')")
    assert page.locator("parley-widget .words").count() == 50
    page.evaluate("document.querySelector('parley-widget').shadowRoot.querySelector('.list').scrollTop = 0")
    first = page.locator("parley-widget .words").first
    words, before = first.inner_text(), first.bounding_box()
    page.click("parley-widget .older")
    _until(lambda: page.locator("parley-widget .words").count() > 50)
    after = page.locator(f"parley-widget .words:text-is('{re.sub('[^a-z0-9 ]', '', words)}')").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 30  # the button above may go


def _until(true: Callable[[], bool], seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)
