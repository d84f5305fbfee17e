"""Words that may not be said: found whatever their spelling, refused or masked before anything is stored."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.actor import SYSTEM
from chat import screening, timeline
from chat.models import Conversation, Entry
from chat.participation import WordFilter, WordList
from chat.screening import folding, lists
from chat.screening.automaton import Automaton
from chat.services import conversations, forwarding, messages
from chat.tests import factories
from chat.tests.factories import draft, key, send

versions = iter(range(1000, 2000))


def words_of(text: str, *terms: str) -> list[str]:
    folded = [screening.fold(each) for each in terms]
    return [folded[hit.term] for hit in Automaton(folded).find(screening.fold(text))]


def put(action: str, *terms: str, group: int = 0, enabled: bool = True) -> None:
    """A list in force, as the service leaves it."""
    WordList.objects.create(
        name=action,
        action=action,
        conversation_id=group or None,
        enabled=enabled,
        terms="\n".join(terms),
        term_count=len(terms),
        changed_at=timezone.now(),
    )
    if group:
        found = Conversation.objects.get(pk=group)
        found.rules = {**found.rules, "words": next(versions)}
        found.save(update_fields=["rules"])
    else:
        WordFilter.objects.update_or_create(id=WordFilter.ONLY, defaults={"version": next(versions)})


@given(st.lists(st.text("ab赌", min_size=1, max_size=4), max_size=12, unique=True), st.text("ab赌 ", max_size=30))
def test_it_finds_what_looking_for_each_term_finds(terms, text):
    found = {(hit.start, terms[hit.term]) for hit in Automaton(terms).find(text)}
    wanted = set()
    for term in terms:
        for start in range(len(text)):
            end = start + len(term)
            before, after = text[start - 1 : start] if start else "", text[end : end + 1]
            inside = (term[0] in "ab" and before in ("a", "b")) or (term[-1] in "ab" and after in ("a", "b"))
            if text.startswith(term, start) and not inside:
                wanted.add((start, term))
    assert found == wanted


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("What a CASINO!", "casino"),
        ("ｃａｓｉｎｏ", "casino"),
        ("来ｃａｓｉｎｏ吧", "Casino"),
        ("ca\u200bsi\u00adno", "casino"),
        ("今晚去赌博吗", "赌博"),
        ("赌\u200b博", "赌博"),
        ("buy  now\nor never", "buy now"),
        ("Cafe\u0301 noir", "café"),
        ("STRASSE", "straße"),
        ("网络赌博", "络赌"),
        ("カジノへ", "ｶｼﾞﾉ"),
        ("it's 100% free.", "100% free"),
    ],
)
def test_spellings_that_are_alike(text, term):
    assert words_of(text, term) == [screening.fold(term)]


@pytest.mark.parametrize(
    ("text", "term"), [("classic", "ass"), ("assess", "ass"), ("pass2", "pass"), ("Scunthorpe", "cunt"), ("a b", "ab")]
)
def test_a_word_inside_another_is_none(text, term):
    assert words_of(text, term) == []


@pytest.mark.parametrize("text", ["x Ｃａｆｅ\u0301  赌\u200b博 ﬁn", "ｶﾞ　ｶﾞ", "", " a\n\nb ", "각 \u1112\u1161\u11ab"])
def test_the_folded_text_knows_where_it_came_from(text):
    folded, begins, ends = folding.align(text)
    assert folded == "".join(folding.fold(text[b:e]) for b, e in dict.fromkeys(zip(begins, ends, strict=True))) or (
        folded == folding.fold(text)
    )
    assert begins == sorted(begins)
    assert all(b < e <= len(text) for b, e in zip(begins, ends, strict=True))


@pytest.fixture
def scene(db):
    return factories.scene()


def heads(conversation: int) -> tuple[int, int, int]:
    found = Conversation.objects.get(pk=conversation)
    return found.last_seq, found.last_number, Entry.objects.filter(conversation=conversation).count()


def test_a_blocked_word_is_refused_and_nothing_of_it_is_stored(scene):
    put("block", "赌博", "casino")
    before = heads(scene.id)
    refused = timeline.append([draft(scene.bob, scene.id, "去赌博，去CASINO!"), draft(scene.alice, scene.id, "好")])
    assert (refused[0].error.code, refused[0].error.status) == ("words_blocked", 403)
    assert refused[0].error.details == {"rule": "word_filter", "words": ["赌博", "casino"]}
    assert refused[1].seq == before[0] + 1
    assert heads(scene.id) == (before[0] + 1, before[1] + 1, before[2] + 1)


def test_an_edit_is_held_to_the_same_lists(scene):
    put("block", "赌博")
    put("mask", "casino")
    said = send(scene.bob, scene.id, "fine")
    words = {"actor": scene.bob, "conversation": scene.id, "target": said.seq}
    assert timeline.append([messages.draft_edit(**words, client_key=key(), body={"text": "赌博"})])[0].error.code == (
        "words_blocked"
    )
    messages.edit(**words, client_key=key(), body={"text": "the Casino"})
    row = Entry.objects.get(conversation_id=scene.id, seq=said.seq)
    assert row.body == {"text": "the ＊＊＊＊＊＊"}
    told = Entry.objects.get(conversation_id=scene.id, type="message.edited")
    assert told.body["body"] == row.body


def test_a_masked_word_is_stored_masked_wherever_it_stands(scene):
    put("mask", "casino", "赌博")
    outcome = send(scene.bob, scene.id, "C\u200basino，ｃａｓｉｎｏ and classic 赌博赌博 ok")
    hidden = "＊" * 7 + "，" + "＊" * 6 + " and classic ＊＊＊＊ ok"
    assert Entry.objects.get(conversation_id=scene.id, seq=outcome.seq).body == {"text": hidden}
    assert outcome.emitted[0].event.body == {"text": hidden}
    card = {
        "title": "casino",
        "blocks": [
            {"type": "fields", "fields": [{"label": "where", "text": "casino 5"}]},
            {"type": "actions", "elements": [{"type": "button", "text": "赌博", "action": "go", "value": "casino"}]},
        ],
    }
    card_of = messages.send(actor=scene.bob, conversation=scene.id, client_key=key(), kind="card", body=card)
    stored = Entry.objects.get(conversation_id=scene.id, seq=card_of.seq).body
    assert (stored["title"], stored["blocks"][0]["fields"][0]["text"]) == ("＊" * 6, "＊＊＊＊＊＊ 5")
    assert stored["blocks"][1]["elements"][0] == {"type": "button", "text": "＊＊", "action": "go", "value": "casino"}


def test_the_same_key_again_is_the_same_message_although_it_was_masked(scene):
    put("mask", "casino")
    first = send(scene.bob, scene.id, "casino", client_key="one-key-only")
    again = send(scene.bob, scene.id, "casino", client_key="one-key-only")
    assert (again.duplicate, again.seq) == (True, first.seq)


def test_what_is_forwarded_is_looked_at_where_it_comes_to(scene):
    put("block", "赌博", group=scene.id)
    other = conversations.create_group(actor=scene.bob, title="Elsewhere", members=[]).pk
    said = send(scene.bob, other, "赌博").seq
    wanted = forwarding.Wanted(source=other, messages=(said,), merged=True)
    with pytest.raises(Exception, match="may not be said") as caught:
        forwarding.forward(actor=scene.bob, conversation=scene.id, client_key=key(), wanted=wanted)
    assert caught.value.code == "words_blocked"


def test_a_change_holds_from_the_next_message_on_and_costs_no_query_after(scene):
    send(scene.bob, scene.id, "warm")

    def queries(text: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            send(scene.bob, scene.id, text)
        return len(captured)

    plain = queries("hello")
    put("block", "casino")
    put("mask", "赌", group=scene.id)
    assert queries("warms the lists up") == plain + 2
    assert queries("hello") == plain
    assert queries("赌") == plain
    with pytest.raises(Exception, match="may not be said"):
        send(scene.bob, scene.id, "casino")
    WordList.objects.all().delete()
    WordFilter.objects.update(version=0)
    assert send(scene.bob, scene.id, "casino").seq


def test_a_groups_list_is_for_that_group_and_notes_are_ones_own(scene):
    put("block", "casino", group=scene.id)
    put("block", "赌博", enabled=False)
    other = conversations.create_group(actor=scene.bob, title="Elsewhere", members=[]).pk
    assert send(scene.bob, other, "casino").seq
    assert send(scene.bob, scene.id, "赌博").seq
    put("block", "secret")
    notes = timeline.personal.ensure([scene.bob.user])[scene.bob.user]
    assert send(scene.bob, notes, "secret").seq
    assert messages.send(
        actor=SYSTEM, conversation=scene.id, client_key=key(), kind="system", body={"text": "casino"}
    ).seq


def test_what_is_flagged_is_stored_and_named(scene):
    put("flag", "casino")
    put("block", "赌博", group=scene.id)
    outcome = send(scene.bob, scene.id, "Casino night")
    row = Entry.objects.get(conversation_id=scene.id, seq=outcome.seq)
    assert row.body == {"text": "Casino night"}
    flagged = screening.flagging(scene.id)
    assert flagged("text", row.body) == ["casino"]
    assert flagged("text", {"text": "nice"}) == []
    WordList.objects.update(enabled=False)
    WordFilter.objects.update(version=0)
    assert screening.flagging(scene.id) is None


def test_a_process_holds_so_many_lists_and_no_more(scene, monkeypatch):
    monkeypatch.setattr(lists, "HELD", 3)
    monkeypatch.setattr(lists, "_held", {})
    for place in range(5):
        group = conversations.create_group(actor=scene.bob, title=str(place), members=[]).pk
        put("mask", "casino", group=group)
        send(scene.bob, group, "casino")
    assert len(lists._held) == 3
