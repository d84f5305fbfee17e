"""Scrolling, and what must not move while somebody reads."""

import time

from benchmarks.web.bars import Book, quantile
from benchmarks.web.stage import Stage, View, finished

#: The box that scrolls, for every snippet below.
BOX = """const box = (() => {
    let at = document.querySelector("[role=feed]");
    while (at.scrollHeight <= at.clientHeight || getComputedStyle(at).overflowY === "visible") at = at.parentElement;
    return at;
})();"""

FRAMES = """(milliseconds) => new Promise((done) => {
    const gaps = [];
    let last = performance.now();
    const until = last + milliseconds;
    requestAnimationFrame(function frame() {
        const now = performance.now();
        gaps.push(now - last);
        last = now;
        if (now < until) requestAnimationFrame(frame);
        else done(gaps.slice(2));
    });
})"""

#: Holds one row in sight by its position in the timeline and says where its top was in each frame, without any input.
#: ``leap``: first goes to this distance from the top, which makes older history load.
DRIFT = (
    """async ([leap, frames]) => {"""
    + BOX
    + """
    if (leap >= 0) {
        box.scrollTop = leap;
        for (let at = 0; at < 2; at++) await new Promise(requestAnimationFrame);
    }
    const middle = box.getBoundingClientRect().top + box.clientHeight / 2;
    const tops = (row) => row.getBoundingClientRect();
    const row = [...document.querySelectorAll("[role=feed] article")]
        .find((each) => tops(each).top <= middle && tops(each).bottom >= middle);
    const name = row.getAttribute("aria-posinset");
    const seen = [];
    for (let at = 0; at < frames; at++) {
        const now = document.querySelector(`[role=feed] article[aria-posinset='${name}']`);
        seen.push(now ? now.getBoundingClientRect().top : null);
        await new Promise(requestAnimationFrame);
    }
    const there = seen.filter((each) => each !== null);
    return {moved: Math.max(...there) - Math.min(...there), gone: seen.length - there.length, height: box.scrollHeight};
}"""
)


def scrolls(stage: Stage, book: Book) -> None:
    """Eight seconds of wheel through history that loads as one goes."""
    p95, p99 = [], []
    for _ in range(3):
        with stage.page(stage.large) as view:
            view.page.mouse.move(800, 400)
            began = view.metrics()["TaskDuration"]
            handle = view.page.evaluate_handle(f"() => ({{gaps: ({FRAMES})(8000)}})")
            until = time.monotonic() + 8
            while time.monotonic() < until:
                view.page.mouse.wheel(0, -240)
                view.page.wait_for_timeout(16)
            gaps = [float(each) for each in handle.evaluate("(kept) => kept.gaps")]
            p95.append(quantile(gaps, 0.95))
            p99.append(quantile(gaps, 0.99))
            busy = (view.metrics()["TaskDuration"] - began) / 8 * 100
    book.note("scroll, frame p95", p95, main_thread=round(busy, 1))
    book.note("scroll, frame p99", p99)


def drifts(stage: Stage, book: Book) -> None:
    """The largest move of a row that somebody looks at, over every frame: 0 is the only good answer."""
    moved = []
    with stage.page(stage.large) as view:
        for _ in range(6):
            before = view.ask(f"() => {{{BOX} return box.scrollHeight}}")
            answer = view.ask(DRIFT, [250, 60])
            moved.append(float(answer["moved"]))
            view.settle(300)
            assert view.ask(f"() => {{{BOX} return box.scrollHeight}}") > before, "no history was loaded"
    book.note("drift, history in front", max(moved), worst_of=len(moved))
    book.note("drift, arrivals while reading", _arrivals(stage))
    book.note("drift, late pictures", _pictures(stage))


def _arrivals(stage: Stage) -> float:
    with stage.page(stage.large) as view:
        view.page.mouse.move(800, 400)
        view.page.mouse.wheel(0, -2500)
        view.settle(1500)
        traffic = stage.traffic([stage.large], rate=60, seconds=6, senders=6)
        answer = view.ask(DRIFT, [-1, 500])
        finished(traffic)
        assert answer["gone"] == 0
        return float(answer["moved"])


def _pictures(stage: Stage) -> float:
    """Pictures come 1.5 s late; a row between them is watched from the first frame on."""
    with stage.context() as context:
        view = View(context.new_page(), stage)

        def late(route: object) -> None:
            time.sleep(0.05)
            route.continue_()  # type: ignore[attr-defined]

        context.route("**/api/v1/files/**", late)
        view.go(stage.made["others"][0])
        view.ask("(to) => void (location.hash = `#/c/${to}`)", stage.made["late"])
        view.page.wait_for_selector("[role=feed] article")
        view.page.wait_for_timeout(100)
        answer = view.ask(DRIFT, [-1, 150])
        return float(answer["moved"])
