"""The audit log in the admin: for who may see it, at the same cost on every page, and the check names the row that is wrong.

Beside the rooms, because who opens the admin signs in with a device of ``accounts``, which stands above ``audit``.
"""

import re
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.db import connection, transaction
from django.test import Client

from accounts.tests.factories import person, sign_in
from audit import admin, chain, selectors
from audit.models import AuditHead, AuditRecord
from audit.services.recording import Change, Target, record

pytestmark = pytest.mark.django_db
PAGE, VERIFY = "/admin/audit/auditrecord/", "/admin/audit/auditrecord/verify/"


def write(count: int, *, actor: int = 1, action: str = "user.changed", target: int = 2, conversation: int = 0) -> None:
    by = SimpleNamespace(user=actor, name=f"Person {actor}", app=0, token=0, device=0, ip="192.0.2.1")
    with transaction.atomic():
        for _ in range(count):
            record(by, action, Target("user", target, f"Target {target}", conversation), Change({"a": 1}, {"a": 2}))


def alter(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def enter(role: str = "") -> Client:
    """A person who is no staff and bears ``role``."""
    user, client = person(f"someone-{role}"), Client()
    if role:
        user.groups.add(Group.objects.get(name=role))
    sign_in(client, user)
    return client


@pytest.fixture
def auditor() -> Client:
    return enter("auditor")


def seqs(client: Client, query: str = "") -> list[int]:
    answer = client.get(PAGE + query)
    assert answer.status_code == 200
    return [row.seq for row, _ in answer.context["rows"]]


def test_an_auditor_sees_one_act_with_all_it_holds_and_changes_nothing(auditor):
    write(1, conversation=9)
    row = AuditRecord.objects.get()
    page = auditor.get(f"{PAGE}{row.seq}/change/").content.decode()
    for told in ("Person 1", "user.changed", "Changed an account", "Target 2", row.digest, "192.0.2.1"):
        assert told in page
    for address in (f"{row.seq}/change/", f"{row.seq}/delete/", "add/"):
        assert auditor.post(PAGE + address, {"action": "x", "post": "yes"}).status_code == 403
    assert auditor.post(PAGE, {"action": "delete_selected", "_selected_action": [row.seq]}).status_code == 405
    assert AuditRecord.objects.count() == 1


@pytest.mark.parametrize("role", ["moderator", "group admin"])
def test_other_operators_do_not_see_the_log(role):
    write(1)
    client = enter(role)
    for address in (PAGE, f"{PAGE}1/change/", VERIFY):
        assert client.get(address).status_code == 403
    assert client.post(VERIFY).status_code == 403


def test_a_stranger_is_not_let_in():
    write(1)
    for client in (Client(), enter()):
        for address in (PAGE, f"{PAGE}1/change/", VERIFY):
            assert client.get(address).status_code == 302
        assert client.post(VERIFY).status_code == 302


def test_staff_without_the_permission_see_nothing():
    client = Client()
    sign_in(client, person("grace", is_staff=True))
    assert client.get(PAGE).status_code == 403


def test_the_log_is_filtered_by_who_what_and_to_what(auditor):
    write(2)
    write(1, actor=7, action="member.banned", target=5, conversation=9)
    write(1, actor=7)
    assert seqs(auditor) == [4, 3, 2, 1]
    assert seqs(auditor, "?actor=7") == [4, 3]
    assert seqs(auditor, "?actor=7&action=member.banned") == [3]
    assert seqs(auditor, "?target=user:5") == [3]
    assert seqs(auditor, "?conversation=9") == [3]
    assert seqs(auditor, "?actor=99") == []


@pytest.mark.parametrize(
    "query",
    [
        "actor=x",
        "actor=-1",
        f"actor={2**70}",
        "action=user.teased",
        "target=5",
        "target=user:%00",
        "before=x",
        "before=0",
    ],
)
def test_a_filter_that_makes_no_sense_lists_nothing(auditor, query):
    write(1)
    answer = auditor.get(f"{PAGE}?{query}")
    assert answer.status_code == 200
    assert answer.context["rows"] == []
    assert answer.context["form"].errors


def test_pages_go_on_from_the_last_row_without_counting(auditor, django_assert_max_num_queries):
    write(admin.PAGE * 3 + 7)
    write(3, actor=7)
    found, query, pages = [], "", 0
    while True:
        with django_assert_max_num_queries(6) as asked:
            answer = auditor.get(f"{PAGE}?{query}")
        assert not [each for each in asked.captured_queries if "COUNT(" in each["sql"].upper()]
        found += [row.seq for row, _ in answer.context["rows"]]
        pages, query = pages + 1, answer.context["older"]
        if not query:
            break
    assert found == list(range(admin.PAGE * 3 + 10, 0, -1))
    assert pages == 4
    assert "actor=7" in auditor.get(f"{PAGE}?actor=7").context["newest"]


def test_a_page_holds_its_filter_when_it_goes_on(auditor):
    write(admin.PAGE + 1, actor=7)
    write(5)
    older = auditor.get(f"{PAGE}?actor=7").context["older"]
    assert seqs(auditor, f"?{older}") == [1]


def test_names_in_the_log_are_shown_as_text(auditor):
    by = SimpleNamespace(user=1, name="<script>x</script>", app=0, token=0, device=0, ip="")
    with transaction.atomic():
        record(by, "user.changed", Target("user", 2, "<b>Bob</b>"), Change({"n": "<i>"}, {}), "<u>")
    page = auditor.get(PAGE).content.decode()
    for raw in ("<script>x", "<b>Bob", "<i>", "<u>"):
        assert raw not in page


def verify(client: Client) -> tuple[list[tuple[int, str]], int]:
    """Press the button and go on as the page says; what was found, and in how many answers."""
    answer, answers = client.post(VERIFY), 1
    while go := answer.context["go"]:
        assert 'http-equiv="refresh"' in answer.content.decode()
        answer, answers = client.get(VERIFY, {"go": go}), answers + 1
    assert answer.context["over"]
    return [(each.seq, each.what) for each in answer.context["done"].findings], answers


def test_a_whole_log_is_said_to_be_whole(auditor):
    assert verify(auditor) == ([], 1)
    write(9)
    assert verify(auditor) == ([], 1)
    assert selectors.get_head()[1] in auditor.post(VERIFY).content.decode()


def test_the_check_goes_stretch_by_stretch_and_answer_by_answer(auditor, monkeypatch):
    monkeypatch.setattr(selectors, "CHUNK", 4)
    write(10)
    assert verify(auditor) == ([], 1)
    monkeypatch.setattr(admin, "PATIENCE", 0)
    assert verify(auditor) == ([], 3)
    alter("UPDATE audit_auditrecord SET actor_name = 'Mallory' WHERE seq = 2")
    alter("UPDATE audit_auditrecord SET reason = 'none' WHERE seq = 5")
    found, answers = verify(auditor)
    assert [seq for seq, _ in found] == [2, 5]
    assert answers == 3


def test_each_stretch_costs_the_same(auditor, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(selectors, "CHUNK", 20)
    monkeypatch.setattr(admin, "PATIENCE", 0)
    write(60)
    with django_assert_max_num_queries(7):
        first = auditor.post(VERIFY)
    with django_assert_max_num_queries(7):
        auditor.get(VERIFY, {"go": first.context["go"]})


@pytest.mark.parametrize("size", [3, 4, 100])
@pytest.mark.parametrize(
    ("sql", "wrong"),
    [
        ("DELETE FROM audit_auditrecord WHERE seq = 4", [4]),
        ("DELETE FROM audit_auditrecord WHERE seq IN (4, 5)", [4]),
        ("DELETE FROM audit_auditrecord WHERE seq = 10", [10]),
        ("DELETE FROM audit_auditrecord WHERE seq > 6", [10]),
        ("DELETE FROM audit_auditrecord", [10]),
        ("UPDATE audit_auditrecord SET digest = previous WHERE seq = 8", [8, 9]),
        ("UPDATE audit_audithead SET seq = 9", [9, 10]),
        ("DELETE FROM audit_audithead", [10]),
    ],
)
def test_whatever_is_done_to_the_log_is_named_wherever_a_stretch_ends(auditor, monkeypatch, size, sql, wrong):
    monkeypatch.setattr(selectors, "CHUNK", size)
    monkeypatch.setattr(admin, "PATIENCE", 0)
    write(10)
    alter(sql)
    found, _ = verify(auditor)
    assert [seq for seq, _ in found] == wrong


def test_what_is_written_meanwhile_is_not_taken_for_wrong(auditor, monkeypatch):
    monkeypatch.setattr(selectors, "CHUNK", 4)
    monkeypatch.setattr(admin, "PATIENCE", 0)
    write(6)
    go = auditor.post(VERIFY).context["go"]
    write(3)
    answer = auditor.get(VERIFY, {"go": go})
    assert (answer.context["over"], answer.context["done"].findings) == (True, ())
    assert answer.context["done"].head[0] == 6


def test_a_log_that_is_wrong_all_over_ends_the_check_early(auditor, monkeypatch):
    monkeypatch.setattr(selectors, "CHUNK", 30)
    write(70)
    alter("UPDATE audit_auditrecord SET reason = 'none'")
    answer = auditor.post(VERIFY)
    assert answer.context["over"]
    assert len(answer.context["done"].findings) == 30
    assert "Stopped at record 30" in answer.content.decode()


def test_how_far_a_check_came_cannot_be_made_up(auditor):
    write(3)
    forged = signing.dumps([[3, "x"], [3, "x"], []], salt="another")
    for go in (forged, "nonsense", ""):
        answer = auditor.get(VERIFY, {"go": go})
        assert answer.context["done"] is None
        assert "cannot be gone on with" in answer.content.decode()
    assert auditor.get(VERIFY).context["expired"] is False


def test_a_check_needs_the_token_against_forged_requests():
    user, client = person("audrey"), Client(enforce_csrf_checks=True)
    user.groups.add(Group.objects.get(name="auditor"))
    sign_in(client, user)
    assert client.post(VERIFY).status_code == 403
    for page in (PAGE, VERIFY):
        form = client.get(page).content.decode().split(f'action="{VERIFY}"')[-1].split("</form>")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
        assert client.post(VERIFY, {"csrfmiddlewaretoken": token.group(1)}).context["over"]


def test_the_parts_of_a_check_find_what_the_whole_finds():
    write(10)
    alter("UPDATE audit_auditrecord SET reason = 'none' WHERE seq IN (3, 7)")
    head = selectors.get_head()
    whole = list(chain.check(selectors.iterate(until=head[0]), head=head))
    done = selectors.verify_on(selectors.Verified((0, chain.GENESIS), head))
    assert list(done.findings) == whole
    assert AuditHead.objects.count() == 1
