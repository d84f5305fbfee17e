"""What one does with messages: threads, forwarding, polls, urgent ones, files looked at first, code and tables."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def menu(window, text, item):
    window.page.click(f"main .bubble:has-text('{text}') >> nth=-1", button="right", position={"x": 16, "y": 10})
    window.page.click(f".menu [role=menuitem]:has-text('{item}')")


def test_a_thread_beside_the_conversation_is_one_line_in_it(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    bob.open("group")
    alice.say("Shall we ship on Friday?")
    bob.wait_for("Shall we ship on Friday?")
    menu(bob, "Shall we ship on Friday?", "Reply in thread")
    bob.page.fill(".side .composer textarea", "Release notes are done")
    bob.page.press(".side .composer textarea", "Enter")
    alice.page.wait_for_selector(".fold:has-text('Release notes are done')")
    alice.page.click(".thread-foot:has-text('1 reply')")
    alice.page.wait_for_selector(".side .bubble:has-text('Release notes are done')")
    assert alice.page.locator("main .bubble:has-text('Release notes are done')").count() == 0
    alice.page.wait_for_selector(".side .follow[aria-pressed=true]")
    assert alice.complaints + bob.complaints == []


def test_several_messages_are_forwarded_as_one(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    alice.say("The first of two")
    alice.say("The second of two")
    alice.page.wait_for_selector(".row.sent .bubble:has-text('The second of two')")
    menu(alice, "The first of two", "Select messages")
    alice.page.click(".row.picks:has-text('The second of two') .bubble")
    alice.page.click(".pick-bar .button")
    alice.page.click(".forward-list label:has-text('Bob Miller')")
    alice.page.click(".forward > .button")
    alice.page.wait_for_selector("dialog", state="detached")
    alice.page.wait_for_selector(".composer textarea")
    bob.open("direct")
    bob.page.click(".merged:has-text('The second of two')")
    bob.page.wait_for_selector(".merged-all li:has-text('The first of two')")
    assert alice.complaints + bob.complaints == []


def test_a_poll_counts_in_place_and_an_urgent_message_is_confirmed(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    bob.open("group")
    alice.say('/poll "Lunch?" "Noodles" "Rice"')
    bob.page.click(".card-button:has-text('Noodles')")
    alice.page.wait_for_selector(".message-card:has-text('100% · 1')")
    alice.page.click(".composer [aria-label^='Urgent']")
    alice.say("The server room is warm")
    bob.page.click(".row:has-text('The server room is warm') .confirm .button")
    alice.page.wait_for_selector(".row:has-text('The server room is warm') .confirm:has-text('1 person confirmed')")
    assert alice.complaints + bob.complaints == []


def test_files_are_looked_at_before_they_are_sent_and_text_goes_meanwhile(window):
    alice = window("alice")
    alice.open("direct")
    alice.page.set_input_files("input[type=file]", [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"one"}])
    alice.page.set_input_files("input[type=file]", [{"name": "b.txt", "mimeType": "text/plain", "buffer": b"two"}])
    alice.page.wait_for_selector(".tray li:has-text('b.txt')")
    assert alice.page.locator(".attachment:has-text('b.txt')").count() == 0
    alice.page.click("[aria-label='Remove a.txt']")
    alice.say("with a word")
    alice.wait_for("with a word")
    alice.page.wait_for_selector(".attachment:has-text('b.txt')")
    assert alice.page.locator(".attachment:has-text('a.txt')").count() == 0


def test_markdown_is_drawn_and_stays_text(window):
    alice = window("alice")
    alice.open("direct")
    alice.say("## Plan\n| a | b |\n|---|---|\n| <b>1</b> | 2 |\n```js\nconst a = '<img src=x>';\n```\n**bold**")
    alice.page.wait_for_selector(".words table td:has-text('<b>1</b>')")
    alice.page.wait_for_selector(".code .c-keyword:has-text('const')")
    assert alice.page.locator(".words b, .words img").count() == 0
    assert alice.complaints == []


def test_a_message_is_reported_and_settled(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    bob.open("group")
    alice.say("Cheap watches, today only")
    menu(bob, "Cheap watches, today only", "Report")
    bob.page.check("dialog label:has-text('Advertising') input")
    bob.page.fill("dialog textarea", "Again")
    bob.page.click("dialog .button:has-text('Send report')")
    bob.page.wait_for_selector("dialog", state="detached")
    alice.page.click(".talk-head [aria-label='Details']")
    alice.page.click(".side-links .result:has-text('Reports')")
    row = alice.page.locator(".report-row:has-text('Cheap watches, today only')")
    row.wait_for()
    assert "Bob" in row.inner_text()
    assert "Again" in row.inner_text()
    row.locator("button:has-text('Remove the message')").click()
    alice.page.wait_for_selector("dialog:has-text('Nothing waits')")
    bob.page.wait_for_selector("main :text('recalled a message')")
    assert alice.complaints + bob.complaints == []
