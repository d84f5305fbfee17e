"""The bars that do not depend on how fast the machine is: bytes, nodes, and what must not move. The others: make bench-web."""

import time

import pytest

from benchmarks.web import sizes
from benchmarks.web.bars import BARS
from benchmarks.web.moving import DRIFT
from benchmarks.web.seed import picture

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_the_first_load_is_small():
    found = sizes.first_load()
    assert sum(found.values()) <= BARS["first script and styles, compressed"].gate * 1024, found


def test_the_kit_is_small():
    size = sizes.core()
    if size is None:
        pytest.fail("vite is missing: npm ci in web/client")
    assert size <= BARS["JavaScript kit's core, compressed"].gate * 1024


def test_history_in_front_moves_nothing_by_one_pixel(window):
    alice = window("alice")
    alice.open("group")
    alice.wait_for("Line 129")
    feed = "document.querySelector('[role=feed]').getBoundingClientRect().height"
    before = alice.page.evaluate(feed)
    for _ in range(3):  # 130 lines are three pages
        drift = alice.page.evaluate(DRIFT, [250, 60])
        assert drift["moved"] == 0
        assert drift["gone"] == 0
    assert alice.page.evaluate(feed) > before


def test_arrivals_move_nothing_while_somebody_reads_above(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    alice.wait_for("Line 129")
    bob.open("group")
    alice.page.mouse.move(800, 400)
    alice.page.mouse.wheel(0, -1500)
    alice.page.wait_for_timeout(800)
    kept = alice.page.evaluate_handle(f"() => ({{drift: ({DRIFT})([-1, 90])}})")
    for at in range(5):
        bob.say(f"below what alice reads {at}")
    assert kept.evaluate("(kept) => kept.drift")["moved"] == 0


def test_pictures_that_come_late_move_nothing(window):
    alice, bob = window("alice"), window("bob")
    bob.open("direct")
    for at in range(4):
        chosen = {"name": f"late {at}.png", "mimeType": "image/png", "buffer": picture(800, 500 + at * 40)}
        bob.page.set_input_files("input[type=file]", [chosen])
        bob.page.wait_for_selector(f".tray:has-text('late {at}.png') img")
        bob.page.click(".send")
        bob.page.wait_for_selector(f".row.sent .picture >> nth={at}")
        bob.say(f"after picture {at}")
    bob.wait_state("after picture 3", "delivered")

    def late(route):
        time.sleep(0.1)
        route.continue_()

    alice.context.route("**/api/v1/files/**", late)
    alice.page.goto(f"{alice.company.site.url}/#/c/{alice.company.ids['direct']}")
    alice.page.wait_for_selector("[role=feed] article")
    drift = alice.page.evaluate(DRIFT, [-1, 90])
    assert drift["moved"] == 0


def test_long_reading_keeps_the_page_small(window):
    alice = window("alice")
    alice.open("group")
    alice.wait_for("Line 129")
    counters = alice.context.new_cdp_session(alice.page)
    counters.send("Performance.enable")
    alice.page.mouse.move(800, 400)
    most = 0
    for _ in range(40):
        alice.page.mouse.wheel(0, -700)
        alice.page.wait_for_timeout(30)
        found = {each["name"]: each["value"] for each in counters.send("Performance.getMetrics")["metrics"]}
        most = max(most, found["Nodes"])
    assert 200 < most <= BARS["DOM nodes"].gate


#: A long list of conversations: only then rows go out of sight and others come.
MANY = """
from accounts.actor import Actor; from chat.services import conversations
for at in range(40):
    last = conversations.create_group(actor=Actor(user={user}, name="Alice Wang"), title=f"Group {{at}}", members=[]).pk
print(last)
"""


def test_going_between_far_conversations_leaves_no_row_behind(window):
    alice = window("alice", viewport={"width": 1280, "height": 500})
    ids = alice.company.ids
    far = int(alice.company.site.ask(MANY.format(user=ids["alice"])))
    alice.page.reload()
    alice.page.wait_for_selector(f".conversation[href='#/c/{far}']")
    counters = alice.context.new_cdp_session(alice.page)
    counters.send("Performance.enable")
    counters.send("HeapProfiler.enable")
    nodes = []
    for _ in range(7):
        for each in (ids["direct"], far):
            alice.page.evaluate("(id) => { location.hash = `#/c/${id}`; }", each)
            # Not by wait_for_selector: it would hold the row itself.
            alice.wait_until(f"!!document.querySelector(\"[href='#/c/{each}'][aria-current=page]\")")
        counters.send("HeapProfiler.collectGarbage")
        found = {each["name"]: each["value"] for each in counters.send("Performance.getMetrics")["metrics"]}
        nodes.append(found["Nodes"])
    # A row has 15 nodes; a list of 40 that keeps what it drew gets dozens of rows more at each turn. The least of three
    # turns counts: the conversation that was just left is sometimes still held by the browser.
    assert min(nodes[-3:]) - min(nodes[:3]) < 100, nodes
