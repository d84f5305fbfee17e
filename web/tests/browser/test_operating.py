"""An operator in the admin: finds a member among many, mutes, sees it in the audit log, has the log verified; then a row is
altered behind everybody's back, and the check names it."""

import sqlite3

import pytest

from web.tests.browser.company import PASSWORD
from web.tests.browser.test_looks import violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILL = """
from django.utils import timezone
from accounts.actor import Actor
from accounts.models import User
from accounts.services import users
from chat.models import Conversation, Membership

olga = users.create(actor=Actor(user=1, staff=True), username="olga", name="Olga Petrova", password={password!r})
users.set_roles(actor=Actor(user=1, staff=True), user=olga, roles=["group admin", "auditor"])
crowd = [User(username=f"m{{at:05}}", name=f"Member {{at:05}}", other_name="张伟", password="!") for at in range(3000)]
User.objects.bulk_create(crowd)
rows = User.objects.filter(username__startswith="m0").values_list("pk", flat=True)
Membership.objects.bulk_create(
    Membership(conversation_id={group}, user_id=pk, role="member", joined_at=timezone.now()) for pk in rows
)
Conversation.objects.filter(pk={group}).update(member_count=len(rows) + 3)
"""


@pytest.fixture(scope="module")
def crowded(company):
    company.site.ask(FILL.format(password=PASSWORD, group=company.ids["group"]))
    return company


def enter(chromium, company, **options):
    page = chromium.new_context(locale="en-GB", **options).new_page()
    complaints = []
    page.on("pageerror", lambda problem: complaints.append(str(problem)))
    page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
    page.goto(f"{company.site.url}/admin/groups/governedgroup/")
    page.fill("[name=username]", "olga")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#result_list")
    return page, complaints


def test_from_a_member_among_many_to_the_row_that_somebody_altered(chromium, crowded):
    page, complaints = enter(chromium, crowded)
    assert violations(page) == []
    page.click("text=Launch 发布组")
    page.fill("#searchbar", "m02345")
    page.press("#searchbar", "Enter")
    page.wait_for_url("**q=m02345*")
    people = page.locator("#members tbody tr")
    assert people.count() == 1
    page.click("#members summary")
    assert violations(page) == []
    page.click("#members [value=Mute]")
    page.wait_for_selector(".messagelist .success:has-text('The member is muted.')")
    assert page.locator("#members tbody tr").count() == 1  # still the member that was looked for
    page.click("text=Audit log of this group")
    newest = page.locator("#result_list tbody tr").first
    assert newest.locator("text=member.muted").count() == 1
    assert "(operator)" in newest.inner_text()
    seq = newest.locator("th").inner_text()
    assert violations(page) == []
    page.click("[value='Verify the log']")
    page.wait_for_selector("text=whole and unaltered")
    with sqlite3.connect(crowded.site.folder / "parley.sqlite3") as behind:
        behind.execute("PRAGMA busy_timeout = 20000")
        behind.execute("UPDATE audit_auditrecord SET actor_name = 'Nobody' WHERE seq = ?", [seq])
    page.click("[value=Verify]")
    page.wait_for_selector(f".errornote + ul li:has-text('record {seq}:')")
    assert violations(page) == []
    assert complaints == []
    page.context.close()


def test_the_same_page_in_the_dark_on_a_phone(chromium, crowded):
    options = {"viewport": {"width": 390, "height": 800}, "is_mobile": True, "has_touch": True, "color_scheme": "dark"}
    page, complaints = enter(chromium, crowded, **options)
    for path in ("groups/governedgroup/", f"groups/governedgroup/{crowded.ids['group']}/change/", "audit/auditrecord/"):
        page.goto(f"{crowded.site.url}/admin/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert violations(page) == [], path
    assert complaints == []
    page.context.close()
