"""Word lists: read whole or not at all, in force at once, changed by operators alone, recorded without a word of them."""

import pytest

from accounts.actor import SYSTEM
from accounts.tests.factories import actor_of, person
from audit.models import AuditRecord
from chat.models import Conversation, Entry
from chat.participation import WordList
from chat.services import conversations, messages
from chat.tests.factories import draft, key, scene, send
from groups.services import wordlists
from groups.services.wordlists import Wish
from protocol.errors import BadRequest, Forbidden, NotFound


def test_terms_are_kept_folded_each_once():
    assert wordlists.tidy("# games\nCasino\n ｃａｓｉｎｏ \n\n赌博\nbuy   now\n") == ["buy now", "casino", "赌博"]


@pytest.mark.parametrize(
    ("text", "line"), [("fine\n" + "x" * 65, 2), ("a\nb\x00", 2), ("\n".join(map(str, range(10_001))), None)]
)
def test_what_is_no_list_is_refused_with_its_line(text, line):
    with pytest.raises(BadRequest) as caught:
        wordlists.tidy(text)
    assert caught.value.details.get("line") == line


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_files_come_in_what_programs_write(encoding):
    assert wordlists.tidy(wordlists.read_file("赌博\ncasino".encode(encoding))) == ["casino", "赌博"]


def test_what_is_no_text_or_too_much_is_no_file():
    for data in (b"\xff\x80\xff", b"x" * (wordlists.MAX_FILE + 1)):
        with pytest.raises(BadRequest):
            wordlists.read_file(data)


@pytest.fixture
def it(db):
    return scene()


@pytest.fixture
def admin(db):
    return actor_of(person("grace", is_staff=True))


def is_blocked(it, text: str, where: int = 0) -> bool:
    drafted = draft(it.bob, where or it.id, text)
    [outcome] = messages.commit([drafted])
    return outcome.error is not None and outcome.error.code == "words_blocked"


def test_a_list_is_in_force_at_once_until_it_is_switched_off_changed_or_removed(it, admin):
    made = wordlists.put(actor=admin, wish=Wish("Games", "block", "casino\n赌博"))
    assert is_blocked(it, "赌博")
    wordlists.switch(actor=admin, word_list=made.pk, on=False)
    assert not is_blocked(it, "赌博")
    wordlists.switch(actor=admin, word_list=made.pk, on=True)
    wordlists.put(actor=admin, wish=Wish("Games", "block", "roulette"), word_list=made.pk)
    assert (is_blocked(it, "赌博"), is_blocked(it, "roulette")) == (False, True)
    wordlists.remove(actor=admin, word_list=made.pk)
    assert not is_blocked(it, "roulette")
    told = AuditRecord.objects.filter(target_type="word_list").order_by("seq")
    assert [each.action for each in told] == [
        f"words.{each}" for each in ("saved", "switched", "switched", "saved", "removed")
    ]
    assert told[3].before == {"name": "Games", "action": "block", "enabled": True, "terms": 2}
    assert "roulette" not in str(list(told.values()))


def test_a_groups_list_leaves_its_other_rules_alone(it, admin):
    other = conversations.create_group(actor=it.bob, title="Elsewhere", members=[]).pk
    found = Conversation.objects.get(pk=it.id)
    found.rules = {"permissions": {"pin": "owner"}}
    found.save()
    made = wordlists.put(actor=admin, wish=Wish("Games", "block", "casino", it.id))
    assert (is_blocked(it, "casino"), is_blocked(it, "casino", other)) == (True, False)
    assert Conversation.objects.get(pk=it.id).rules["permissions"] == {"pin": "owner"}
    wordlists.remove(actor=admin, word_list=made.pk)
    assert Conversation.objects.get(pk=it.id).rules == {"permissions": {"pin": "owner"}}
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user).pk
    for nowhere in (direct, 10**9):
        with pytest.raises(BadRequest):
            wordlists.put(actor=admin, wish=Wish("Games", "block", "casino", nowhere))


def test_ten_thousand_terms_in_force_and_nothing_is_half_written(it, admin):
    full = "\n".join(f"term{place}" for place in range(9_999))
    wordlists.put(actor=admin, wish=Wish("Long", "mask", full))
    with pytest.raises(BadRequest) as caught:
        wordlists.put(actor=admin, wish=Wish("More", "block", "casino\nroulette"))
    assert caught.value.details["rule"] == "max_terms"
    assert WordList.objects.count() == 1
    assert not is_blocked(it, "casino")
    wordlists.put(actor=admin, wish=Wish("More", "block", "casino\nroulette", enabled=False))
    outcome = send(it.bob, it.id, "term77 and term9999")
    assert Entry.objects.get(conversation_id=it.id, seq=outcome.seq).body["text"] == "＊＊＊＊＊＊ and term9999"


@pytest.mark.parametrize(
    ("name", "action"), [("", "block"), ("x" * 81, "block"), ("a\tb\x07", "block"), ("Games", "burn")]
)
def test_what_is_no_list_is_not_made(admin, name, action):
    with pytest.raises(BadRequest):
        wordlists.put(actor=admin, wish=Wish(name, action, "casino"))
    assert not WordList.objects.exists()


def test_owners_outsiders_and_staff_through_an_app_change_no_list(it, admin):
    made = wordlists.put(actor=SYSTEM, wish=Wish("Games", "block", "casino", it.id))
    for who in (it.alice, it.charlie, actor_of(person("boss", is_staff=True), app=3)):
        for act in (
            lambda who=who: wordlists.put(actor=who, wish=Wish("Mine", "block", "hello", it.id)),
            lambda who=who: wordlists.switch(actor=who, word_list=made.pk, on=False),
            lambda who=who: wordlists.remove(actor=who, word_list=made.pk),
        ):
            with pytest.raises(Forbidden):
                act()
    with pytest.raises(NotFound):
        wordlists.remove(actor=admin, word_list=made.pk + 1)
    assert WordList.objects.get().enabled


def test_a_bots_message_is_held_to_the_lists_too(it, admin):
    wordlists.put(actor=admin, wish=Wish("Games", "block", "casino"))
    bot = person("bot", kind="bot")
    conversations.add_members(actor=it.alice, conversation=it.id, users=[bot.pk])
    speaks = actor_of(bot, app=3, scopes=frozenset({"messages:write"}))
    with pytest.raises(Forbidden, match="may not be said"):
        messages.send(
            actor=speaks, conversation=it.id, client_key=key(), kind="card", body={"title": "News", "text": "Casino!"}
        )
