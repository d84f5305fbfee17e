import itertools

import pytest
from django.utils import timezone

from accounts.models import User
from chat import search, selectors
from chat.models import Conversation, Entry, File, Membership
from imsite.demo import company, history, people, scripts

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(company, "EVERYBODY", 60)
    return company.make()


@pytest.fixture
def places():
    """A small part of the talk: one group with files, one direct conversation, notes, the announcements."""
    wanted = {"oncall", "direct-alice-bob", "notes-alice", "announcements"}
    return [each for each in scripts.read(timezone.now()) if each.key in wanted]


def write(places, ids):
    told = {place.key: history.open_place(place, ids) for place in places}
    return told, history.tell(scripts.in_order(places), told, ids)


def test_history_lies_in_the_past_in_order_and_without_gaps(ids, places):
    told, written = write(places, ids)
    assert written == sum(len(place.steps) for place in places)
    for place in places:
        entries = list(Entry.objects.filter(conversation=told[place.key].conversation).order_by("seq"))
        assert [each.seq for each in entries] == list(range(1, len(entries) + 1))
        numbers = [each.number for each in entries if each.number]
        assert numbers == list(range(1, len(numbers) + 1))
        conversation = Conversation.objects.get(pk=told[place.key].conversation)
        assert (conversation.last_seq, conversation.last_number) == (len(entries), len(numbers))
        assert conversation.member_count == Membership.objects.filter(conversation=conversation).count()
        if place.kind != "notes":  # that one was made when its owner was first addressed
            assert all(first.at <= second.at for first, second in itertools.pairwise(entries))
            assert entries[0].at == place.created.replace(microsecond=entries[0].at.microsecond)


def test_words_are_by_those_who_said_them_and_change_as_written(ids, places):
    told, _ = write(places, ids)
    first = Entry.objects.get(conversation=told["direct-alice-bob"].conversation, number=1)
    assert (first.sender_id, first.body["text"][:6]) == (ids["alice"], "Hi Bob")
    launch = [each for each in scripts.read(timezone.now()) if each.key == "launch"]
    told, _ = write(launch, ids)
    rows = Entry.objects.filter(conversation=told["launch"].conversation, type="message.created")
    edited, recalled = rows.get(edited_at__isnull=False), rows.get(recalled_at__isnull=False)
    assert edited.body["text"].startswith("Decided")
    assert (edited.sender_id, edited.mentions) == (ids["alice"], [ids["zhangmin"]])
    assert (recalled.sender_id, recalled.body) == (ids["leo"], {})
    reply = rows.filter(reply_to__gt=0).first()
    assert rows.get(seq=reply.reply_to).at <= reply.at
    assert {each.name for each in File.objects.all()} >= {"launch-screens.png", "adoption-by-city.csv"}
    assert any(each.reactions for each in rows)


def test_a_run_that_was_stopped_goes_on_and_a_second_run_adds_nothing(ids, places):
    told = {place.key: history.open_place(place, ids) for place in places}
    steps = list(scripts.in_order(places))
    history.tell(steps[:50], told, ids)
    before = Entry.objects.count()
    _, written = write(places, ids)
    assert written == len(steps) - 50
    after = Entry.objects.count()
    assert after > before
    assert write(places, ids)[1] == 0
    assert Entry.objects.count() == after


def test_unread_is_what_the_script_says(ids, places):
    told, _ = write(places, ids)
    named = {each.username for each in people.read()[1] if not each.is_bot}
    history.read_positions(places, told, ids, named)
    for place in places:
        for username in sorted(named if place.everybody else {place.owner, *place.members} & named):
            state = selectors.get_state(ids[username], told[place.key].conversation)
            assert state.unread == place.unread.get(username, 0), (place.key, username)


def test_those_who_announce_become_admins(ids, places):
    told, _ = write(places, ids)
    for place in places:
        if place.everybody:
            history.appoint(place, told[place.key], ids)
            history.appoint(place, told[place.key], ids)
    admins = Membership.objects.filter(conversation=told["announcements"].conversation, role="admin")
    assert {ids["alice"], ids["dora"]} <= set(admins.values_list("user_id", flat=True))
    assert User.objects.get(username="admin").memberships.filter(role="owner").exists()


def test_the_end_is_remembered(ids):
    assert not history.is_complete(ids["admin"])
    history.complete(ids["admin"])
    assert history.is_complete(ids["admin"])


def test_search_finds_what_was_said(ids, places):
    told, _ = write(places, ids)
    history.index(told.values())
    assert search.find(ids["alice"], "whiteboard").hits
    assert search.find(ids["bob"], "值班").hits
    assert not search.find(ids["charlie"], "值班").hits
