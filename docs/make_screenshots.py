"""``make screenshots``: pictures of the main screens, of a demo company made for them, into docs/screenshots.

Every screen wide, in light English and in dark Chinese; the screens of a phone narrow, in the same two; and what one looks
at most in the other two as well. Names of screens given as words make only those.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from web.tests.browser.site import Site

FOLDER = Path(__file__).resolve().parent / "screenshots"
PASSWORD = "screenshots-only-1"
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
NARROW: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
#: What stands behind a screen's name → in which language and colours.
LOOKS: dict[str, dict[str, Any]] = {
    "": {"locale": "en-GB", "color_scheme": "light"},
    "-dark-zh": {"locale": "zh-CN", "color_scheme": "dark"},
    "-dark": {"locale": "en-GB", "color_scheme": "dark"},
    "-zh": {"locale": "zh-CN", "color_scheme": "light"},
}
#: Looks in which only these screens are taken.
FEW = {"-dark", "-zh"}
MOST_SEEN = {"chat", "thread", "settings", "chat-mobile", "chat-mobile-list"}
#: Every movement at its end, every picture there.
SETTLED = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))).then(() => {
    document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime < Infinity)
        .forEach((each) => each.finish());
    return Promise.all([...document.images].filter((each) => !each.complete)
        .map((each) => new Promise((done) => { each.onload = each.onerror = done; })));
})"""
#: An app of Alice's at work in the launch group, what it says to her alone, and another that waits for a reviewer.
APPS = """
from accounts.actor import Actor
from accounts.models import User
from chat.models import Conversation
from chat.services import members
from openplatform.dialects.manifest import Asked, Command, Manifest
from openplatform.services import apps, installations, manifests, whispers
alice = Actor(user=User.objects.get(username="alice").pk)
group = Conversation.objects.get(title__startswith="Launch 2.0").pk
asked = Asked(url="https://deploys.example.com/parley")
for name, about, waits in (("Deploys", "Tells of each deployment and asks before one.", False),
                           ("Away", "Asks for leave with a form.", True)):
    scopes = ["messages:write", "messages:read", "commands:register"]
    manifest = Manifest(name=name, description=about, scopes=scopes, interactivity=asked,
                        commands=[Command(name=name.lower(), help=about)])
    app = manifests.create(actor=alice, manifest=manifest).app.pk
    apps.request_approval(actor=alice, app=app)
    if waits:
        continue
    apps.approve(actor=Actor(user=0), app=app)
    bot = installations.install(actor=alice, app=app)[0].device.user_id
    members.add_members(actor=alice, conversation=group, users=[bot])
    card = {"title": "Release 2.0.1 to production?", "color": "orange", "text": "14 commits, all checks passed.",
            "blocks": [{"type": "actions", "elements": [
                {"type": "button", "action": "go", "text": "Release", "style": "primary"},
                {"type": "button", "action": "wait", "text": "Not today"}]}]}
    whispers.say(actor=Actor(user=bot), conversation=group, user=alice.user, kind="card", body=card)
"""
Go = Callable[[Page], None]
GEAR = ".rail-button:has(svg) >> nth=-1"
#: Somebody who came today: nothing was said to them yet.
NEWCOMER = (
    "from accounts.actor import SYSTEM; from accounts.services import users;"
    f"users.create(actor=SYSTEM, username='newcomer', name='Noor Haddad', password='{PASSWORD}')"
)

#: Who opens the admin.
ROOT = f"from accounts.models import User; User.objects.create_superuser('root', {PASSWORD!r}, name='Root')"


def _nothing(page: Page) -> None:
    """Stay where one is."""


def _in(title: str, *then: Go) -> Go:
    """Open the conversation whose title matches this (people are named differently in each language); then the rest."""

    def go(page: Page) -> None:
        page.locator(".conversation").filter(has=page.locator(f".title >> text=/{title}/")).first.click()
        page.wait_for_selector(f".talk-head h1 >> text=/{title}/")
        page.wait_for_selector("main .bubble")
        for each in then:
            each(page)

    return go


def _click(selector: str) -> Go:
    return lambda page: page.locator(selector).first.click()


def _back_to(selector: str) -> Go:
    """Scroll up through what was said until this is in the middle."""

    def go(page: Page) -> None:
        page.hover("main .row >> nth=-1")
        for _ in range(120):
            if page.locator(selector).count():
                break
            page.mouse.wheel(0, -400)
            page.wait_for_timeout(60)
        page.locator(selector).last.evaluate("(found) => found.scrollIntoView({block: 'center'})")
        page.wait_for_timeout(300)

    return go


def _type(key: str, words: str = "") -> Go:
    """A key of the page, with the focus nowhere, and words."""

    def go(page: Page) -> None:
        page.evaluate("() => document.activeElement?.blur()")
        page.keyboard.press(key)
        page.keyboard.type(words)

    return go


def _offline(page: Page) -> None:
    page.context.set_offline(True)


def _at(address: str) -> Go:
    return lambda page: page.evaluate("(to) => { location.hash = to }", address)


def _later(page: Page) -> None:
    """The choice of a moment for what was written."""
    page.fill(".composer textarea", "Shall we go through the list on Monday?")
    page.click(".writing-tools [aria-haspopup=dialog] >> nth=1")


LAUNCH = "Launch 2.0"
#: Screen → how to come there from the list, and what is then there. No words of the client are used.
SCREENS: dict[str, tuple[Go, str]] = {
    "nothing-open": (_nothing, ".nothing"),
    "chat": (_in(LAUNCH), "main .bubble"),
    "chat-poll": (_in("Lunch", _back_to("main .message-card")), "main .message-card"),
    "thread": (_in(LAUNCH, _back_to("main .thread-foot"), _click("main .thread-foot")), ".side .bubble"),
    "details": (_in(LAUNCH, _click(".talk-head .round >> nth=-1")), ".side .side-who"),
    "members": (
        _in(LAUNCH, _click(".talk-head .round >> nth=-1"), _click(".side-links .result")),
        ".side .member-list .member",
    ),
    "direct": (_in("Li Na|李娜", _back_to("main .merged")), "main .bubble"),
    "picture": (_in(LAUNCH, _back_to("main .picture"), _click("main .picture")), ".lightbox img"),
    "menu": (_in(LAUNCH, lambda page: page.locator("main .bubble").last.click(button="right")), ".menu"),
    "search": (lambda page: page.fill("[type=search]", "release"), ".results .hit"),
    "switcher": (_in(LAUNCH, _type("Control+k", "li")), ".switcher-list [role=option]"),
    "settings": (_click(GEAR), ".settings-pages"),
    "later": (_in(LAUNCH, _later), ".moment"),
    "console": (_at("#/apps"), ".console-head"),
    "console-app": (_at("#/apps/1"), ".console-head"),
    "no-connection": (_in(LAUNCH, _offline), ".banner"),
}
#: The same on a phone.
NARROW_SCREENS: dict[str, tuple[Go, str]] = {
    "chat-mobile-list": (_nothing, ".conversation"),
    "chat-mobile": (_in(LAUNCH), "main .bubble"),
    "chat-mobile-poll": (_in("Lunch", _back_to("main .message-card")), "main .message-card"),
    "thread-mobile": (_in(LAUNCH, _back_to("main .thread-foot"), _click("main .thread-foot")), ".side .bubble"),
    "details-mobile": (_in(LAUNCH, _click(".talk-head .round >> nth=-1")), ".side .side-who"),
    "search-mobile": (lambda page: page.fill("[type=search]", "release"), ".results .hit"),
    "settings-mobile": (_click(GEAR), ".settings-pages"),
}
#: The admin, for who may do everything: screen → address below /admin/, and what is then there. Light, dark, wide, narrow.
ADMIN = {
    "admin-front": ("", ".dashboard-state[data-state=live]"),
    "admin-people": ("accounts/user/", "#result_list"),
    "admin-devices": ("accounts/device/", "#result_list"),
    "admin-group": ("groups/governedgroup/", "#result_list"),
    "admin-audit": ("audit/auditrecord/", "#result_list"),
}


def _picture(page: Page, name: str) -> None:
    """Take it, in 256 colours: a third of the size, and nobody sees the difference."""
    place = FOLDER / f"{name}.png"
    page.evaluate(SETTLED)
    page.screenshot(path=place)
    with Image.open(place) as taken:
        few = taken.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    few.save(place, optimize=True)
    print(f"  {place.name} ({place.stat().st_size // 1024} KB)", flush=True)


def _signed_in(browser: Browser, url: str, username: str, options: dict[str, Any], picture: str = "") -> Page:
    page = browser.new_context(**options).new_page()
    page.set_default_timeout(30_000)
    page.goto(f"{url}/signin/")
    page.wait_for_selector("#username")
    if picture:
        _picture(page, picture)
    page.fill("#username", username)
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.wait_for_selector(".sidebar")
    return page


def _take(page: Page, url: str, screens: dict[str, tuple[Go, str]], look: str, wanted: set[str]) -> None:
    for name, (go, there) in screens.items():
        if name not in wanted:
            continue
        # A page without what the screen before left open.
        page.goto("about:blank")
        page.goto(f"{url}/")
        page.wait_for_selector(".conversation")
        go(page)
        page.wait_for_selector(there)
        page.mouse.move(0, 0)
        page.wait_for_timeout(400)
        _picture(page, f"{name}{look}")
        page.context.set_offline(False)
    page.context.close()


def take(browser: Browser, url: str, wanted: set[str]) -> None:
    """All screens in all looks."""
    for look, options in LOOKS.items():
        every = {*SCREENS, *NARROW_SCREENS, "signin", "empty"}
        here = (wanted or every) & (MOST_SEEN if look in FEW else every)
        door = f"signin{look}" if "signin" in here else ""
        _take(_signed_in(browser, url, "alice", {**WIDE, **options}, door), url, SCREENS, look, here)
        _take(_signed_in(browser, url, "alice", {**NARROW, **options}), url, NARROW_SCREENS, look, here)
        if "empty" in here:
            page = _signed_in(browser, url, "newcomer", {**WIDE, **options})
            page.wait_for_selector(".sidebar .empty")
            _picture(page, f"empty{look}")
            page.context.close()


def take_admin(browser: Browser, url: str, wanted: set[str]) -> None:
    """The pages of the admin."""
    here = [name for name in ADMIN if name in (wanted or ADMIN)]
    for look, narrow in (("", ""), ("-dark", ""), ("", "-mobile"), ("-dark", "-mobile")) if here else ():
        page = _signed_in(browser, url, "root", {**(NARROW if narrow else WIDE), **LOOKS[look]})
        for name in here:
            address, there = ADMIN[name]
            page.goto(f"{url}/admin/{address}")
            page.wait_for_selector(there)
            if name == "admin-group":
                page.click(f"#result_list >> text={LAUNCH}")
                page.wait_for_selector("#members")
            page.wait_for_timeout(400)
            _picture(page, f"{name}{narrow}{look}")
        page.context.close()


def main() -> int:
    """A demo company of its own, served for as long as the pictures take."""
    with tempfile.TemporaryDirectory(prefix="parley-screenshots-") as folder:
        site = Site(Path(folder))
        site.environment["PARLEY_DEMO_PASSWORD"] = PASSWORD
        print("making the demo company …", flush=True)
        site.prepare()
        site.ask("from django.core.management import call_command; call_command('make_demo')")
        site.ask(NEWCOMER)
        site.ask(ROOT)
        site.ask(APPS)
        site.start()
        try:
            with sync_playwright() as driver:
                chromium = os.environ.get("PARLEY_CHROMIUM", "/usr/bin/chromium")
                browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
                wanted = set(sys.argv[1:])
                if not wanted or wanted - set(ADMIN):
                    take(browser, site.url, wanted)
                take_admin(browser, site.url, wanted)
                browser.close()
        finally:
            site.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
