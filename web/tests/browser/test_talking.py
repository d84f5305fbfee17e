"""Two people talk in two browsers."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_messages_go_both_ways_with_ticks_typing_and_badges(window):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    alice.say("Hello Bob, 你好")
    alice.wait_state("Hello Bob, 你好", "delivered")

    badge = bob.page.wait_for_selector(f"{bob.row('direct')} .badge")
    assert "1 unread message" in badge.text_content()
    assert bob.page.title().startswith("(")

    bob.open("direct")
    bob.wait_for("Hello Bob, 你好")
    alice.wait_state("Hello Bob, 你好", "read")
    bob.page.wait_for_selector(f"{bob.row('direct')} .badge", state="detached")

    bob.page.type(".composer textarea", "I am")
    alice.page.wait_for_selector(".beneath:has-text('Bob Miller is typing')")
    bob.say("I am well")
    alice.wait_for("I am well")
    alice.page.wait_for_selector(".beneath:has-text('Online')")
    assert alice.complaints == []
    assert bob.complaints == []


def test_edit_recall_react_and_reply_reach_the_other_side(window):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    alice.say("Meeting at tree")
    bob.wait_for("Meeting at tree")

    alice.page.press(".composer textarea", "ArrowUp")
    alice.page.wait_for_selector(".subject:has-text('Edit message')")
    alice.say("Meeting at three")
    bob.wait_for("Meeting at three")
    assert "edited" in bob.page.text_content(".row:has-text('Meeting at three') .meta")

    bob.page.click(".bubble:has-text('Meeting at three')", button="right")
    bob.page.click(".menu [aria-label='React with 👍']")
    alice.page.wait_for_selector(".row:has-text('Meeting at three') .reactions button:has-text('👍')")

    bob.page.click(".bubble:has-text('Meeting at three')", button="right")
    bob.page.click(".menu [role=menuitem]:has-text('Reply')")
    bob.say("Fine with me")
    alice.page.wait_for_selector(".bubble:has-text('Fine with me') .quote:has-text('Meeting at three')")

    alice.page.click(".bubble:has-text('Meeting at three') >> nth=0", button="right")
    alice.page.click(".menu [role=menuitem]:has-text('Recall')")
    bob.page.wait_for_selector(".notice:has-text('Alice Wang recalled a message')")
    assert alice.complaints + bob.complaints == []


def test_everything_can_be_done_from_the_keyboard(window):
    alice = window("alice")
    alice.open("direct")
    alice.say("Reachable by keys")
    alice.page.wait_for_selector(".row.sent .bubble:has-text('Reachable by keys')")
    row = alice.page.locator(".row").last
    row.focus()
    alice.page.keyboard.press("ArrowUp")
    alice.page.keyboard.press("End")
    alice.page.keyboard.press("Enter")
    alice.page.wait_for_selector(".menu [role=menuitem]:focus")
    alice.page.keyboard.press("Escape")
    alice.page.wait_for_selector(".menu", state="detached")
    alice.page.keyboard.press("r")
    alice.page.wait_for_selector(".subject:has-text('Reply to')")
    assert alice.page.evaluate("document.activeElement.tagName") == "TEXTAREA"


def test_enter_in_an_input_method_chooses_a_word_and_does_not_send(window):
    alice = window("alice")
    alice.open("direct")
    alice.say("before")
    alice.page.wait_for_selector(".row.sent .bubble:has-text('before')")
    field = alice.page.locator(".composer textarea")
    field.focus()
    keys = alice.context.new_cdp_session(alice.page)
    keys.send("Input.imeSetComposition", {"text": "zhong", "selectionStart": 5, "selectionEnd": 5})
    enter = "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, %s})"
    # Chromium while it composes, and Safari just after: the key comes with code 229 and without isComposing.
    field.evaluate(f"(field) => field.dispatchEvent({enter % 'isComposing: true'})")
    field.evaluate(f"(field) => field.dispatchEvent({enter % 'keyCode: 229'})")
    keys.send("Input.insertText", {"text": "中"})
    assert field.input_value() == "中"
    assert not [each for each in alice.texts() if "zhong" in each or "中" in each]
    field.press("Shift+Enter")
    assert field.input_value() == "中\n"
    field.press("Enter")
    alice.wait_for("中")
    assert field.input_value() == ""


HOSTILE = [
    "<script>window.broken=1</script>",
    "<img src=x onerror='window.broken=1'>",
    "javascript:window.broken=1",
    "JaVaScRiPt:window.broken=1//",
    "data:text/html,<script>window.broken=1</script>",
    "&lt;svg onload=window.broken=1&gt; <svg onload=window.broken=1>",
    'https://example.com/"onmouseover="window.broken=1',
]


def test_hostile_text_stays_text(window):
    alice, bob = window("alice"), window("bob")
    bob.open("direct")
    alice.open("direct")
    for text in HOSTILE:
        alice.say(text)
        bob.wait_until("text => [...document.querySelectorAll('.words')].some(e => e.textContent === text)", arg=text)
        for each in (alice, bob):
            assert each.page.evaluate("window.broken") is None, text
            assert each.page.locator(".words img, .words script, .words svg").count() == 0, text
            hrefs = each.page.eval_on_selector_all(".words a", "links => links.map(link => link.protocol)")
            assert set(hrefs) <= {"http:", "https:", "mailto:"}, text
            assert each.complaints == [], text
