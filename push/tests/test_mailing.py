"""Letters: about what was said to somebody and stayed unread, once, as much as may be shown, and summaries by the clock."""

import email
import email.policy
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Setting, User
from chat.models import Conversation, Membership
from chat.services import listening, receipts, settings
from chat.services.conversations import open_direct
from chat.tests.factories import send
from protocol.errors import BadRequest, Forbidden
from push import tasks
from push.models import Mail
from push.services import ledger, letters, mailing

pytestmark = pytest.mark.django_db
State = Mail.State


@pytest.fixture
def company(scene, post):
    for actor in (scene.alice, scene.bob, scene.charlie):
        User.objects.filter(pk=actor.user).update(email=f"{actor.name.lower()}@example.com")
    return scene


def mention(scene, text):
    said = send(scene.alice, scene.id, text, mentions=[scene.bob.user])
    listening.pump(scene.id)
    return said


def written(post):
    Mail.objects.filter(state=State.WAITING).update(next_at=timezone.now(), handed_at=None)
    mailing.send(mailing.find_due())
    return [email.message_from_bytes(each.content, policy=email.policy.default) for each in post.letters]


def text_of(letter):
    return letter.get_body(("plain",)).get_content()


def test_what_was_said_to_somebody_and_stays_unread_is_told_once(company, post):
    send(company.alice, company.id, "to everybody")
    first = mention(company, "first")
    assert mailing.find_due() == [], "there is time to read it"
    mention(company, "second")
    [letter] = written(post)
    assert (letter["to"], letter["subject"]) == ("bob@example.com", "Unread and meant for you: 2")
    assert "Alice: first" in text_of(letter)
    assert f"/#/c/{company.id}/{first.seq}" in text_of(letter)
    assert "everybody" not in text_of(letter)
    assert len(written(post)) == 1
    mention(company, "third")
    assert "first" not in text_of(written(post)[1])


def test_who_read_it_or_speaks_himself_or_is_outside_gets_none(company, post):
    said = mention(company, "first")
    receipts.mark_read(actor=company.bob, conversation=company.id, read_number=said.number)
    assert written(post) == []
    assert [(each.user_id, each.reason) for each in Mail.objects.all()] == [(company.bob.user, "read")]
    direct = open_direct(actor=company.alice, user=company.bob.user)
    send(company.alice, direct.pk, "for two")
    listening.pump(direct.pk)
    assert [each["to"] for each in written(post)] == ["bob@example.com"]


@pytest.mark.parametrize(("policy", "shown"), [("sender", "Alice: New message"), ("nothing", "Unread")])
def test_the_operator_decides_what_letters_show(company, post, settings, policy, shown):
    settings.PUSH_PREVIEWS = policy
    mention(company, "a secret <b>")
    [letter] = written(post)
    assert shown in text_of(letter)
    assert "secret" not in letter.as_string()
    assert ("Alice" in letter.as_string()) == (policy == "sender")


def test_one_click_ends_them_and_a_forged_one_nothing(company, post):
    mention(company, "first")
    [letter] = written(post)
    token = letter["list-unsubscribe"].strip("<>").rpartition("/")[2]
    assert mailing.end(token) == "missed"
    assert Setting.objects.get(user=company.bob.user, name="mail").value == {"missed": False, "digest": "none"}
    mention(company, "second")
    assert len(written(post)) == 1
    for wrong in (token[:-1], "x", letters.signing.dumps([0, "missed"], salt=letters.SALT)):
        with pytest.raises(BadRequest):
            mailing.end(wrong)


def test_a_dead_address_switches_letters_off_and_a_busy_server_does_not(company, post):
    post.refuse["bob@example.com"] = "451 later"
    mention(company, "first")
    assert written(post) == []
    row = Mail.objects.get()
    assert (row.state, row.attempts, row.answer) == (State.WAITING, 1, "451 later")
    assert row.next_at > timezone.now()
    post.refuse["bob@example.com"] = "550 nobody"
    written(post)
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.GONE, "address_dead")
    assert Setting.objects.get(user=company.bob.user, name="mail").value["missed"] is False


def test_what_comes_while_a_letter_is_on_its_way_gets_one_of_its_own(company, post):
    mention(company, "first")
    Mail.objects.update(next_at=timezone.now())
    rows = mailing._claim(list(Mail.objects.values_list("pk", flat=True)))
    assert mailing.send([row.pk for row in rows]) == 0, "claimed"
    [work] = [mailing._write(row, timezone.now()) for row in rows]
    mention(company, "second")
    mailing._note(work[0], mailing._send(work[1], work[2]), timezone.now())
    mailing._finish(rows)
    assert [each.state for each in Mail.objects.order_by("pk")] == [State.SENT, State.WAITING]
    assert "second" in text_of(written(post)[1])


def test_a_summary_comes_by_the_clock_and_is_followed_by_the_next(company, post):
    settings.change(actor=company.bob, name="mail", value={"missed": False, "digest": "daily"})
    listening.pump(Membership.objects.get(user=company.bob.user, conversation__kind="personal").conversation_id)
    [row] = Mail.objects.all()
    assert (row.kind, row.next_at > timezone.now()) == ("digest", True)
    for place in range(7):
        send(company.alice, company.id, f"line {place}")
    Conversation.objects.filter(pk=company.id).update(title="Team <1>")
    [letter] = written(post)
    assert letter["subject"] == "Summary: 7 unread"
    assert "line 4" in text_of(letter)
    assert "… and 2 more" in text_of(letter)
    assert "Team &lt;1&gt;" in letter.get_body(("html",)).get_content()
    assert [each.state for each in Mail.objects.order_by("pk")] == [State.SENT, State.WAITING]
    assert mailing.end(letter["list-unsubscribe"].strip("<>").rpartition("/")[2]) == "digest"
    assert not Mail.objects.filter(state=State.WAITING).exists()


def test_the_hour_is_the_persons_own():
    monday = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine in Shanghai
    assert mailing.next_digest(monday, "UTC", weekly=True) == monday.replace(hour=8)
    assert mailing.next_digest(monday, "Asia/Shanghai", weekly=False) == datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
    assert mailing.next_digest(monday, "Asia/Shanghai", weekly=True) == datetime(2026, 11, 30, 0, 0, tzinfo=UTC)


def test_dead_letters_are_written_again_by_staff_and_old_ones_go(company, post, settings, monkeypatch):
    mention(company, "first")
    Mail.objects.update(state=State.DEAD)
    mention(company, "second")
    ids = list(Mail.objects.values_list("pk", flat=True))
    staff = type(company.alice)(user=company.alice.user, name="Alice", staff=True)
    with pytest.raises(Forbidden):
        ledger.resume_letters(actor=company.charlie, ids=ids)
    assert ledger.resume_letters(actor=staff, ids=ids) == 0, "a newer one waits, which tells the same"
    Mail.objects.update(state=State.DEAD)
    assert ledger.resume_letters(actor=staff, ids=ids) == 1
    monkeypatch.setattr(tasks.mail, "delay", tasks.mail)
    tasks.sweep()
    assert len(post.letters) == 1
    Mail.objects.update(created_at=timezone.now() - timedelta(days=15))
    assert mailing.forget() == 2
