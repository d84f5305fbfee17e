"""The switcher, memory over a long day, a tab nobody looks at, and coming back after a cut."""

import time

from playwright.sync_api import Error as PlaywrightError

from benchmarks.web.bars import Book
from benchmarks.web.loading import OPEN
from benchmarks.web.stage import Stage, View

OPTIONS = "document.querySelectorAll('[role=option]')"
#: A character that no key of the keyboard makes, as an input method puts it in.
TYPED = """(input, letter) => {
    input.dispatchEvent(new KeyboardEvent("keydown", {key: "Process", bubbles: true}));
    input.setRangeText(letter, input.value.length, input.value.length, "end");
    input.dispatchEvent(new InputEvent("input", {bubbles: true, data: letter}));
}"""
#: From a key in the switcher's field to the second frame after its results changed.
ANSWER = """(input) => new Promise((done, fail) => {
    input.addEventListener("keydown", () => {
        const began = performance.now();
        const results = () => [...document.querySelectorAll("[role=option]")];
        const before = results().map((each) => each.textContent).join();
        const look = () => {
            const now = results().map((each) => each.textContent).join();
            if (now !== before) return void requestAnimationFrame(() => done(performance.now() - began));
            if (performance.now() - began > 5000) return void fail(new Error("no answer"));
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    }, {capture: true, once: true});
})"""

ROUNDS = 24


def switcher(stage: Stage, book: Book) -> None:
    """A letter into the switcher, over everybody there is."""
    name = "switcher over 10,000 people"
    with stage.page() as view:
        view.settle(4000)  # the directory, if the client fetches one, is there by then
        view.page.keyboard.press("Control+k")
        field = view.page.locator("[role=dialog] input, dialog[open] input").first
        times, people = [], 0
        try:
            field.wait_for(timeout=5000)
            for letter in ("m", "i", "l", "l", "Backspace", "王", "伟"):
                kept = field.evaluate_handle(f"(input) => ({{time: ({ANSWER})(input)}})", timeout=3000)
                view.page.keyboard.press(letter) if letter.isascii() else field.evaluate(TYPED, letter)
                times.append(float(kept.evaluate("(kept) => kept.time")))
                people = max(people, view.ask(f"() => {OPTIONS}.length"))
        except PlaywrightError as problem:
            print(f"  the switcher: {str(problem).splitlines()[0]}", flush=True)
    if times:
        book.note(name, times, worst=round(max(times), 1), shown=people)
    else:
        book.missing(name, "no key changed what the switcher shows")


def replay(stage: Stage, book: Book) -> None:
    """A day in short: conversations opened, history read, messages arriving and sent; heap after each round's collection."""
    heaps, listeners, nodes = [], [], 0.0
    others = stage.made["others"]
    with stage.page(stage.large) as view:
        for at in range(ROUNDS):
            traffic = stage.traffic([stage.large], rate=100, seconds=2, senders=6)
            for conversation in (others[at * 3 % 90], others[(at * 3 + 1) % 90], stage.large):
                view.ask(OPEN, conversation)
                view.page.mouse.move(800, 400)
                for _ in range(6):
                    view.page.mouse.wheel(0, -900)
                    view.page.wait_for_timeout(40)
            view.page.locator("main textarea").first.fill(f"round {at}")
            view.page.keyboard.press("Enter")
            traffic.communicate()
            view.settle(300)
            now = view.collect()
            heaps.append(now["JSHeapUsedSize"] / 2**20)
            listeners.append(now["JSEventListeners"])
            nodes = max(nodes, now["Nodes"])
    half = ROUNDS // 2
    book.note("heap after the replay", heaps[-1], start=round(heaps[0], 1))
    book.note("heap growth, last half of the replay", max(0.0, (heaps[-1] / heaps[half] - 1) * 100))
    book.note("event listeners growth, last half of the replay", max(0.0, (listeners[-1] / listeners[half] - 1) * 100),
              listeners=int(listeners[-1]))  # fmt: skip
    book.note("DOM nodes", nodes)


HIDE = """() => {
    Object.defineProperty(document, "hidden", {get: () => true, configurable: true});
    Object.defineProperty(document, "visibilityState", {get: () => "hidden", configurable: true});
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def idle(stage: Stage, book: Book) -> None:
    """A minute of a tab that is hidden: what its main thread does in a second."""
    with stage.page(stage.made["others"][3]) as view:
        view.ask(HIDE)
        view.settle(2000)
        busy = view.watch(60)["busy"]
    book.note("idle hidden tab, per second", busy * 10)


def comeback(stage: Stage, book: Book) -> None:
    """5,000 messages in 50 conversations while the network was cut; from its return to every count right."""
    times, pages = [], []
    for at in range(3):
        chosen = stage.made["others"][at * 50 : at * 50 + 50]
        with stage.page(chosen[0]) as view:
            view.ask(OPEN, stage.made["late"])
            asked = _asked(view)
            before = view.unread()
            view.page.context.set_offline(True)
            view.settle(500)
            told = stage.traffic(chosen, rate=400, seconds=12.5, senders=30).communicate()[0]
            assert told
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
