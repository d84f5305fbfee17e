"""What goes through the HTTP door from the page: files, search, groups, devices; and mentions."""

import struct
import zlib

import pytest

from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def png(width: int, height: int) -> bytes:
    """A picture of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = (b"\0" + b"\x2a\x66\xe8" * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_a_picture_and_a_file_arrive(window):
    alice, bob = window("alice"), window("bob")
    alice.open("direct")
    bob.open("direct")
    alice.page.set_input_files(
        "input[type=file]", [{"name": "plan.png", "mimeType": "image/png", "buffer": png(640, 400)}]
    )
    alice.page.wait_for_selector(".tray:has-text('plan.png') img")
    alice.page.click(".send")
    bob.page.wait_for_selector(".picture img")
    bob.wait_until("document.querySelector('.picture img').naturalWidth > 0")
    shown = bob.page.eval_on_selector(".picture img", "image => [image.width, image.height]")
    assert shown[0] / shown[1] == pytest.approx(1.6, abs=0.02)
    alice.page.set_input_files(
        "input[type=file]", [{"name": "notes.txt", "mimeType": "text/plain", "buffer": b"hello"}]
    )
    alice.page.click(".send")
    bob.page.wait_for_selector(".attachment:has-text('notes.txt')")
    bob.page.click(".attachment:has-text('notes.txt')")  # is looked at first
    bob.page.wait_for_selector(".file-view code:has-text('hello')")
    assert violations(bob.page) == []
    with bob.page.expect_download() as download:
        bob.page.click(".file-view a")
    assert download.value.path().read_bytes() == b"hello"
    bob.page.keyboard.press("Escape")
    bob.page.click(".picture")
    bob.page.wait_for_selector(".viewer img")
    assert alice.complaints + bob.complaints == []


def test_search_finds_chinese_and_goes_to_the_message(window):
    alice = window("alice")
    alice.open("group")
    alice.say("我们周四讨论发布计划")
    alice.page.wait_for_selector(".row.sent .bubble:has-text('发布计划')")
    for _ in range(20):  # the index follows the log
        alice.page.fill("[type=search]", "")
        alice.page.fill("[type=search]", "周四")
        alice.page.wait_for_timeout(700)
        if alice.page.locator(".result.hit").count():
            break
    alice.page.click(".result.hit:has-text('周四')")
    alice.page.wait_for_selector(".row[data-flash] .bubble:has-text('发布计划')")
    alice.page.fill("[type=search]", "Line 3 of")
    alice.page.click(".result.hit:has-text('Line 3 of')")
    alice.page.wait_for_selector(".row[data-flash] .bubble:has-text('Line 3 of')")
    assert alice.complaints == []


def test_a_group_is_made_and_a_mention_is_told(window):
    alice, charlie = window("alice"), window("charlie")
    alice.page.click(".sidebar-head .round")
    alice.page.click(".segments button:has-text('Group')")
    alice.page.fill(".field >> nth=0", "Tea 茶")
    alice.page.click(".dialog .result:has-text('Charlie')")
    alice.page.click(".dialog .button")
    alice.page.wait_for_selector(".talk-title:has-text('Tea 茶')")
    charlie.page.wait_for_selector(".conversation:has-text('Tea 茶')")
    alice.page.type(".composer textarea", "Green or black, @char")
    alice.page.wait_for_selector(".completions [role=option]:has-text('Charlie')")
    alice.page.keyboard.press("Enter")
    alice.page.keyboard.type("?")
    alice.page.keyboard.press("Enter")
    charlie.page.wait_for_selector(".conversation:has-text('Tea 茶') .badge.mention")
    charlie.page.click(".conversation:has-text('Tea 茶')")
    charlie.page.wait_for_selector(".bubble .mention:has-text('@Charlie Li')")
    charlie.page.wait_for_selector(".conversation:has-text('Tea 茶') .badge", state="detached")
    assert alice.complaints + charlie.complaints == []


def test_a_device_is_signed_out_from_another(window):
    first, second = window("charlie"), window("charlie")
    first.page.click(".me")
    first.page.click(".menu [role=menuitem]:has-text('Devices')")
    first.page.wait_for_selector(".devices li:has-text('This device')")
    others = first.page.locator(".devices li:not(:has-text('This device')) button")
    for _ in range(others.count()):
        left = others.count()
        others.first.click()
        first.wait_until("n => document.querySelectorAll('.devices li').length === n", arg=left)
    second.page.wait_for_selector(".banner.final:has-text('You were signed out')", timeout=10_000)
    second.page.click(".banner a")
    second.page.wait_for_selector("#username")


def test_signing_out_forgets_what_the_browser_kept(window):
    bob = window("bob")
    bob.page.click(".me")
    bob.page.click(".menu [role=menuitem]:has-text('Sign out')")
    bob.page.wait_for_selector("#username")
    assert bob.page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    bob.page.goto(bob.company.site.url)
    bob.page.wait_for_selector("#username")
