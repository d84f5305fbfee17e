import pytest
from django.utils import timezone

from chat.models import Entry
from chat.rendering import message_of
from imsite.demo import company, history, scripts, showing

pytestmark = pytest.mark.django_db
KEYS = ("launch", "oncall", "lunch", "direct-alice-lina")


@pytest.fixture
def told(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(company, "EVERYBODY", 60)
    ids, now = company.make(), timezone.now()
    places = [each for each in scripts.read(now) if each.key in KEYS]
    told = {place.key: history.open_place(place, ids) for place in places}
    history.tell([each for each in scripts.in_order(places) if each.place == "launch"][:9], told, ids)
    showing.show(told, ids, now)
    return told, ids, now


def shown(place) -> list:
    entries = Entry.objects.filter(conversation=place.conversation, type="message.created").order_by("seq")
    return [message_of(each) for each in entries]


def test_there_is_one_of_each_and_a_second_run_adds_nothing(told):
    places, ids, now = told
    [root] = [each for each in shown(places["launch"]) if each.thread_count]
    assert (root.thread_count, root.pinned_at > 0) == (4, True)
    assert root.thread_people == [ids[each] for each in ("maya", "zhangmin", "leo", "lina")]
    [urgent] = [each for each in shown(places["oncall"]) if each.urgent]
    assert urgent.confirmed == [ids["bob"]]
    voice, poll = shown(places["lunch"])
    assert (voice.kind, voice.body["media_type"], len(voice.body["waveform"])) == ("voice", "audio/wav", 48)
    assert [each["text"].split(" ", 1)[1] for each in poll.body["blocks"][0]["fields"]] == [
        "20% · 1",
        "60% · 3",
        "20% · 1",
    ]
    forward, comment = shown(places["direct-alice-lina"])
    assert (forward.kind, len(forward.body["items"]), comment.kind) == ("forward", 4, "text")
    before = Entry.objects.count()
    showing.show(places, ids, now)
    assert Entry.objects.count() == before
