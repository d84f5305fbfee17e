"""Every screen of the client, by the name the client gives it, and how to come there. In any language: no words are used."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

LAYERS = Path(__file__).resolve().parents[2] / "client/src/app/layers.ts"
Go = Callable[[Any], None]


def keys(*pressed: str) -> Go:
    """Keys of the page, with the focus nowhere."""

    def go(window: Any) -> None:
        window.page.evaluate("() => document.activeElement?.blur()")
        for each in pressed:
            window.page.keyboard.press(each)

    return go


def clicks(*selectors: str) -> Go:
    """One thing after the other."""

    def go(window: Any) -> None:
        for each in selectors:
            window.page.locator(each).first.click()

    return go


#: Name in ``layers.ts`` → how to open it with the group "Launch" open, and what is then there.
DIALOGS: dict[str, tuple[Go, str]] = {
    "new": (clicks(".sidebar-head .round"), ".dialog .result"),
    "settings": (clicks(".rail-button:has(svg) >> nth=-1"), ".settings-pages"),
    "devices": (clicks(".rail-button:has(svg) >> nth=-1", ".settings-pages button >> nth=-1"), ".devices li"),
    "status": (clicks(".me", ".menu-status"), ".dialog [type=submit]"),
    "switcher": (keys("Control+k"), ".switcher-list"),
    "shortcuts": (keys("?"), ".dialog"),
    "folder": (clicks(".filters .edge"), ".dialog [type=submit]"),
}
#: Those that need more than a click from the open group, and the test that goes there.
ELSEWHERE = {
    "modal": "test_console.py: a command opens a dialog of its app",
    "invite": "test_shell.py: a group is named anew and its people are listed",
    "leave": "test_shell.py: a group is named anew and its people are listed",
    "image": "test_features.py: a picture and a file arrive",
}


def known_to_the_client() -> set[str]:
    """Names of all dialogs in the client's own list."""
    part = LAYERS.read_text(encoding="utf-8").split("export type Dialog =")[1].split(";\n\n")[0]
    return set(re.findall(r'is: "(\w+)"', part))
