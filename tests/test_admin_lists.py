"""Every list of the admin: quick whatever it holds. A new page is found by itself.

Times at 1,000,000 rows: ``python -m benchmarks admin``. Beside the rooms, because pages of all rooms are opened.
"""

import pytest
from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.listing import Long
from accounts.models import Device, User
from accounts.tests.factories import person, sign_in
from chat.tests.factories import scene
from push.models import Mail

pytestmark = pytest.mark.django_db
QUERIES = 12
PAGES = list(admin.site._registry.values())


def address(page, view="changelist"):
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{view}")


@pytest.fixture
def root():
    client = Client()
    sign_in(client, person("root", is_staff=True, is_superuser=True))
    return client


def queries_of(client, *asked):
    with CaptureQueriesContext(
        connection,
    ) as seen:
        answer = client.get(*asked)
    assert answer.status_code == 200, asked
    return [each["sql"] for each in seen.captured_queries]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.label)
def test_a_list_asks_twelve_times_at_most_and_counts_nothing(root, page):
    scene()
    for query in ({}, {"q": "ali"}, {"q": "17"}):
        seen = queries_of(root, address(page), query)
        assert len(seen) <= QUERIES, "\n".join(seen)
        assert not [each for each in seen if "COUNT(" in each.upper()], seen


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.opts.label)
def test_a_list_is_one_of_those_that_stay_quick(page):
    """Django's own counts and sorts: a page is a ``Long`` one or lists its rows by itself."""
    if type(page).changelist_view is admin.ModelAdmin.changelist_view:
        assert isinstance(page, Long)
        assert page.get_changelist(None) is not ChangeList
        assert not page.date_hierarchy


def test_pages_go_through_all_rows_once(root):
    now = timezone.now()
    people = User.objects.bulk_create([User(username=f"m{at:03}", name="Member") for at in range(120)])
    Device.objects.bulk_create(
        [Device(user=each, platform="sdk", name=each.username, last_seen_at=now) for each in people[:110]]
    )
    found, place = [], "?"
    while place:
        page = root.get(reverse("admin:accounts_device_changelist") + place).context["cl"]
        found += [each.name for each in page.result_list]
        place = page.older
    assert len(found) == len(set(found)) == Device.objects.count()
    first = root.get(reverse("admin:accounts_user_changelist"), {"kind__exact": "human"}).context["cl"]
    second = root.get(reverse("admin:accounts_user_changelist") + first.older).context["cl"]
    assert "kind__exact=human" in first.older
    assert first.result_list[-1].username < second.result_list[0].username
    assert "after" not in second.get_query_string({"kind__exact": "bot"})


@pytest.mark.parametrize("place", ["x", "[", "{}", "[1]", '["x", "y"]', "[1, 2, 3]", f"[{2**70}, 1]"])
def test_a_place_that_makes_no_sense_is_the_beginning(root, place):
    assert root.get(reverse("admin:accounts_device_changelist"), {"after": place}).status_code == 200


def test_people_are_found_by_the_beginning_of_any_name(root):
    for name, other, mail in (("Zoë Müller", "", "z@example.com"), ("李娜", "Li Na", ""), ("100% Sure", "", "")):
        person(f"u{len(name)}", name=name, other_name=other, email=mail)

    def found(words):
        rows = root.get(reverse("admin:accounts_user_changelist"), {"q": words}).context["cl"].result_list
        return [each.name for each in rows]

    assert found("zo") == ["Zoë Müller"]
    assert found("李") == found("li n") == ["李娜"]
    assert found("Z@EX") == ["Zoë Müller"]
    assert found("100%") == ["100% Sure"]
    assert found("%") == found("_") == found("9" * 30) == []
    assert found(str(User.objects.get(name="李娜").pk)) == ["李娜"]


def test_what_hangs_on_people_is_found_by_their_names(root):
    it = scene()
    seat = Device.objects.create(user_id=it.bob.user, platform="sdk", name="Phone", last_ip="203.0.113.9")
    Mail.objects.create(user_id=it.bob.user, kind="missed", since=timezone.now(), next_at=timezone.now())
    for words in ("bo", "203.0.113.9", str(seat.pk)):
        rows = root.get(reverse("admin:accounts_device_changelist"), {"q": words}).context["cl"].result_list
        assert seat.pk in {each.pk for each in rows}
    assert len(root.get(reverse("admin:push_mail_changelist"), {"q": "bo"}).context["cl"].result_list) == 1
    members = reverse("admin:chat_membership_changelist")
    assert list(root.get(members).context["cl"].result_list) == []
    seats = root.get(members, {"q": f"#{it.id}"}).context["cl"].result_list
    assert {each.user_id for each in seats} == {it.alice.user, it.bob.user}
    assert [each.user_id for each in root.get(members, {"q": "bo"}).context["cl"].result_list] == [it.bob.user]


def test_autocompletion_is_bounded(root):
    asked = {"app_label": "accounts", "model_name": "user", "field_name": "department", "term": ""}
    seen = queries_of(root, reverse("admin:autocomplete"), asked)
    assert all("LIMIT 1000" in each for each in seen if "COUNT(" in each.upper())
