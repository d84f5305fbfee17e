"""Loading the page, opening a conversation, going to a message."""

import random
from typing import Any

from benchmarks.web.bars import Book
from benchmarks.web.stage import Stage, View

RUNS = 5

#: From a click on a conversation to the second frame after its newest message is drawn.
OPEN = """async (conversation) => {
    const link = document.querySelector(`a[href='#/c/${conversation}']`);
    // Rows of the conversation that is left do not count: they stay on the screen until the other one is drawn.
    const before = new Set(document.querySelectorAll("[role=feed] article"));
    const began = performance.now();
    if (link) link.click();
    else location.hash = `#/c/${conversation}`;
    for (;;) {
        await new Promise(requestAnimationFrame);
        const rows = [...document.querySelectorAll("[role=feed] article")].filter((row) => !before.has(row));
        if (location.hash.startsWith(`#/c/${conversation}`) && rows.length > 5) break;
        if (performance.now() - began > 20000) throw new Error("it did not open");
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - began;
}"""

#: From a changed address to the message in the middle, and how far from the middle it stays once all is still.
JUMP = """async ([conversation, seq]) => {
    const find = () => document.querySelector(`[role=feed] article[aria-posinset='${seq}']`);
    const began = performance.now();
    location.hash = `#/c/${conversation}/${seq}`;
    const off = () => {
        const row = find();
        if (!row) return null;
        let box = row.parentElement;
        while (box.scrollHeight <= box.clientHeight || getComputedStyle(box).overflowY === "visible") box = box.parentElement;
        const [a, b] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
        return a.top + a.height / 2 - (b.top + box.clientHeight / 2);
    };
    let arrived = 0;
    for (;;) {
        await new Promise(requestAnimationFrame);
        const away = off();
        if (away !== null && Math.abs(away) < 40) { arrived = performance.now() - began; break; }
        if (performance.now() - began > 20000) throw new Error(`the message did not come to the middle: ${away}`);
    }
    for (let frame = 0; frame < 30; frame++) await new Promise(requestAnimationFrame);
    return [arrived, Math.abs(off())];
}"""


def loads(stage: Stage, book: Book) -> None:
    """Cold: an empty profile with a session. Warm: the same profile again."""
    cold, warm, paints = [], [], []
    for _ in range(RUNS):
        with stage.context() as context:
            times = []
            for _ in range(2):
                page = context.new_page()
                page.goto(f"{stage.site.url}/")
                page.wait_for_selector("a[href^='#/c/']")
                page.wait_for_timeout(1500)  # a service worker and a cache settle in
                times.append(float(page.evaluate("() => seen.ready")))
                paints.append(
                    page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
                )
                page.close()
            cold.append(times[0])
            warm.append(times[1])
    book.note("cold load to the list", cold, first_paint=round(sorted(paints[::2])[RUNS // 2], 1))
    book.note("warm load to the list", warm, first_paint=round(sorted(paints[1::2])[RUNS // 2], 1))


def opens(stage: Stage, book: Book) -> None:
    """The conversation of 100,000 messages, from another one; then again, when the client knows it."""
    first, again = [], []
    for _ in range(RUNS):
        with stage.page(stage.made["late"]) as view:
            first.append(float(view.ask(OPEN, stage.large)))
            view.settle()
            view.ask(OPEN, stage.made["late"])
            view.settle()
            again.append(float(view.ask(OPEN, stage.large)))
    book.note("open 100,000 messages, first time", first)
    book.note("open 100,000 messages, again", again)


def jumps(stage: Stage, book: Book) -> None:
    """To messages all over the 100,000."""
    chance = random.Random(7)
    times, offs = [], []
    with stage.page(stage.large) as view:
        for _ in range(RUNS * 2):
            seq = chance.randrange(1_000, 99_000)
            time, off = _jump(view, stage.large, seq)
            times.append(time)
            offs.append(off)
    book.note("jump to any message", times)
    book.note("jump, off centre", max(offs), worst_of=len(offs))


def _jump(view: View, conversation: int, seq: int) -> tuple[float, float]:
    answer: Any = view.ask(JUMP, [conversation, seq])
    view.settle(300)
    return float(answer[0]), float(answer[1])
