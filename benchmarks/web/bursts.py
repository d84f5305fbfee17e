"""Three hundred messages a second: where one looks, where one does not, and while one types. And one's own message."""

from benchmarks.web.bars import Book, quantile
from benchmarks.web.stage import Stage, View, finished

SECONDS = 10
RATE = 300
#: Looks, 50 ms apart, for the first message: on a machine with other work the generator's start alone took over ten seconds.
LOOKS = 1200

#: From the Enter key to the second frame after the row is there.
SEND = """(text) => new Promise((done, fail) => {
    addEventListener("keydown", () => {
        const began = performance.now();
        const look = () => {
            const rows = document.querySelectorAll("[role=feed] article");
            const there = [...rows].slice(-3).some((row) => row.textContent.includes(text));
            if (there) return void requestAnimationFrame(() => done(performance.now() - began));
            if (performance.now() - began > 10000) return void fail(new Error("the row did not come"));
            requestAnimationFrame(look);
        };
        look();
    }, {capture: true, once: true});
})"""


def bursts(stage: Stage, book: Book) -> None:
    """Both bursts; the rate that arrived is kept beside the numbers."""
    busy, longest, tasks = [], [], []
    for _ in range(3):
        with stage.page(stage.large) as view:
            traffic = stage.traffic([stage.large], rate=RATE, seconds=SECONDS + 3, senders=10, drain=1)
            _await_newer(view)
            first = _newest(view)
            seen = view.watch(SECONDS)
            arrived = (_newest(view) - first) / SECONDS
            finished(traffic)
        busy.append(seen["busy"])
        longest.append(seen["longest"])
        tasks.append(seen["tasks"])
    book.note("300 msg/s in the open conversation, main thread", busy, arrived_per_second=round(arrived))
    book.note("300 msg/s in the open conversation, longest task", longest, long_tasks=tasks)
    calm: list[float] = []
    came: list[int] = []
    for _ in range(2):
        with stage.page() as view:
            traffic = stage.traffic(stage.made["others"], rate=RATE, seconds=SECONDS + 3, senders=30, drain=1)
            _await_moved(view)
            before = view.unread()
            calm.append(view.watch(SECONDS)["busy"])
            came.append(round((view.unread() - before) / SECONDS))
            finished(traffic)
    book.note("300 msg/s in 200 others, main thread", calm, arrived_per_second=came)


def typing(stage: Stage, book: Book) -> None:
    """Eight keys a second into the composer while the same conversation gets 300 messages a second."""
    handlers: list[float] = []
    queues: list[float] = []
    presentation: list[float] = []
    with stage.page(stage.large) as view:
        view.page.locator("main textarea").first.focus()
        traffic = stage.traffic([stage.large], rate=RATE, seconds=SECONDS + 3, senders=10, drain=1)
        _await_newer(view)
        view.ask("() => void (seen.events.length = 0)")
        for at in range(SECONDS * 8):
            view.page.keyboard.press("abcdefghij"[at % 10])
            view.page.wait_for_timeout(125)
        for queue, handler, whole in view.ask("() => seen.events"):
            queues.append(queue)
            handlers.append(handler)
            presentation.append(whole)
        finished(traffic)
        view.page.locator("main textarea").first.fill("")
    # Chromium tells only of keys slower than 16 ms to paint; the others were quicker than that altogether.
    quick = [0.0] * max(0, SECONDS * 8 - len(handlers))
    book.note("typing in the burst, handler p95", quantile(handlers + quick, 0.95))
    book.note(
        "typing in the burst, queue p95", quantile(queues + quick, 0.95), paint_p95=quantile(presentation + quick, 0.95)
    )


def own(stage: Stage, book: Book) -> None:
    """From Enter to the row on the screen, without waiting for the server."""
    times = []
    with stage.page(stage.large) as view:
        for at in range(9):
            text = f"own message {at} on its way"
            view.page.locator("main textarea").first.fill(text)
            answer = view.page.evaluate_handle(f"(text) => ({{time: ({SEND})(text)}})", text)
            view.page.keyboard.press("Enter")
            times.append(float(answer.evaluate("(kept) => kept.time")))
            view.settle(400)
    book.note("own message on the screen", times)


def _newest(view: View) -> int:
    """The last position of the timeline that is drawn."""
    return int(
        view.ask(
            "() => Math.max(0, ...[...document.querySelectorAll('[role=feed] article')].map((e) => +e.ariaPosInSet))"
        )
    )


def _await_newer(view: View) -> None:
    before = _newest(view)
    for _ in range(LOOKS):
        if _newest(view) > before + 20:
            return
        view.page.wait_for_timeout(50)
    raise AssertionError("no message arrived")


def _await_moved(view: View) -> None:
    for _ in range(LOOKS):
        if view.unread() > 20:
            return
        view.page.wait_for_timeout(50)
    raise AssertionError("no message arrived")
