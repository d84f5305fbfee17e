"""Networks are lost, pages are reloaded, servers are killed; nothing is lost and nothing comes twice."""

import json
import random
import time
from hashlib import sha256

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def stored(company, prefix: str) -> list[str]:
    """What the database holds, in its order."""
    code = (
        "from chat.models import Entry;"
        f"print('|'.join(e.body.get('text', '') for e in Entry.objects.filter(type='message.created',"
        f" conversation_id={company.ids['direct']}).order_by('seq') if e.body.get('text', '').startswith('{prefix}')))"
    )
    return company.site.ask(code).splitlines()[-1].split("|")


def test_a_lost_network_queues_and_catches_up(window, company):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    alice.say("net 0")
    bob.wait_for("net 0")

    alice.context.set_offline(True)
    alice.say("net 1")
    alice.say("net 2")
    alice.wait_state("net 1", "pending")
    bob.say("net 3 from bob")
    assert "net 3 from bob" not in alice.texts()
    alice.page.wait_for_selector(".banner", timeout=40_000)
    alice.context.set_offline(False)

    alice.wait_for("net 3 from bob")
    bob.wait_for("net 2")
    alice.wait_state("net 2", "read")
    alice.page.wait_for_selector(".banner", state="detached")
    for each in (alice, bob):
        seen = [text for text in each.texts() if text.startswith("net ")]
        assert seen == ["net 0", "net 3 from bob", "net 1", "net 2"]
    assert stored(company, "net ") == ["net 0", "net 3 from bob", "net 1", "net 2"]


#: Whether the foot of a bubble with these words is above the composer.
IN_SIGHT = """(text) => [...document.querySelectorAll('.bubble')].some((each) => each.textContent.includes(text)
    && each.getBoundingClientRect().bottom < document.querySelector('.composer').getBoundingClientRect().top)"""


def test_who_wrote_at_the_end_is_at_the_end_after_the_network_came_back(window):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    alice.context.set_offline(True)
    for at in range(4):
        alice.say(f"end {at}")
    alice.page.wait_for_selector(".banner")
    assert alice.page.locator(".presence").count() == 0  # nobody knows now who is there, not even oneself
    alice.wait_until(IN_SIGHT, "end 3", 5)  # the banner takes its room from the top
    for at in range(30):
        bob.say(f"end {at} from bob")
    bob.wait_state("end 29 from bob", "sent")
    alice.context.set_offline(False)
    alice.wait_for("end 29 from bob", timeout=60_000)
    alice.wait_state("end 3", "read", timeout=60_000)
    alice.wait_until(IN_SIGHT, "end 3", 5)

    # And who reads further up goes to the end with what is said there.
    alice.page.eval_on_selector(".feed-box", "box => { box.scrollTop -= 900; }")
    alice.page.wait_for_selector(".jumps, .jump", state="attached")
    alice.say("end, said from above")
    alice.wait_until(IN_SIGHT, "end, said from above", 5)


def test_a_killed_server_loses_nothing_acknowledged_and_the_windows_heal(window, company):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    for at in range(5):
        alice.say(f"kill {at}")
    alice.wait_state("kill 4", "read")
    company.site.kill()
    alice.say("kill 5")
    bob.say("kill 6 from bob")
    alice.page.wait_for_selector(".banner button:has-text('Retry now')")
    assert alice.state_of("kill 5") == "pending"
    company.site.start()

    bob.wait_for("kill 5", timeout=60_000)
    alice.wait_for("kill 6 from bob", timeout=60_000)
    alice.page.wait_for_selector(".banner", state="detached")
    everything = sorted([*(f"kill {at}" for at in range(6)), "kill 6 from bob"])
    assert sorted(text for text in alice.texts() if text.startswith("kill ")) == everything
    assert [t for t in alice.texts() if t.startswith("kill ")] == [t for t in bob.texts() if t.startswith("kill ")]
    assert sorted(stored(company, "kill ")) == everything


def test_a_page_that_is_closed_keeps_what_was_not_sent(window, company):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    # The page still loads, only the socket does not open, and the long poll that stands in for it is cut too.
    alice.page.route_web_socket("**/ws/v1/", lambda socket: socket.close(code=1013))
    alice.page.route("**/poll/v1/**", lambda route: route.abort())
    alice.page.reload()
    alice.page.wait_for_selector(".banner", timeout=40_000)
    key = f"reload {time.time_ns()}"
    alice.say(key)
    alice.wait_state(key, "pending")
    alice.page.close()
    fresh = alice.context.new_page()
    fresh.goto(f"{company.site.url}/#/c/{company.ids['direct']}")
    bob.wait_for(key)
    fresh.wait_for_selector(f".row.sent .bubble:has-text('{key}')")
    assert stored(company, "reload ").count(key) == 1


def test_a_server_killed_during_an_upload_gets_the_rest_when_it_is_back(window, company):
    """The bytes are those of the file, the upload is the one that was begun, and there is one message of it."""
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    asked: list[tuple[str, str]] = []
    alice.page.on("request", lambda each: "/uploads" in each.url and asked.append((each.method, each.url)))
    network = alice.context.new_cdp_session(alice.page)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    network.send("Network.emulateNetworkConditions", slow)
    data = random.Random(3).randbytes(3_000_000)
    chosen = {"name": "plans.bin", "mimeType": "application/octet-stream", "buffer": data}
    alice.page.set_input_files("input[type=file]", [chosen])
    alice.page.click(".send")
    alice.wait_until("() => document.querySelector('.tray progress')?.value > 0")
    company.site.kill()
    share = alice.page.evaluate("document.querySelector('.tray progress').value")
    assert 0 < share < 1
    alice.page.wait_for_selector(".banner")
    assert alice.page.locator(".tray .leaving progress").count() == 1
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": -1})
    before = len(asked)
    company.site.start()

    bob.page.wait_for_selector(".attachment:has-text('plans.bin')", timeout=60_000)
    alice.page.wait_for_selector(".tray", state="detached")
    alice.page.wait_for_selector(".row.sent .attachment:has-text('plans.bin')")
    for each in (alice, bob):
        assert each.page.locator(".attachment:has-text('plans.bin')").count() == 1
    assert [method for method, url in asked if url.endswith("/uploads")] == ["POST"]
    assert [method for method, _ in asked[before:] if method == "PATCH"], "nothing went on"
    code = (
        "import json; from chat.models import Entry, File;"
        "print(json.dumps([[f.size, f.sha256, Entry.objects.filter(type='message.created', body__file=str(f.pk)).count()]"
        " for f in File.objects.filter(name='plans.bin')]))"
    )
    kept = json.loads(company.site.ask(code).splitlines()[-1])
    assert kept == [[len(data), sha256(data).hexdigest(), 1]]


def test_the_last_message_stays_in_sight_beside_a_pane_and_after_a_reload(window):
    alice = window("alice")
    alice.open("group")
    for at in range(12):
        alice.say(
            f"Line {at} of a talk that is long enough to need one line more where there is less room beside it, as now"
        )
    alice.page.wait_for_selector(".row.sent .bubble:has-text('Line 11 of')")
    box = "const box = document.querySelector('.feed-box')"
    rest = f"() => {{ {box}; return box.scrollHeight - box.scrollTop - box.clientHeight; }}"
    alice.wait_until(f"() => ({rest})() <= 2", None, 5)
    alice.page.click(".talk-head .round >> nth=-1")
    alice.page.wait_for_selector(".side .side-who")
    alice.wait_until(f"() => ({rest})() <= 2", None, 5)
    alice.page.reload()
    alice.page.wait_for_selector(".bubble:has-text('Line 11 of')")
    alice.wait_until(f"() => ({rest})() <= 2", None, 5)
