"""The shell around a conversation: list, switcher, search, panes, settings, and what works without a network."""

import json

import pytest

from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


#: Whether the end of a conversation is on this machine.
KEPT = """() => new Promise((told) => {
    const asked = indexedDB.open('parley-1');
    asked.onsuccess = () => {
        const found = asked.result.transaction('pairs').objectStore('pairs').count('cache/1/talk/%d/');
        found.onsuccess = () => { asked.result.close(); told(found.result > 0); };
    };
})"""


def menu(window, name: str, item: str) -> None:
    """Choose ``item`` of the menu of conversation ``name``."""
    window.page.click(window.row(name), button="right")
    window.page.click(f".menu [role^=menuitem]:has-text('{item}')")


def first_row(window) -> str:
    return window.page.get_attribute(".conversations li:has(.conversation) >> nth=0 >> .conversation", "href")


def test_the_list_stars_mutes_and_marks_on_every_device(window, company):
    alice, other, bob = window("alice"), window("alice"), window("bob")
    bob.open("direct")
    bob.say("newest in direct")
    alice.page.wait_for_selector(f"{alice.row('direct')}:has-text('newest in direct')")
    menu(alice, "group", "Keep on top")
    for each in (alice, other):
        each.wait_until("href => document.querySelector('.conversation').getAttribute('href') === href",
                        arg=f"#/c/{company.ids['group']}")  # fmt: skip
    menu(alice, "group", "Do not keep on top")

    alice.open("group")
    alice.page.wait_for_selector(f"{alice.row('direct')} .badge:not(.dot)")
    menu(alice, "direct", "Mute")
    alice.page.click(".menu [role=menuitem]:has-text('For an hour')")
    for each in (alice, other):
        each.page.wait_for_selector(f"{each.row('direct')} .badge.dot.muted")
    menu(alice, "direct", "Unmute")
    menu(alice, "direct", "Mark as read")
    for each in (alice, other):
        each.page.wait_for_selector(f"{each.row('direct')} .badge", state="detached")
    menu(alice, "direct", "Mark as unread")
    other.page.wait_for_selector(f"{other.row('direct')} .badge.dot")
    menu(other, "direct", "Mark as read")
    alice.page.wait_for_selector(f"{alice.row('direct')} .badge", state="detached")
    assert alice.complaints + other.complaints + bob.complaints == []


def test_everything_is_read_at_once_and_can_be_taken_back(window):
    alice, bob = window("alice"), window("bob")
    alice.open("group")
    bob.open("direct")
    bob.say("read me later")
    alice.page.wait_for_selector(f"{alice.row('direct')} .badge")
    alice.page.keyboard.press("Shift+Escape")
    alice.page.wait_for_selector(f"{alice.row('direct')} .badge", state="detached")
    alice.page.click(".toast-action:has-text('Undo')")
    alice.page.wait_for_selector(f"{alice.row('direct')} .badge")
    menu(alice, "direct", "Mark as read")
    assert alice.complaints == []


def test_a_switch_draws_two_rows_and_nothing_else_of_the_list(window):
    alice = window("alice")
    alice.open("direct")
    alice.page.wait_for_timeout(500)
    alice.page.evaluate(
        """() => {
            window.changedRows = new Set();
            new MutationObserver((all) => all.forEach(({target}) => {
                const row = (target.nodeType === 1 ? target : target.parentElement)?.closest('.conversation');
                window.changedRows.add(row?.getAttribute('href') ?? 'list');
            })).observe(document.querySelector('.conversations'), {subtree: true, childList: true, attributes: true});
        }"""
    )
    alice.page.click(alice.row("group"))
    alice.page.wait_for_selector(".bubble:has-text('Line 129')")
    rows = set(alice.page.evaluate("[...window.changedRows]"))
    assert rows <= {f"#/c/{alice.company.ids['direct']}", f"#/c/{alice.company.ids['group']}", "list"}


def test_the_switcher_goes_to_people_and_groups_by_a_few_letters(window):
    alice = window("alice")
    alice.open("direct")
    alice.page.keyboard.press("Control+k")
    alice.page.wait_for_selector(".switcher input:focus")
    alice.page.keyboard.type("lcl")
    alice.page.wait_for_selector(".switcher [role=option]:has-text('Charlie Li')")
    alice.page.keyboard.press("Escape")
    alice.page.wait_for_selector(".switcher", state="detached")
    alice.page.keyboard.press("Control+k")
    alice.page.keyboard.type("发布")
    alice.page.wait_for_selector(".switcher [role=option][aria-selected=true]:has-text('Launch')")
    alice.page.keyboard.press("Enter")
    alice.page.wait_for_selector(".talk-title:has-text('Launch')")
    assert alice.complaints == []


def test_keys_right_after_opening_the_switcher_are_typed_into_it(window):
    alice = window("alice")
    alice.page.keyboard.press("Control+k")
    alice.page.keyboard.type("Charlie")
    alice.page.wait_for_selector(".switcher")
    assert alice.page.input_value(".switcher input") == "Charlie"


def test_a_search_is_narrowed_and_walked_by_keys(window):
    alice = window("alice")
    for _ in range(40):  # the index follows the log
        alice.page.fill("[type=search]", "")
        alice.page.fill("[type=search]", "launch plan from:charlie")
        alice.page.wait_for_timeout(700)
        if alice.page.locator(".result.hit:has-text('Line 128')").count():
            break
    assert alice.page.locator(".result.hit mark").first.text_content().lower() in ("launch", "launch plan")
    alice.wait_until(
        "() => { const all = [...document.querySelectorAll('.result.hit .preview')];"
        " return all.length > 0 && all.every(each => each.textContent.startsWith('Charlie Li:')); }"
    )
    # What was found before stays until the answer is there: keys pressed meanwhile would walk rows that are replaced.
    alice.page.wait_for_selector(".results[aria-busy=false]")
    alice.page.press("[type=search]", "ArrowDown")
    alice.page.keyboard.press("ArrowDown")
    alice.page.wait_for_selector(".result.hit:focus:has-text('Line 125')")
    alice.page.keyboard.press("Enter")
    alice.page.wait_for_selector(".row[data-flash] .bubble:has-text('Line 125')")
    alice.page.click(".search-filters button:has-text('with a file')")
    alice.page.wait_for_selector(".results [role=status]:has-text('Nothing found')")
    assert alice.complaints == []


def test_a_group_is_named_anew_and_its_people_are_listed(window, company):
    alice, bob = window("alice"), window("bob")
    alice.page.click(".sidebar-head .round")
    alice.page.click(".segments button:has-text('Group')")
    alice.page.fill(".field >> nth=0", "Garden")
    alice.page.click(".dialog .result:has-text('Bob')")
    alice.page.click(".dialog .button")
    bob.page.click(".conversation:has-text('Garden')")
    alice.page.click("[aria-label='Details']")
    alice.page.click(".side-who button:has-text('Edit')")
    alice.page.fill(".side-form .field >> nth=0", "Garden 花园")
    alice.page.fill(".side-form textarea", "What grows where")
    alice.page.click(".side-form [type=submit]")
    bob.page.wait_for_selector(".talk-title:has-text('Garden 花园')")
    alice.page.click(".side-links .result:has-text('Members')")
    alice.page.wait_for_selector(".member:has-text('Alice Wang (You)') .role:has-text('Owner')")
    alice.page.click(".member:has-text('Bob') .quiet.round")
    alice.page.click(".menu [role=menuitem]:has-text('Make administrator')")
    alice.page.wait_for_selector(".member:has-text('Bob') .role:has-text('Administrator')")
    alice.page.click(".member:has-text('Bob') .result")
    alice.page.click(".card .button:has-text('Message')")
    alice.page.wait_for_selector(f"{alice.row('direct')}[aria-current=page]")
    bob.page.click("[aria-label='Details']")
    bob.page.click(".side button:has-text('Leave the group')")
    bob.page.click(".dialog .button.danger")
    bob.page.wait_for_selector(".conversation:has-text('Garden')", state="detached")
    assert alice.complaints + bob.complaints == []


def test_settings_hold_on_every_device_and_folders_too(window):
    alice, other = window("alice"), window("alice")
    alice.page.click("[aria-label='Settings']")
    alice.page.click(".settings-pages button:has-text('Appearance')")
    alice.page.click(".settings button:has-text('Compact')")
    other.page.wait_for_selector(".conversations.compact")
    alice.page.click(".settings button:has-text('Comfortable')")
    other.page.wait_for_selector(".conversations.comfortable")
    alice.page.keyboard.press("Escape")
    alice.page.click("[aria-label='New folder']")
    alice.page.fill(".dialog .field >> nth=0", "Launches")
    alice.page.click(".dialog .result:has-text('Launch 发布组')")
    alice.page.click(".dialog [type=submit]")
    other.page.click(".filters button:has-text('Launches')")
    other.page.wait_for_selector(other.row("group"))
    assert other.page.locator(".conversation").count() == 1
    other.page.click("[aria-label='Edit folder']")
    other.page.click(".dialog button:has-text('Delete folder')")
    alice.page.wait_for_selector(".filters button:has-text('Launches')", state="detached")
    assert alice.complaints + other.complaints == []


def test_a_status_is_seen_by_the_others(window):
    alice, bob = window("alice"), window("bob")
    bob.open("group")
    alice.page.click(".me")
    alice.page.click(".menu-status")
    alice.page.fill(".dialog .field", "Writing the plan")
    alice.page.click(".dialog [type=submit]")
    alice.page.wait_for_selector(".dialog", state="detached")
    bob.page.wait_for_selector(f"{bob.row('direct')} .status-emoji")
    alice.page.click(".me")
    alice.page.click(".menu-status:has-text('Writing the plan')")
    alice.page.click(".dialog button:has-text('Clear')")
    bob.page.wait_for_selector(f"{bob.row('direct')} .status-emoji", state="detached")
    assert alice.complaints + bob.complaints == []


def test_the_help_lists_the_shortcuts_and_they_move_between_conversations(window):
    alice = window("alice")
    alice.page.click(".conversation >> nth=0")  # the first: there is one below it to move to
    alice.page.wait_for_selector(".composer textarea")
    alice.page.evaluate("document.activeElement.blur()")
    alice.page.keyboard.press("?")
    alice.page.wait_for_selector(".shortcuts:has-text('Previous unread conversation')")
    alice.page.keyboard.press("Escape")
    before = alice.page.url
    alice.page.keyboard.press("Alt+ArrowDown")
    alice.wait_until("before => location.href !== before", arg=before)
    alice.page.keyboard.press("Alt+ArrowUp")
    alice.wait_until("before => location.href === before", arg=before)


def test_the_page_opens_without_a_network_and_comes_back(window):
    alice = window("alice")
    alice.open("group")
    alice.wait_for("Line 129")
    alice.wait_until("caches.match('/', {cacheName: 'parley-page'}).then(kept => !!kept)")  # at the first visit already
    alice.wait_until(KEPT % alice.company.ids["group"])  # what was read is written behind
    alice.context.set_offline(True)
    alice.page.reload()
    alice.wait_for("Line 129")
    alice.page.wait_for_selector(".banner")
    alice.context.set_offline(False)
    alice.page.wait_for_selector(".banner", state="detached")


def test_a_push_becomes_one_notification_per_conversation_and_opens_the_message(window, company):
    alice = window("alice")
    alice.context.grant_permissions(["notifications"], origin=company.site.url)
    alice.wait_until("navigator.serviceWorker.controller !== null")
    driver = alice.context.new_cdp_session(alice.page)
    registrations: list[str] = []
    driver.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(each["registrationId"] for each in told["registrations"]),
    )
    driver.send("ServiceWorker.enable")
    alice.wait_until("true")
    for _ in range(50):
        if registrations:
            break
        alice.page.wait_for_timeout(100)
    for seq in (3, 4):
        data = {"conversation": company.ids["group"], "seq": seq, "title": "Launch", "body": f"Line {seq}"}
        driver.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": company.site.url, "registrationId": registrations[0], "data": json.dumps(data)},
        )
    # The page is open and focused: it tells by itself, the worker keeps silent.
    alice.page.wait_for_timeout(500)
    shown = (
        "navigator.serviceWorker.getRegistration().then(r => r.getNotifications()).then(all => all.map(n => n.body))"
    )
    count = len(alice.page.evaluate(shown))
    assert count <= 1
    assert alice.complaints == []


def test_signing_out_leaves_nothing_behind(window):
    bob = window("bob")
    bob.wait_until("navigator.serviceWorker.controller !== null")
    bob.page.reload()
    bob.page.wait_for_selector(".conversation")
    bob.wait_until("caches.keys().then(all => all.includes('parley-page'))")
    bob.page.click(".me")
    bob.page.click(".menu [role=menuitem]:has-text('Sign out')")
    bob.page.wait_for_selector("#username")
    assert bob.page.evaluate("indexedDB.databases().then(all => all.length)") == 0
    assert "parley-page" not in bob.page.evaluate("caches.keys()")
    assert bob.page.evaluate("localStorage.length + sessionStorage.length") == 0


@pytest.mark.parametrize(("theme", "locale"), [("light", "en-GB"), ("dark", "zh-CN")])
def test_every_screen_of_the_shell_is_accessible(window, theme, locale):
    alice = window("alice", color_scheme=theme, locale=locale)
    page = alice.page
    found: dict[str, list[str]] = {}

    def look(screen: str, selector: str) -> None:
        page.wait_for_selector(selector)
        found[screen] = violations(page)

    look("nothing open", ".nothing")
    alice.open("group")
    page.click(".talk-head .round >> nth=-1")
    look("details", ".side-who")
    page.click(".side-who .plain")
    look("group settings", ".side-form")
    page.click(".side-links .result >> nth=0")
    look("members", ".member")
    page.click(".member .result >> nth=1")
    look("card", ".card")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    look("switcher", ".switcher")
    page.keyboard.press("Escape")
    page.click(".rail-button >> nth=-1")
    for at in range(5):
        page.click(f".settings-pages button >> nth={at}")
        look(f"settings {at}", ".settings-part")
    page.keyboard.press("Escape")
    page.click(".me")
    look("account", ".menu")
    page.click(".menu-status")
    look("status", ".status-field")
    page.keyboard.press("Escape")
    page.fill("[type=search]", "Charlie")
    look("search", ".results .result")
    page.fill("[type=search]", "")
    page.click(".conversation >> nth=0", button="right")
    look("menu of a conversation", ".menu")
    page.keyboard.press("Escape")
    for at, screen in ((1, "threads"), (2, "saved")):
        page.click(f".rail-button >> nth={at}")
        look(screen, ".sidebar .empty, .sidebar .cards")
    page.click(".rail-button >> nth=-2")
    look("shortcuts", ".shortcuts")
    assert sorted({f"{screen}: {told[:300]}" for screen, all_of in found.items() for told in all_of}) == []
