"""Word lists in the admin: made from a file, switched, removed by moderators; an auditor looks, a stranger sees nothing."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import AuditRecord
from chat.participation import WordList
from groups.services import wordlists
from groups.tests.factories import enter

pytestmark = pytest.mark.django_db
LIST = "/admin/chat/wordlist/"


def fields(**changes):
    return {"name": "Games", "action": "block", "enabled": "on", "conversation": "", "terms": "Casino"} | changes


def test_a_moderator_brings_a_file_switches_and_removes():
    operator, client = enter("moderator")
    file = SimpleUploadedFile("words.txt", "# 赌\n赌博\nROULETTE\n".encode("gb18030"))
    assert client.post(f"{LIST}add/", fields(file=file)).status_code == 302
    row = WordList.objects.get()
    assert (row.terms, row.term_count) == ("casino\nroulette\n赌博", 3)
    told = AuditRecord.objects.get(action="words.saved")
    assert (told.actor, told.actor_name) == (operator.pk, "Olga (operator)")
    client.post(LIST, {"action": "disable", "_selected_action": [row.pk]})
    assert not WordList.objects.get().enabled
    page = f"{LIST}{row.pk}/change/"
    assert "赌博" in client.get(page).content.decode()
    assert "赌博" not in client.get(LIST).content.decode()
    assert client.post(page, fields(terms="赌场", action="mask")).status_code == 302
    assert (WordList.objects.get().terms, WordList.objects.get().action) == ("赌场", "mask")
    client.post(LIST, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert not WordList.objects.exists()
    assert AuditRecord.objects.filter(action="words.removed").count() == 1


def test_what_is_refused_is_said_and_changes_nothing():
    _, client = enter("moderator")
    assert "Line 2" in client.post(f"{LIST}add/", fields(terms="fine\n" + "x" * 70)).content.decode()
    bad = SimpleUploadedFile("words.txt", b"\xff\x80\xff")
    assert "not text" in client.post(f"{LIST}add/", fields(file=bad)).content.decode()
    full = "\n".join(f"term{place}" for place in range(wordlists.MAX_TERMS))
    client.post(f"{LIST}add/", fields(terms=full))
    answer = client.post(f"{LIST}add/", fields(), follow=True)
    assert "at most" in " ".join(str(each) for each in answer.context["messages"])
    assert WordList.objects.count() == 1


def test_an_auditor_looks_and_a_stranger_sees_nothing():
    olga, client = enter("moderator")
    client.post(f"{LIST}add/", fields())
    pk = WordList.objects.get().pk
    olga.groups.set([Group.objects.get(name="auditor")])
    assert client.get(f"{LIST}{pk}/change/").status_code == 200
    assert client.post(f"{LIST}{pk}/change/", fields(terms="x")).status_code == 403
    client.post(LIST, {"action": "disable", "_selected_action": [pk]})
    assert WordList.objects.get().enabled
    olga.groups.clear()
    assert client.get(LIST).status_code in (302, 403)
