"""What is seen and heard: accessibility in both themes and languages, the narrow layout, history that does not move."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
AXE = Path(__file__).resolve().parents[2] / "client/node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Two frames, so that what was just opened has begun to move; then every movement that has an end is at it.
SETTLED = """new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() =>
    document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity)
        .forEach((each) => each.finish()))"""


def violations(page: Page) -> list[str]:
    """What axe finds, one line each. Evaluated through the driver: the page's own policy would refuse the script."""
    if not AXE.exists():
        pytest.fail("axe-core is missing: npm ci in web/client")
    session = page.context.new_cdp_session(page)
    # What slides or fades in is half transparent until it is there: a colour of that moment is nobody's to read.
    session.send("Runtime.evaluate", {"expression": SETTLED, "awaitPromise": True})
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    answer = session.send(
        "Runtime.evaluate",
        {
            "expression": f"axe.run({{runOnly: {RULES}}}).then(r => r.violations.flatMap(v => v.nodes.map("
            "n => `${v.id}: ${n.target} ${n.failureSummary}`)))",
            "awaitPromise": True,
            "returnByValue": True,
        },
    )
    found: list[str] = answer["result"]["value"]
    return found


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_signing_in_is_accessible(chromium, company, theme):
    context = chromium.new_context(color_scheme=theme)
    page = context.new_page()
    page.goto(f"{company.site.url}/signin/")
    assert violations(page) == []
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_the_chat_is_accessible(window, theme, locale):
    alice = window("alice", color_scheme=theme, locale=locale)
    alice.open("group")
    alice.page.wait_for_selector(".bubble")
    assert violations(alice.page) == []
    alice.page.click(".bubble >> nth=-1", button="right")
    assert violations(alice.page) == []
    alice.page.keyboard.press("Escape")
    alice.page.click(".sidebar-head .round")
    alice.page.wait_for_selector(".dialog .result")
    assert violations(alice.page) == []
    alice.page.keyboard.press("Escape")
    alice.page.click(".me")
    alice.page.wait_for_selector(".menu")
    assert violations(alice.page) == []
    assert alice.complaints == []


def test_one_pane_at_a_time_on_a_phone(window):
    alice = window("alice", viewport={"width": 390, "height": 780}, has_touch=True, is_mobile=True)
    assert not alice.page.locator("main").is_visible()
    alice.page.click(alice.row("group"))
    alice.page.wait_for_selector(".bubble")
    assert not alice.page.locator(".sidebar").is_visible()
    assert alice.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(alice.page) == []
    # Back, the gesture too, leaves what lies over the conversation, and only then the conversation.
    for leave in (alice.page.go_back, lambda: alice.page.click(".side [aria-label='Close']")):
        alice.page.click(".talk-head [aria-label='Details']")
        alice.page.wait_for_selector(".side .side-who")
        leave()
        alice.page.wait_for_selector(".side .side-who", state="detached")
        alice.wait_until("history.state === null")
    assert alice.page.locator("main").is_visible()
    alice.page.click("[aria-label='Back to conversations']")
    assert alice.page.locator(".sidebar").is_visible()


def test_language_and_theme_change_at_once_and_stay(window):
    alice = window("alice")
    alice.page.click(".me")
    alice.page.click(".menu [lang=zh]")
    alice.page.wait_for_selector("[aria-label='搜索联系人和消息']")
    alice.page.click(".menu [role=menuitemradio]:has-text('深色')")
    assert alice.page.evaluate("document.documentElement.dataset.theme") == "dark"
    alice.page.reload()
    alice.page.wait_for_selector("[aria-label='搜索联系人和消息']")
    assert alice.page.evaluate("document.documentElement.dataset.theme") == "dark"
    # Both are kept for the person, on every device: the tests after this one read English again.
    alice.page.click(".me")
    alice.page.click(".menu [role=menuitemradio]:has-text('跟随系统')")
    alice.page.keyboard.press("Escape")
    alice.page.click(".me")
    alice.page.click(".menu [lang=en]")
    alice.page.wait_for_selector("html[lang=en]")


DRIFT = """async (anchor) => {
    const top = () => [...document.querySelectorAll('.row')]
        .find(row => row.textContent.includes(anchor))?.getBoundingClientRect().top;
    const seen = [];
    for (let frame = 0; frame < 60; frame++) {
        seen.push(top());
        await new Promise(requestAnimationFrame);
    }
    return seen;
}"""


def test_older_history_loads_without_moving_what_is_read(window):
    alice = window("alice")
    alice.open("group")
    alice.wait_for("Line 129")
    box = alice.page.locator(".feed-box")
    box.hover()
    rows = alice.page.evaluate("document.querySelector('.feed').style.height")
    for _ in range(40):
        alice.page.mouse.wheel(0, -400)
        alice.page.wait_for_timeout(60)
        if alice.page.evaluate("document.querySelector('.feed').style.height") != rows:
            break
    seen = alice.page.evaluate(DRIFT, alice.texts()[len(alice.texts()) // 2])
    assert len({round(each) for each in seen if each is not None}) == 1
    for _ in range(60):
        alice.page.mouse.wheel(0, -1000)
        alice.page.wait_for_timeout(40)
    alice.wait_for("Line 0 of")
    assert alice.page.locator(".row").count() < 60


def test_new_messages_do_not_move_somebody_who_reads_history(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    alice.wait_for("Line 129")
    bob.open("group")
    alice.page.locator(".feed-box").hover()
    alice.page.mouse.wheel(0, -1500)
    alice.page.wait_for_timeout(800)
    anchor = alice.texts()[len(alice.texts()) // 2]
    bob.say("something new below")
    seen = alice.page.evaluate(DRIFT, anchor)
    assert len({round(each) for each in seen}) == 1
    alice.page.wait_for_selector(".jump.down[aria-label='1 new message']")
    alice.page.click(".jump.down")
    alice.wait_for("something new below")
