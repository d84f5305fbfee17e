"""A passkey in Chromium, with its virtual authenticator: added, asked for at the next sign-in, and not to be had elsewhere."""

import pytest

from web.tests.browser.company import PASSWORD
from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def authenticator(context, page):
    """A security key plugged into this window."""
    cdp = context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    return cdp, cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def test_a_passkey_is_added_asked_for_and_refused_when_it_is_another(chromium, company):
    # Passkeys are for names, not for addresses.
    base = company.site.url.replace("127.0.0.1", "localhost").rstrip("/")
    context = chromium.new_context(color_scheme="dark", locale="zh-CN")
    page = context.new_page()
    said = []
    page.on("console", lambda each: said.append(each.text) if each.type in ("error", "warning") else None)
    cdp, key = authenticator(context, page)

    def sign_in():
        page.goto(f"{base}/signin/?next=/security/")
        page.fill("#username", "alice")
        page.fill("#password", PASSWORD)
        page.click("button.primary")

    sign_in()
    page.wait_for_url("**/security/")
    page.click("a[href^='/signin/setup/']")
    assert not violations(page)
    page.fill("#passkey-name", "Laptop")
    page.click("form[data-passkey] button")
    page.wait_for_selector(".codes")
    assert page.locator(".codes li").count() == 10
    page.goto(f"{base}/security/")
    assert "Laptop" in page.inner_text(".card")
    assert not violations(page)
    page.goto(f"{base}/signout/")
    page.click("button.primary")

    sign_in()
    page.wait_for_url("**/signin/second/")
    assert not violations(page)
    page.click("form[data-passkey] button")
    page.wait_for_url("**/security/")
    page.goto(f"{base}/signout/")
    page.click("button.primary")

    cdp.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    authenticator(context, page)
    sign_in()
    page.wait_for_url("**/signin/second/")
    page.click("form[data-passkey] button")
    page.wait_for_selector("form[data-passkey] [role=alert]:not([hidden])")
    assert page.url.endswith("/signin/second/")
    assert not [each for each in said if "favicon" not in each]
    context.close()
