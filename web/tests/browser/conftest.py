"""A server with a small company, a browser, and windows of the three people in it."""

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from web.tests.browser.company import PASSWORD
from web.tests.browser.site import Site

#: What a page must never say: a broken rule of the policy, an exception nobody caught.
SAYS_TROUBLE = ("error", "warning")


class Company:
    """The server and the ids of who and what is in it."""

    def __init__(self, site: Site, ids: dict[str, int]) -> None:
        self.site = site
        self.ids = ids
        self.site.start()


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Site, dict[str, int]]:
    """The company as it is founded, never served: every file of tests gets a copy. Making it takes 15 s, copying 0.1 s.

    Workers that run at the same time have it made once, by the one that comes first.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    site, known = Site(shared / "founded"), shared / "founded.json"
    with (shared / "founded.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not known.exists():
            site.folder.mkdir()
            known.write_text(json.dumps(site.make_company()))
    return site, dict(json.loads(known.read_text()))


@pytest.fixture(scope="module")
def company(founded: tuple[Site, dict[str, int]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company and a server for each file: what one file leaves behind, no other one finds."""
    site, ids = founded
    made = Company(site.copy(tmp_path_factory.mktemp("site")), ids)
    yield made
    made.site.kill()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("PARLEY_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
        )
        yield browser
        browser.close()


class Window:
    """One person's page, and what it complained about."""

    def __init__(self, page: Page, company: Company) -> None:
        self.page = page
        self.company = company
        self.context: BrowserContext = page.context
        self.complaints: list[str] = []
        page.on("pageerror", lambda problem: self.complaints.append(str(problem)))
        page.on("console", lambda said: said.type in SAYS_TROUBLE and self.complaints.append(said.text))

    def sign_in(self, username: str) -> None:
        self.page.goto(f"{self.company.site.url}/signin/")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.primary")
        self.page.wait_for_selector(".conversation")

    def open(self, name: str) -> None:
        self.page.goto(f"{self.company.site.url}/#/c/{self.company.ids[name]}")
        self.page.wait_for_selector(".composer textarea")

    def row(self, name: str) -> str:
        """Selector of a conversation's row in the list."""
        return f".conversation[href='#/c/{self.company.ids[name]}']"

    def say(self, text: str) -> None:
        self.page.fill(".composer textarea", text)
        self.page.press(".composer textarea", "Enter")

    def texts(self) -> list[str]:
        """The words in sight, in order."""
        found: list[str] = self.page.eval_on_selector_all(
            ".row", "rows => rows.sort((a, b) => a.dataset.index - b.dataset.index)"
            ".flatMap(row => [...row.querySelectorAll('.words')].map(each => each.textContent))"
        )  # fmt: skip
        return found

    def wait_until(self, expression: str, arg: object = None, seconds: float = 30) -> None:
        """Until JavaScript says true. Asked from here: a page that polls by itself would evaluate text, which it may not."""
        until = time.monotonic() + seconds
        while not self.page.evaluate(expression, arg):
            assert time.monotonic() < until, expression
            time.sleep(0.05)

    def wait_for(self, text: str, timeout: float = 30_000) -> None:
        self.page.wait_for_selector(f".bubble:has-text('{text}')", timeout=timeout)

    def state_of(self, text: str) -> str:
        """pending, sent, delivered, read or failed."""
        classes = self.page.get_attribute(f".row:has(.bubble:has-text('{text}')) .ticks", "class")
        return (classes or "").split()[-1]

    def wait_state(self, text: str, state: str, timeout: float = 30_000) -> None:
        self.page.wait_for_selector(f".row:has(.bubble:has-text('{text}')) .ticks.{state}", timeout=timeout)


@pytest.fixture
def window(chromium: Browser, company: Company) -> Iterator[Callable[..., Window]]:
    opened: list[Window] = []

    def make(username: str, **options: object) -> Window:
        context = chromium.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(30_000)
        made = Window(context.new_page(), company)
        opened.append(made)
        made.sign_in(username)
        return made

    yield make
    for each in opened:
        each.context.close()
