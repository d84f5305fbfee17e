"""axe finds nothing on any screen, in both themes and both languages; and no dialog exists that this list does not know."""

import pytest

from web.tests.browser.screens import DIALOGS, ELSEWHERE, known_to_the_client
from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_every_dialog_of_the_client_is_known_here():
    assert known_to_the_client() == set(DIALOGS) | set(ELSEWHERE)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_every_dialog_is_accessible(window, theme, locale):
    alice = window("alice", color_scheme=theme, locale=locale)
    alice.open("group")
    alice.page.wait_for_selector("[role=feed] article")
    found: list[str] = []
    for name, (go, there) in DIALOGS.items():
        go(alice)
        alice.page.wait_for_selector(there)
        found += [f"{name}: {each}" for each in violations(alice.page)]
        alice.page.keyboard.press("Escape")
        alice.page.wait_for_selector(there, state="detached")
    assert found == []
    assert alice.complaints == []
