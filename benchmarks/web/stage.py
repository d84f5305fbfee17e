"""A server, a browser and a page to measure: started, signed in, and what Chromium knows of the page's work."""

import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from web.tests.browser.site import ROOT, Site

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]

#: Put into every page before its own script: what the measurements read later.
INSTRUMENTS = """
globalThis.seen = {longtasks: [], events: [], ready: 0, paint: 0};
new PerformanceObserver((list) => seen.longtasks.push(...list.getEntries().map((e) => [e.startTime, e.duration])))
    .observe({type: "longtask", buffered: true});
new PerformanceObserver((list) => seen.events.push(...list.getEntries().filter((e) => e.name === "keydown")
    .map((e) => [e.processingStart - e.startTime, e.processingEnd - e.processingStart, e.duration])))
    .observe({type: "event", durationThreshold: 16, buffered: true});
(function look() {
    if (document.querySelector("a[href^='#/c/']")) return void (seen.ready = performance.now());
    requestAnimationFrame(look);
})();
"""


class Stage:
    """The server and what is in it."""

    def __init__(self, site: Site, made: dict[str, Any], browser: Browser) -> None:
        self.site = site
        self.made = made
        self.browser = browser
        self.kept: Any = None

    @property
    def large(self) -> int:
        """The conversation of 100,000 messages."""
        return int(self.made["large"])

    @contextmanager
    def context(self, *, fresh: bool = False) -> Iterator[BrowserContext]:
        """A profile with the reader's session in it, and nothing else. ``fresh``: signed in anew."""
        options: dict[str, Any] = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}}
        if self.kept is None or fresh:
            self.kept = self._signed_in(options)
        self.read_everything()
        context = self.browser.new_context(**options, storage_state=self.kept)
        context.add_init_script(INSTRUMENTS)
        context.set_default_timeout(60_000)
        yield context
        context.close()

    @contextmanager
    def page(self, conversation: int = 0) -> Iterator["View"]:
        """A page of its own profile, ready, at a conversation when one is given."""
        with self.context() as context:
            view = View(context.new_page(), self)
            view.go(conversation)
            yield view

    def _signed_in(self, options: dict[str, Any]) -> Any:
        context = self.browser.new_context(**options)
        page = context.new_page()
        page.goto(f"{self.site.url}/signin/")
        page.fill("#username", "reader")
        page.fill("#password", self.made["password"])
        page.click("button[type=submit], button.primary")
        page.wait_for_selector("a[href^='#/c/']")
        kept = context.storage_state()
        context.close()
        return kept

    def read_everything(self) -> None:
        """Nothing is unread, so that a conversation opens at its end."""
        with closing(sqlite3.connect(self.site.folder / "parley.sqlite3", timeout=20)) as database, database:
            database.execute(
                "UPDATE chat_membership SET read_number = (SELECT last_number FROM chat_conversation c"
                " WHERE c.id = conversation_id) WHERE user_id = ?",
                [self.made["reader"]],
            )

    def traffic(
        self, conversations: list[int], *, rate: int, seconds: float, senders: int = 10, drain: float = 3
    ) -> subprocess.Popen[str]:
        """Starts the load generator: real members who send over sockets of their own."""
        writers = self.made["writers"][:senders]
        count = len(writers)
        members = [
            {"user": user, "token": token, "conversations": self._of(at, count, conversations)}
            for at, (user, token) in enumerate(writers)
        ]
        url = f"ws://127.0.0.1:{self.site.port}/ws/v1/"
        job = {
            "urls": [url],
            "members": members,
            "rate": rate,
            "seconds": seconds,
            "warm": 0,
            "senders": count,
            "drain": drain,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.load"], cwd=ROOT, env=self.site.environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdin is not None
        process.stdin.write(json.dumps(job))
        process.stdin.close()
        process.stdin = None
        return process

    def _of(self, at: int, count: int, conversations: list[int]) -> list[int]:
        """Where a writer may write: everywhere in the large one, else where the seed made them a member."""
        if conversations == [self.large]:
            return conversations
        first = self.made["others"][0]
        mine = [each for each in conversations if (self.made["others"].index(each) - at) % 30 == 0]
        return mine or [first]


def finished(traffic: subprocess.Popen[str]) -> dict[str, Any]:
    """What the load generator counted, at its end. Raises RuntimeError with its last word when it failed."""
    told, trouble = traffic.communicate()
    if not told:
        raise RuntimeError(f"the load generator: {trouble.strip().splitlines()[-1] if trouble.strip() else 'no word'}")
    return dict(json.loads(told))


#: Unread messages as the page says them once, beside the way to all conversations.
UNREAD = """() => Math.max(0, ...[...document.querySelectorAll("nav .badge .hidden")]
    .map((each) => Number((/\\d+/.exec(each.textContent) ?? [0])[0])))"""


class View:
    """One page, as a user has it, and what Chromium knows of its work."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self.stage = stage
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("Performance.enable")

    def go(self, conversation: int = 0, seq: int = 0) -> None:
        """To an address, and until the list of conversations (and the history) is there."""
        at = f"#/c/{conversation}{f'/{seq}' if seq else ''}" if conversation else ""
        self.page.goto(f"{self.stage.site.url}/{at}")
        self.page.wait_for_selector("a[href^='#/c/']")
        if conversation:
            self.page.wait_for_selector("[role=feed] article")
            self.settle()

    def settle(self, milliseconds: int = 600) -> None:
        """Lets what began come to an end."""
        self.page.wait_for_timeout(milliseconds)

    def ask(self, code: str, arg: Any = None) -> Any:
        """What a function of the page answers."""
        return self.page.evaluate(code, arg)

    def unread(self) -> int:
        """Unread messages as the rows of the list say."""
        return int(self.ask(UNREAD))

    def metrics(self) -> dict[str, float]:
        """Chromium's own counters: TaskDuration (s), Nodes, JSHeapUsedSize, JSEventListeners and others."""
        return {each["name"]: each["value"] for each in self.cdp.send("Performance.getMetrics")["metrics"]}

    def collect(self) -> dict[str, float]:
        """The counters after a collection of garbage."""
        self.cdp.send("HeapProfiler.enable")
        self.cdp.send("HeapProfiler.collectGarbage")
        return self.metrics()

    def watch(self, seconds: float) -> dict[str, float]:
        """Share of the main thread that was busy over ``seconds`` (%), and the longest task (ms, 0 below 50)."""
        self.ask("() => void (seen.longtasks.length = 0)")
        before, began = self.metrics()["TaskDuration"], time.monotonic()
        time.sleep(seconds)
        busy = (self.metrics()["TaskDuration"] - before) / (time.monotonic() - began) * 100
        tasks = self.ask("() => seen.longtasks.map((each) => each[1])")
        return {"busy": round(busy, 1), "longest": round(max(tasks, default=0.0), 1), "tasks": len(tasks)}


@contextmanager
def standing() -> Iterator[Stage]:
    """A stage on a folder of its own, torn down after. PARLEY_BENCH_SITE names a folder to seed once and use again."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-web-") as folder:
        root = Path(os.environ.get("PARLEY_BENCH_SITE", folder))
        root.mkdir(exist_ok=True)
        site = Site(root)
        known = root / "made.json"
        if not known.exists():
            site.prepare()
            known.write_text(site.ask("from benchmarks.web import seed; seed.tell()").splitlines()[-1])
        made = json.loads(known.read_text())
        site.start()
        try:
            with sync_playwright() as driver:
                browser = driver.chromium.launch(
                    executable_path=os.environ.get("PARLEY_CHROMIUM", "/usr/bin/chromium"), args=FLAGS
                )
                yield Stage(site, made, browser)
                browser.close()
        finally:
            site.kill()
