"""The switcher, memory over a long day, a tab nobody looks at, and coming back after a cut."""

import sqlite3
import statistics
import time
from contextlib import closing
from typing import Any

from playwright.sync_api import Error as PlaywrightError

from benchmarks.web.bars import Book
from benchmarks.web.loading import OPEN
from benchmarks.web.stage import Stage, View, finished

OPTIONS = "document.querySelectorAll('[role=option]')"
#: A character that no key of the keyboard makes, as an input method puts it in.
TYPED = """(input, letter) => {
    input.dispatchEvent(new KeyboardEvent("keydown", {key: "Process", bubbles: true}));
    input.setRangeText(letter, input.value.length, input.value.length, "end");
    input.dispatchEvent(new InputEvent("input", {bubbles: true, data: letter}));
}"""
#: From a key in the switcher's field to the second frame after its list is the answer to what then stands in the field.
#: The list may be the same as before: "mil" and "mill" find the same people.
ANSWER = """(input) => new Promise((done, fail) => {
    input.addEventListener("keydown", () => {
        const began = performance.now();
        const before = input.value;
        const look = () => {
            const list = document.querySelector("[role=dialog] [role=listbox], dialog[open] [role=listbox]");
            const answered = input.value !== before && list?.dataset.query === input.value;
            if (answered) return void requestAnimationFrame(() => done(performance.now() - began));
            if (performance.now() - began > 5000) return void fail(new Error("no answer"));
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    }, {capture: true, once: true});
})"""

#: Everybody into the place where the page keeps the people it knows.
KNOW = """async ([name, people]) => {
    const database = await new Promise((done, fail) => {
        const asked = indexedDB.open(name, 1);
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => fail(asked.error);
    });
    const writing = database.transaction("pairs", "readwrite");
    for (const each of people) writing.objectStore("pairs").put(each, `cache/1/person/${each.id}`);
    await new Promise((done, fail) => { writing.oncomplete = done; writing.onabort = () => fail(writing.error); });
    database.close();
}"""

ROUNDS = 18


def everybody(stage: Stage) -> list[dict[str, Any]]:
    """The 10,000 people as the wire has them."""
    with closing(sqlite3.connect(stage.site.folder / "parley.sqlite3", timeout=20)) as database:
        rows = database.execute(
            "SELECT id, username, name, other_name, initials FROM accounts_user WHERE kind = 'human'"
        )
        return [
            {
                "id": person, "username": username, "name": name, "other_name": other, "initials": initials,
                "kind": "human", "title": "", "department": "", "avatar": "", "active": True, "status_emoji": "",
                "status_text": "", "status_until": 0, "quiet_until": 0,
            }
            for person, username, name, other, initials in rows
        ]  # fmt: skip


def switcher(stage: Stage, book: Book) -> None:
    """A letter into the switcher, over everybody there is: the page has met all of them before."""
    name = "switcher over 10,000 people"
    people = everybody(stage)
    with stage.page() as view:
        view.settle(3000)  # the page has written what it knows
        view.ask(KNOW, [f"parley-{stage.made['reader']}", people])
        view.page.reload()
        view.page.wait_for_selector("a[href^='#/c/']")
        view.settle(2000)
        view.page.keyboard.press("Control+k")
        field = view.page.locator("[role=dialog] input, dialog[open] input").first
        times, unanswered = [], 0
        field.wait_for(timeout=5000)
        for letter in ("m", "i", "l", "l", "Backspace", "王", "伟"):
            try:
                kept = field.evaluate_handle(f"(input) => ({{time: ({ANSWER})(input)}})", timeout=3000)
                view.page.keyboard.press(letter) if letter.isascii() else field.evaluate(TYPED, letter)
                times.append(float(kept.evaluate("(kept) => kept.time")))
            except PlaywrightError as problem:
                unanswered += 1
                print(f"  the switcher, {letter}: {str(problem).splitlines()[0]}", flush=True)
        field.fill("李伟")  # people that only the crowd has
        view.settle(200)
        shown = view.ask(f"() => {OPTIONS}.length")
    if times and shown:
        book.note(name, times, worst=round(max(times), 1), unanswered=unanswered, people=len(people))
    else:
        book.missing(name, "no key was answered" if not times else "the crowd is not known to the page")


def replay(stage: Stage, book: Book) -> None:
    """A day in short: conversations opened, history read, messages arriving and sent; heap after each round's collection."""
    heaps, listeners, nodes = [], [], 0.0
    others = stage.made["others"]
    with stage.page(stage.large) as view:
        for at in range(ROUNDS):
            traffic = stage.traffic([stage.large], rate=100, seconds=2, senders=6, drain=1)
            for conversation in (others[at * 3 % 90], others[(at * 3 + 1) % 90], stage.large):
                view.ask(OPEN, conversation)
                view.page.mouse.move(800, 400)
                for _ in range(6):
                    view.page.mouse.wheel(0, -900)
                    view.page.wait_for_timeout(40)
            view.page.locator("main textarea").first.fill(f"round {at}")
            view.page.keyboard.press("Enter")
            finished(traffic)
            view.page.mouse.move(640, 20)  # the browser holds what was last under the pointer, with all around it
            view.settle(300)
            now = view.collect()
            heaps.append(now["JSHeapUsedSize"] / 2**20)
            listeners.append(now["JSEventListeners"])
            nodes = max(nodes, now["Nodes"])
    book.note("heap after the replay", heaps[-1], start=round(heaps[0], 1))
    book.note("heap growth, last half of the replay", growth(heaps))
    book.note("event listeners growth, last half of the replay", growth(listeners), listeners=int(listeners[-1]))
    book.note("DOM nodes", nodes)


def growth(values: list[float]) -> float:
    """From the middle to the end, in per cent; medians of five, because what was just left is sometimes still held."""
    half = len(values) // 2
    return max(0.0, (statistics.median(values[-5:]) / statistics.median(values[half - 2 : half + 3]) - 1) * 100)


HIDE = """() => {
    Object.defineProperty(document, "hidden", {get: () => true, configurable: true});
    Object.defineProperty(document, "visibilityState", {get: () => "hidden", configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def idle(stage: Stage, book: Book) -> None:
    """Half a minute of a tab that is hidden: what its main thread does in a second."""
    with stage.page(stage.made["others"][3]) as view:
        view.ask(HIDE)
        view.settle(2000)
        busy = view.watch(30)["busy"]
    book.note("idle hidden tab, per second", busy * 10)


def comeback(stage: Stage, book: Book) -> None:
    """5,000 messages in 50 conversations while the network was cut; from its return to every count right."""
    times, pages = [], []
    for at in range(2):
        chosen = stage.made["others"][at * 50 : at * 50 + 50]
        with stage.page(chosen[0]) as view:
            view.ask(OPEN, stage.made["late"])
            asked = _asked(view)
            before = view.unread()
            view.page.context.set_offline(True)
            view.settle(500)
            # Written as the seed writes: nobody is online to be told, and sending 5,000 would measure the server.
            stage.site.ask(f"from benchmarks.web import seed; seed.say_more({chosen}, 100)")
            asked.clear()
            began = time.monotonic()
            view.page.context.set_offline(False)
            while view.unread() < before + 5_000 * 0.99:
                assert time.monotonic() - began < 60, f"{view.unread() - before} of 5,000"
                time.sleep(0.02)
            times.append((time.monotonic() - began) * 1000)
            view.settle(500)
            pages.append(float(sum("timeline.history" in each or "timeline.sync" in each for each in asked)))
    book.note("5,000 missed in 50 conversations, current again", times)
    book.note("5,000 missed, history pages asked for", max(pages))


def _asked(view: View) -> list[str]:
    """Frames that the page sends from now on, of its next sockets too."""
    asked: list[str] = []
    view.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: asked.append(str(frame)[:120])))
    return asked
