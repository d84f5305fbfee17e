"""Reports: one as long as it waits, settled with what they say happened or not at all, read by operators with a reason."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from accounts.tests.factories import actor_of, person
from audit.models import AuditRecord
from chat.models import Entry, Membership
from chat.participation import Ban
from chat.services import conversations, members, messages
from chat.tests.factories import key, scene, send
from groups import listeners, selectors
from groups.models import Report
from groups.services import governance, reports, wordlists
from groups.services.reports import Verdict
from groups.tests.factories import enter
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, ParleyError

pytestmark = pytest.mark.django_db
LATER = 2_000_000_000_000
LIST = "/admin/groups/report/"


@pytest.fixture
def it():
    return scene()


def made(it, by=None, said: int = 0) -> Report:
    target = said or send(it.bob, it.id, "buy my pills").seq
    return reports.report(actor=by or it.alice, conversation=it.id, target=target, category="spam", text="again  he")


def test_a_member_reports_once_as_long_as_it_waits(it):
    row = made(it)
    assert (row.sender, row.reporter, row.text, row.state) == (it.bob.user, it.alice.user, "again he", "open")
    assert made(it, said=row.seq).pk == row.pk
    reports.resolve(actor=it.alice, conversation=it.id, report=row.pk, verdict=Verdict("dismissed"))
    assert made(it, said=row.seq).pk != row.pk


def test_what_cannot_be_reported(it, monkeypatch):
    said = send(it.bob, it.id, "fine").seq
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user).pk
    there = send(it.bob, direct, "psst").seq
    late = person("late")
    governance.change(actor=it.alice, conversation=it.id, wish=governance.Wish(history_for_newcomers=False))
    members.add_members(actor=it.alice, conversation=it.id, users=[late.pk])
    cases = [
        (it.charlie, it.id, said, "spam", "not_a_member"),
        (it.bob, it.id, said, "spam", "not_allowed"),
        (it.alice, direct, there, "spam", "not_allowed"),
        (it.alice, it.id, 1, "spam", "not_found"),
        (actor_of(late), it.id, said, "spam", "not_found"),
        (it.alice, it.id, said, "words", "invalid"),
    ]
    for who, where, target, category, code in cases:
        with pytest.raises(ParleyError) as caught:
            reports.report(actor=who, conversation=where, target=target, category=category)
        assert caught.value.code == code
    monkeypatch.setattr(reports, "MAX_OPEN", 1)
    made(it)
    with pytest.raises(Conflict):
        made(it)
    assert Report.objects.count() == 1


@pytest.mark.parametrize("outcome", ["removed", "muted", "banned"])
def test_settling_does_what_it_says_for_all_reports_of_the_message(it, outcome):
    dora = person("dora")
    members.add_members(actor=it.alice, conversation=it.id, users=[dora.pk])
    row = made(it)
    other = made(it, by=actor_of(dora), said=row.seq)
    reports.take(actor=it.alice, conversation=it.id, report=row.pk)
    verdict = Verdict(outcome, LATER, "advertising")
    reports.resolve(actor=it.alice, conversation=it.id, report=row.pk, verdict=verdict)
    rows = Report.objects.filter(pk__in=[row.pk, other.pk])
    assert {(each.state, each.outcome, each.resolved_by, each.note) for each in rows} == {
        ("resolved", outcome, it.alice.user, "advertising")
    }
    entry = Entry.objects.get(conversation_id=it.id, seq=row.seq)
    seat = Membership.objects.filter(conversation_id=it.id, user_id=it.bob.user).first()
    happened = {
        "removed": entry.recalled_at is not None,
        "muted": bool(seat and seat.muted_until),
        "banned": Ban.objects.filter(user_id=it.bob.user).exists(),
    }
    assert [name for name, true in happened.items() if true] == [outcome]
    told = AuditRecord.objects.get(action="report.resolved")
    assert (told.actor, told.reason, told.after["reports"]) == (it.alice.user, "advertising", [row.pk, other.pk])
    assert "pills" not in str(list(AuditRecord.objects.values()))
    for again in (
        lambda: reports.resolve(actor=it.alice, conversation=it.id, report=row.pk, verdict=verdict),
        lambda: reports.take(actor=it.alice, conversation=it.id, report=row.pk),
    ):
        with pytest.raises(Conflict):
            again()


def test_what_cannot_be_done_settles_nothing(it):
    row = made(it)
    messages.recall(actor=it.bob, conversation=it.id, client_key=key(), target=row.seq)
    for verdict, error in (
        (Verdict("removed"), Conflict),
        (Verdict("muted"), BadRequest),
        (Verdict("burnt"), BadRequest),
    ):
        with pytest.raises(error):
            reports.resolve(actor=it.alice, conversation=it.id, report=row.pk, verdict=verdict)
    row.refresh_from_db()
    assert row.state == "open"
    with pytest.raises(NotFound):
        reports.take(actor=it.alice, conversation=it.id, report=row.pk + 9)


def test_members_and_outsiders_neither_see_nor_settle(it):
    row = made(it)
    for who, code in ((it.bob, "not_allowed"), (it.charlie, "not_a_member")):
        for act in (
            lambda who=who: selectors.list_reports(who.user, it.id),
            lambda who=who: reports.take(actor=who, conversation=it.id, report=row.pk),
            lambda who=who: reports.resolve(actor=who, conversation=it.id, report=row.pk, verdict=Verdict("dismissed")),
            lambda who=who: reports.resolve(actor=who, conversation=it.id, report=row.pk, verdict=Verdict("removed")),
        ):
            with pytest.raises(Forbidden) as caught:
                act()
            assert caught.value.code == code
    with pytest.raises(Forbidden):
        reports.review(actor=it.alice, report=row.pk, reason="I am curious")
    assert Entry.objects.get(conversation_id=it.id, seq=row.seq).recalled_at is None


def test_the_queue_shows_what_waits_oldest_first_then_what_is_settled(it, django_assert_max_num_queries):
    first, second = made(it), made(it)
    with django_assert_max_num_queries(4):
        found = selectors.list_reports(it.alice.user, it.id)
    assert [(each.report.pk, each.preview) for each in found] == [
        (first.pk, "buy my pills"),
        (second.pk, "buy my pills"),
    ]
    reports.resolve(actor=it.alice, conversation=it.id, report=first.pk, verdict=Verdict("removed"))
    assert [each.report.pk for each in selectors.list_reports(it.alice.user, it.id)] == [second.pk]
    settled = selectors.list_reports(it.alice.user, it.id, resolved=True)
    assert [(each.report.pk, each.preview) for each in settled] == [(first.pk, "")]


def test_words_that_flag_come_into_the_queue_once(it):
    admin = actor_of(person("grace", is_staff=True))
    said = send(it.bob, it.id, "Casino").seq
    entries = list(Entry.objects.filter(conversation_id=it.id, seq=said))
    listeners.flag_words(entries)
    assert not Report.objects.exists()
    wordlists.put(actor=admin, wish=wordlists.Wish("Games", "flag", "casino\n赌博"))
    listeners.flag_words(entries)
    listeners.flag_words(entries)
    row = Report.objects.get()
    assert (row.category, row.text, row.reporter, row.sender, row.seq) == ("words", "casino", 0, it.bob.user, said)
    other = send(it.bob, it.id, "fine").seq
    edit = messages.edit(actor=it.bob, conversation=it.id, client_key=key(), target=other, body={"text": "去赌博"})
    listeners.flag_words(list(Entry.objects.filter(conversation_id=it.id, seq=edit.seq)))
    assert Report.objects.get(seq=other).text == "赌博"


def test_a_moderator_of_the_server_takes_settles_and_reads_with_a_reason(it):
    row = made(it)
    operator, client = enter("moderator")
    page = f"{LIST}{row.pk}/change/"
    shown = client.get(LIST).content.decode() + client.get(page).content.decode()
    assert "again he" in shown
    assert "pills" not in shown
    assert "pills" not in client.post(page, {"button": "review", "reason": "why"}).content.decode()
    assert not AuditRecord.objects.filter(action="message.reviewed").exists()
    seen = client.post(page, {"button": "review", "reason": "complaint 17 of the works council"}).content.decode()
    assert "buy my pills" in seen
    told = AuditRecord.objects.get(action="message.reviewed")
    assert (told.actor, told.reason) == (operator.pk, "complaint 17 of the works council")
    client.post(page, {"button": "take"})
    assert Report.objects.get().taken_by == operator.pk
    client.post(page, {"button": "settle", "outcome": "removed", "span": "0", "note": "advertising"})
    assert Report.objects.get().outcome == "removed"
    assert Entry.objects.get(conversation_id=it.id, seq=row.seq).recalled_at is not None
    removed = AuditRecord.objects.get(action="message.removed")
    assert removed.actor_name == "Olga (operator)"
    second = made(it)
    client.post(f"{LIST}{second.pk}/change/", {"button": "settle", "outcome": "muted", "span": "86400", "note": ""})
    assert Membership.objects.get(conversation_id=it.id, user_id=it.bob.user).muted_until > timezone.now()


def test_an_auditor_sees_reports_and_presses_nothing_and_an_operators_power_is_for_groups_alone(it):
    row = made(it)
    _, client = enter("auditor")
    page = f"{LIST}{row.pk}/change/"
    assert client.get(page).status_code == 200
    for button in ("take", "settle", "review"):
        fields = {"button": button, "outcome": "removed", "span": "0", "reason": "complaint 17 of somebody"}
        assert client.post(page, fields).status_code == 403
    assert Report.objects.get().state == "open"
    client.session.flush()
    Group.objects.get(name="auditor").user_set.clear()
    assert client.get(page).status_code in (302, 403)
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user).pk
    said = send(it.bob, direct, "psst").seq
    with pytest.raises(Forbidden):
        messages.recall(
            actor=replace(it.charlie, operates=frozenset({"remove_message"})),
            conversation=direct,
            client_key=key(),
            target=said,
        )
