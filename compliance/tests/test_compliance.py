"""What must go goes, what must stay stays, what is handed out is whole: retention, holds, erasure, exports."""

import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import Device, User
from accounts.services import devices
from accounts.tests.factories import actor_of, person, sign_in
from audit.models import AuditRecord
from chat.models import Conversation, Entry, File, UnsentDraft
from chat.services import conversations, files, members, messages
from chat.tests.factories import key, scene, send
from compliance import policy
from compliance.models import HeldWords, LegalHold, Retained, RetentionRule, Sweep
from compliance.services import archive, erasing, exporting, holds, retention
from groups.services import jobs
from groups.tests.jobbing import order, work_off
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db
WHY = "proceeding 17 at the court"


@pytest.fixture
def it():
    """Alice's group in which Bob said two things, one 40 days ago."""
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=True):
        made = scene()
        send(made.bob, made.id, "an old word")
    send(made.bob, made.id, "a new word")
    return made


@pytest.fixture
def admin():
    return actor_of(person("grace", is_staff=True))


def said(conversation: int) -> list[str]:
    rows = Entry.objects.filter(conversation_id=conversation, type="message.created").order_by("seq")
    return [each.body.get("text", "") for each in rows]


def told(action: str) -> list[AuditRecord]:
    return list(AuditRecord.objects.filter(action=action).order_by("seq"))


def test_what_is_too_old_goes_and_order_and_numbers_stay(it, admin):
    retention.set_rule(actor=admin, days=30)
    before = Conversation.objects.get(pk=it.id)
    assert retention.sweep()
    assert said(it.id) == ["", "a new word"]
    after = Conversation.objects.get(pk=it.id)
    assert (after.last_number, after.last_seq) == (before.last_number, before.last_seq + 1)
    [record] = told("retention.applied")
    assert (record.conversation, record.after["messages"]) == (it.id, 1)
    assert not told("message.removed")
    assert retention.sweep()
    assert len(told("retention.applied")) == 1


def test_a_conversations_own_rule_counts_and_notes_are_ones_own(it, admin):
    retention.set_rule(actor=admin, days=30)
    retention.set_rule(actor=admin, days=0, conversation=it.id)
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=True):
        send(it.bob, conversations.personal_of(it.bob.user).pk, "a note")
    retention.sweep()
    assert said(it.id) == ["an old word", "a new word"]
    assert said(conversations.personal_of(it.bob.user).pk) == ["a note"]
    retention.remove_rule(actor=admin, rule=RetentionRule.objects.get(conversation=it.id).pk)
    retention.sweep()
    assert said(it.id)[0] == ""


def test_a_sweep_goes_on_where_the_last_one_ended(it, admin, monkeypatch):
    with time_machine.travel(timezone.now() - timedelta(days=40), tick=True):
        for place in range(5):
            send(it.alice, it.id, f"old {place}")
    monkeypatch.setattr(retention, "CHUNK", 2)
    retention.set_rule(actor=admin, days=30)
    assert not retention.sweep(seconds=0)
    assert said(it.id)[0] == "an old word"
    assert retention.sweep_conversation(it.id)
    assert said(it.id) == ["", "a new word", *[""] * 5]
    assert [each.after["messages"] for each in told("retention.applied")] == [2, 2, 2]
    Sweep.objects.update_or_create(id=Sweep.ONLY, defaults={"conversation": it.id, "at": timezone.now()})
    assert retention.sweep()
    assert Sweep.objects.get().conversation == 0


@pytest.mark.parametrize("upon", ["conversation", "member", "who left"])
def test_a_hold_is_yielded_to_once_recorded_and_let_go(it, admin, upon):
    retention.set_rule(actor=admin, days=30)
    held = {"conversation": it.id} if upon == "conversation" else {"user": it.bob.user}
    if upon == "who left":
        conversations.leave(actor=it.bob, conversation=it.id)
    hold = holds.place(actor=admin, reason=WHY, **held)
    retention.sweep()
    retention.sweep()
    assert said(it.id)[0] == "an old word"
    withheld = told("retention.withheld")
    assert [each.after for each in withheld] == ([] if upon == "who left" else [{"hold": hold.pk}])
    holds.release(actor=admin, hold=hold.pk, reason=WHY)
    retention.sweep()
    assert said(it.id)[0] == ""
    assert [each.reason for each in (*told("hold.placed"), *told("hold.released"))] == [WHY, WHY]


def test_what_is_no_hold_and_no_rule(it, admin):
    for fields in ({}, {"user": it.bob.user, "conversation": it.id}):
        with pytest.raises(BadRequest):
            holds.place(actor=admin, reason=WHY, **fields)
    with pytest.raises(BadRequest):
        holds.place(actor=admin, reason="why", user=it.bob.user)
    with pytest.raises(NotFound):
        holds.place(actor=admin, reason=WHY, user=10**6)
    holds.place(actor=admin, reason=WHY, user=it.bob.user)
    with pytest.raises(Conflict):
        holds.place(actor=admin, reason=WHY, user=it.bob.user)
    with pytest.raises(BadRequest):
        retention.set_rule(actor=admin, days=-1)
    with pytest.raises(NotFound):
        retention.remove_rule(actor=admin, rule=10**6)


def test_who_is_erased_keeps_a_place_and_nothing_else(it, admin):
    device = devices.register(user=User.objects.get(pk=it.bob.user), platform="sdk", name="Bob's phone")
    UnsentDraft.objects.create(user_id=it.bob.user, conversation_id=it.id, text="unsent", seq=1, at=timezone.now())
    notes = conversations.personal_of(it.bob.user).pk
    send(it.bob, notes, "a note")
    gone = erasing.erase(actor=admin, user=it.bob.user, reason=WHY)
    row = User.objects.get(pk=it.bob.user)
    assert (row.username, row.name, row.email, row.is_active) == (f"erased-{row.pk}", "Erased person", "", False)
    assert not row.has_usable_password()
    assert Device.objects.get(pk=device.pk).name != "Bob's phone"
    assert not UnsentDraft.objects.exists()
    assert (gone, said(notes), said(it.id)) == (1, [""], ["an old word", "a new word"])
    assert "Bob" not in str(list(AuditRecord.objects.filter(target=str(row.pk)).values()))
    assert erasing.erase(actor=admin, user=it.bob.user, reason=WHY, words=True) == 2
    assert said(it.id) == ["", ""]


def test_erasure_yields_to_a_hold_and_says_why(it, admin):
    hold = holds.place(actor=admin, reason=WHY, user=it.bob.user)
    with pytest.raises(Conflict) as caught:
        erasing.erase(actor=admin, user=it.bob.user, reason=WHY)
    assert caught.value.details["rule"] == "legal_hold"
    assert [(each.after, each.reason) for each in told("person.erasure_withheld")] == [({"hold": hold.pk}, WHY)]
    assert User.objects.get(pk=it.bob.user).is_active
    holds.release(actor=admin, hold=hold.pk, reason=WHY)
    holds.place(actor=admin, reason=WHY, conversation=it.id)
    assert erasing.erase(actor=admin, user=it.bob.user, reason=WHY, words=True) == 0
    assert said(it.id) == ["an old word", "a new word"]
    assert told("person.erasure_withheld")[-1].after == {"conversations": [it.id]}


def test_a_person_gets_what_is_his_own(it, tmp_path):
    send(it.alice, it.id, "a word of Alice's")
    place = tmp_path / "bob.zip"
    exporting.export_person(actor=it.bob, user=it.bob.user, place=place)
    with zipfile.ZipFile(place) as made:
        assert json.loads(made.read("profile.json"))["username"] == "bob"
        lines = [json.loads(each) for each in made.read("messages.jsonl").splitlines()]
        everything = b"".join(made.read(each) for each in made.namelist())
    assert [each["body"]["text"] for each in lines] == ["an old word", "a new word"]
    assert b"a word of Alice's" not in everything
    assert b"pbkdf2" not in everything
    assert archive.check(place) == []


def test_what_a_proceeding_asks_for_with_edits_and_a_manifest_that_finds_changes(it, admin, tmp_path):
    seq = send(it.bob, it.id, "before <b>").seq
    messages.edit(actor=it.bob, conversation=it.id, client_key=key(), target=seq, body={"text": "after"})
    place = tmp_path / "found.zip"
    scope = exporting.Scope(conversations=(it.id,), since=timezone.now() - timedelta(days=1))
    exporting.export_ediscovery(actor=admin, scope=scope, reason=WHY, place=place)
    folder = f"conversations/{it.id}"
    with zipfile.ZipFile(place) as made:
        page = made.read(f"{folder}/messages.html").decode()
        lines = [json.loads(each) for each in made.read(f"{folder}/messages.jsonl").splitlines()]
        parts = {name: made.read(name) for name in made.namelist()}
    assert "before &lt;b&gt;" in page
    assert "after" in page
    assert "an old word" not in page
    assert lines[0]["sender_name"] == "Bob (bob)"
    assert archive.check(place) == []
    [record] = told("ediscovery.exported")
    assert (record.reason, record.after["conversations"]) == (WHY, [it.id])
    changed = tmp_path / "changed.zip"
    with zipfile.ZipFile(changed, "w") as other:
        for name, content in parts.items():
            other.writestr(name, content.replace(b"after", b"never"))
        other.writestr("more.txt", "x")
    wrong = archive.check(changed)
    assert f"{folder}/messages.jsonl was changed" in wrong
    assert "more.txt is not in the manifest" in wrong


def test_outsiders_owners_and_staff_through_an_app_do_none_of_it(it, admin, tmp_path):
    hold = holds.place(actor=admin, reason=WHY, user=it.bob.user)
    scope = exporting.Scope(conversations=(it.id,))
    for who in (it.alice, it.charlie, actor_of(person("boss", is_staff=True), app=3)):
        for act in (
            lambda who=who: holds.place(actor=who, reason=WHY, conversation=it.id),
            lambda who=who: holds.release(actor=who, hold=hold.pk, reason=WHY),
            lambda who=who: retention.set_rule(actor=who, days=1),
            lambda who=who: retention.remove_rule(actor=who, rule=1),
            lambda who=who: erasing.erase(actor=who, user=it.bob.user, reason=WHY),
            lambda who=who: exporting.export_person(actor=who, user=it.bob.user, place=tmp_path / "x"),
            lambda who=who: exporting.export_ediscovery(actor=who, scope=scope, reason=WHY, place=tmp_path / "x"),
        ):
            with pytest.raises(Forbidden):
                act()
    assert (LegalHold.objects.filter(released_at=None).count(), RetentionRule.objects.count()) == (1, 0)
    assert not (tmp_path / "x").exists()


def test_the_command_does_each(it, tmp_path, capsys):
    call_command("compliance", "hold", "--user", "bob", "--reason", WHY)
    call_command("compliance", "holds")
    assert WHY in capsys.readouterr().out
    call_command("compliance", "retain", "30")
    call_command("compliance", "sweep")
    assert said(it.id)[0] == "an old word"
    with pytest.raises(CommandError, match="legal hold"):
        call_command("compliance", "erase", "bob", "--reason", WHY)
    call_command("compliance", "release", str(LegalHold.objects.get().pk), "--reason", WHY)
    found, own = str(tmp_path / "found.zip"), str(tmp_path / "own.zip")
    call_command("compliance", "ediscovery", found, "--user", "bob", "--since", "2020-01-01", "--reason", WHY)
    call_command("compliance", "export-person", "bob", own)
    for each in (found, own):
        call_command("compliance", "check", each)
    call_command("compliance", "sweep")
    assert said(it.id)[0] == ""
    assert Retained.objects.get(conversation=it.id).seq > 0


def test_the_admin_places_and_releases_holds_and_sets_rules(it, client):
    root = person("root", is_staff=True, is_superuser=True)
    sign_in(client, root)
    assert client.post("/admin/compliance/legalhold/add/", {"user": it.bob.user, "reason": WHY}).status_code == 302
    hold = LegalHold.objects.get()
    assert (hold.by, told("hold.placed")[0].actor_name) == (root.pk, "Root (operator)")
    twice = client.post("/admin/compliance/legalhold/add/", {"user": it.bob.user, "reason": WHY}, follow=True)
    assert LegalHold.objects.count() == 1
    assert twice.status_code == 200
    client.post("/admin/compliance/legalhold/", {"action": "release", "_selected_action": [hold.pk]})
    assert LegalHold.objects.get().released_at
    assert client.post("/admin/compliance/retentionrule/add/", {"days": "30", "conversation": ""}).status_code == 302
    rule = RetentionRule.objects.get()
    client.post(f"/admin/compliance/retentionrule/{rule.pk}/change/", {"days": "60"})
    assert RetentionRule.objects.get().days == 60
    client.post(f"/admin/compliance/retentionrule/{rule.pk}/delete/", {"post": "yes"})
    assert not RetentionRule.objects.exists()
    assert [len(told(f"retention.{each}")) for each in ("rule_set", "rule_removed")] == [2, 1]


def test_a_reason_says_something():
    for text in ("", "because", "x" * 501):
        with pytest.raises(BadRequest):
            policy.reason_of(text)
    assert policy.reason_of("  the works  council ") == "the works council"


def _purged(it):
    before = int(timezone.now().timestamp() * 1000)
    return work_off(jobs.start(actor=it.alice, conversation=it.id, order=order("purge", before=before)))


def test_a_purge_of_a_group_yields_to_a_hold_upon_it_or_upon_somebody_in_it(it, admin):
    hold = holds.place(actor=admin, reason=WHY, user=it.bob.user)
    job = _purged(it)
    assert job.state == "failed"
    assert said(it.id) == ["an old word", "a new word"]
    holds.release(actor=admin, hold=hold.pk, reason=WHY)
    assert _purged(it).state == "done"
    assert said(it.id) == ["", ""]


def test_a_purge_leaves_what_somebody_said_who_is_held_and_gone(it, admin):
    send(it.alice, it.id, "her own word")
    members.remove_members(actor=it.alice, conversation=it.id, users=[it.bob.user])
    hold = holds.place(actor=admin, reason=WHY, user=it.bob.user)
    assert _purged(it).state == "done"
    assert said(it.id) == ["an old word", "a new word", ""]
    [record] = told("history.withheld")
    assert (record.actor, record.after["messages"], record.after["hold"]) == (it.alice.user, 2, hold.pk)


def words_in(place, conversation):
    """Every message of an eDiscovery export, by seq."""
    with zipfile.ZipFile(place) as opened:
        lines = opened.read(f"conversations/{conversation}/messages.jsonl").splitlines()
    return {each["seq"]: each for each in map(json.loads, lines)}


def test_what_is_taken_back_under_a_hold_is_gone_for_the_chat_and_kept_for_the_officer(it, admin, tmp_path):
    hold = holds.place(actor=admin, reason=WHY, user=it.bob.user)
    mine = send(it.bob, it.id, "the first words")
    messages.edit(actor=it.bob, conversation=it.id, client_key=key(), target=mine.seq, body={"text": "other words"})
    messages.recall(actor=it.bob, conversation=it.id, client_key=key(), target=mine.seq)
    assert said(it.id)[-1] == ""
    assert "words" not in json.dumps(list(Entry.objects.filter(target=mine.seq).values_list("body", flat=True)))
    scope = exporting.Scope(conversations=(it.id,))
    exporting.export_ediscovery(actor=admin, scope=scope, reason=WHY, place=tmp_path / "held.zip")
    kept = words_in(tmp_path / "held.zip", it.id)[mine.seq]["kept"]
    assert kept == {
        "body": {"text": "other words"}, "earlier": [{"text": "the first words"}], "taken_back_by": it.bob.user,
    }  # fmt: skip
    other = holds.place(actor=admin, reason=WHY, conversation=it.id)
    holds.release(actor=admin, hold=hold.pk, reason=WHY)
    assert HeldWords.objects.get().hold == other.pk
    holds.release(actor=admin, hold=other.pk, reason=WHY)
    assert not HeldWords.objects.exists()


def test_without_a_hold_a_recall_leaves_nothing_behind(it, admin):
    holds.place(actor=admin, reason=WHY, user=person("dora").pk)
    messages.recall(actor=it.bob, conversation=it.id, client_key=key(), target=send(it.bob, it.id, "gone").seq)
    assert not HeldWords.objects.exists()


def test_a_file_that_a_kept_message_shows_outlives_its_use(it, admin):
    file = File.objects.create(
        uploader_id=it.bob.user, name="a.pdf", media_type="application/pdf", size=3, sha256="0" * 64, path="aa/a",
        created_at=timezone.now() - timedelta(days=60),
    )  # fmt: skip
    HeldWords.objects.create(
        conversation=it.id, seq=9, kind="file", body={}, files=[str(file.pk)], said_at=timezone.now(),
        taken_at=timezone.now(), hold=1,
    )  # fmt: skip
    files.sweep()
    assert File.objects.filter(pk=file.pk).exists()
    HeldWords.objects.all().delete()
    files.sweep()
    assert not File.objects.filter(pk=file.pk).exists()
