"""Search end to end on the database in use: what is found, by whom, in which order, and what is gone."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection

from chat import search
from chat.models import Conversation, Membership, SearchDocument
from chat.search import marks, postgresql
from chat.tests.rows import START, Clock, Log, direct, group, person
from protocol import errors

pytestmark = pytest.mark.django_db

FILE = "3b241101-e2bb-4255-8caf-4136c566a962"


@pytest.fixture
def office() -> SimpleNamespace:
    """Alice owns a team with Bob in it; Charlie has a room of his own with Bob; Alice and Bob talk alone too."""
    clock = Clock()
    alice, bob, charlie = person("alice", name="Alice Wang", other_name="王爱丽"), person("bob"), person("charlie")
    return SimpleNamespace(
        alice=alice,
        bob=bob,
        charlie=charlie,
        clock=clock,
        team=Log(group("Product team", alice, bob), clock),
        other=Log(group("产品部门", charlie, bob), clock),
        direct=Log(direct(alice, bob), clock),
    )


@pytest.fixture(params=["few", "many"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of reading on PostgreSQL: through one's conversations, and through walk and index."""
    if request.param == "many":
        monkeypatch.setattr(postgresql, "FEW", -1)
        monkeypatch.setattr(postgresql, "WALK", 2)
    return request.param


def said(user, query: str = "", **options) -> list[str]:
    return [hit.text for hit in search.find(user.pk, query, **options).hits]


def highlighted(user, query: str) -> list[str]:
    return [hit.text[begin:end] for hit in search.find(user.pk, query).hits for begin, end in hit.highlights]


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("会", ["会"]),
        ("会议", ["会议"]),
        ("三点开会", []),
        ("会议 室", ["会议室"]),
        ("rel", ["Rel"]),
        ("RELEASE", ["Release"]),
        ("Q3 会议", ["会议", "Q3"]),
        ("q3发", ["Q3 发"]),
        ('"release notes"', ["Release notes"]),
        ('"release note"', []),
        ("カタ", ["カタ"]),
        ("회의", ["회의"]),
        ("nothing here", []),
    ],
)
def test_words_in_any_language_are_found_and_highlighted(office, query: str, shown: list[str]):
    office.team.say(office.alice, "下午三点在会议室 Q3 发布: Release notes カタカナ 회의실")
    office.team.say(office.bob, "unrelated 无关")
    search.index(office.team.conversation.entries.all())
    assert highlighted(office.bob, query) == shown


@pytest.mark.usefixtures("reading")
def test_outsiders_find_nothing(office):
    search.index([office.team.say(office.alice, "secret 机密"), office.direct.say(office.bob, "secret 机密")])
    assert len(said(office.alice, "secret")) == len(said(office.bob, "机密")) == 2
    for query in ("secret", "机密", "密", "from:alice", "has:link secret", "after:2020-01-01"):
        assert said(office.charlie, query) == []
    for place in (office.team, office.direct, SimpleNamespace(conversation=Conversation(pk=10**9))):
        with pytest.raises(errors.Forbidden) as caught:
            search.find(office.charlie.pk, "secret", conversation=place.conversation.pk)
        assert caught.value.code == "not_a_member"
        with pytest.raises(errors.BadRequest):
            search.find(office.charlie.pk, f"secret in:{place.conversation.pk}")
    Membership.objects.filter(user=office.bob).delete()
    assert said(office.bob, "secret") == []


@pytest.mark.usefixtures("reading")
def test_a_late_joiner_finds_nothing_from_before_history_from(office):
    early, late = office.team.say(office.alice, "plan one"), office.team.say(office.alice, "plan two")
    search.index([early, late])
    seat = Membership.objects.create(conversation=office.team.conversation, user=office.charlie, history_from=late.seq)
    assert said(office.charlie, "plan") == ["plan two"]
    seat.history_from = late.seq + 1
    seat.save()
    assert said(office.charlie, "plan") == []


@pytest.mark.usefixtures("reading")
def test_a_recalled_message_vanishes_and_its_words_leave_the_index(office, django_assert_num_queries):
    message = office.team.say(office.alice, "oops 密码 hunter2")
    search.index([message])
    assert said(office.bob, "密码") == ["oops 密码 hunter2"]
    recall = office.team.recall(message)
    assert said(office.bob, "密码") == []  # even before the listener came by
    search.index([recall])
    assert not SearchDocument.objects.exists()
    assert tokens_left() == 0


def tokens_left() -> int:
    """Rows of the SQLite token table; on PostgreSQL the tokens are a column of the document."""
    if connection.vendor == "postgresql":
        return SearchDocument.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM chat_searchtoken WHERE chat_searchtoken MATCH 'hunter OR 密码'")
        return int(cursor.fetchone()[0])


@pytest.mark.usefixtures("reading")
def test_an_edited_message_is_found_by_its_new_words_only(office):
    message = office.team.say(office.alice, "meet at noon")
    search.index([message])
    edit = office.team.edit(message, "meet at three 见 https://example.org")
    assert said(office.bob, "noon") == []  # the index is late, the answer is not
    search.index([edit])
    search.index([edit, message])  # again changes nothing
    assert said(office.bob, "noon") == []
    assert said(office.bob, "three has:link") == ["meet at three 见 https://example.org"]
    assert SearchDocument.objects.count() == 1


@pytest.mark.usefixtures("reading")
def test_filters(office):
    link = office.team.say(office.alice, "see https://example.org/报告")
    image = office.team.say(office.bob, {"file": FILE, "name": "图表.png"}, kind="image")
    file = office.direct.say(office.bob, {"file": FILE, "name": "budget.xlsx", "caption": "预算"}, kind="file")
    plain = office.direct.say(office.alice, "预算 is ready", at=START + timedelta(days=2))
    search.index([link, image, file, plain])
    bob = office.bob
    assert said(bob, "has:link") == ["see https://example.org/报告"]
    assert said(bob, "has:image") == ["图表.png"]
    assert said(bob, "", has="file") == ["预算\nbudget.xlsx", "图表.png"]
    assert said(bob, "预算 from:me") == said(bob, "预算 from:@bob") == ["预算\nbudget.xlsx"]
    assert said(bob, "预算 from:王爱丽") == said(bob, 'from:"alice wang" 预算') == ["预算 is ready"]
    assert len(said(bob, "预算 from:alice from：me")) == 2
    assert said(bob, "has:link in:product") == said(bob, 'has:link in:"Product team"') == [link.body["text"]]
    assert said(bob, "has:file in:@alice") == ["预算\nbudget.xlsx"]
    assert said(bob, f"in:{office.team.conversation.pk}") == ["图表.png", link.body["text"]]
    assert said(bob, "", conversation=office.direct.conversation.pk, sender=office.alice.pk) == ["预算 is ready"]
    assert said(bob, "预算 before:2026-11-03") == ["预算\nbudget.xlsx"]
    assert said(bob, "预算 after:2026/11/3") == ["预算 is ready"]
    assert said(bob, "预算", after=START + timedelta(days=1)) == ["预算 is ready"]
    assert said(bob, "预算", before=START + timedelta(days=1)) == ["预算\nbudget.xlsx"]
    assert said(bob, "预算 after:2026-11-03", zone=ZoneInfo("America/Los_Angeles")) == ["预算 is ready"]
    assert said(bob, "预算 after:2026-11-04") == []


@pytest.mark.parametrize(
    ("query", "operator"),
    [
        ("x has:dog", "has"),
        ("x before:yesterday", "before"),
        ("x after:2026-02-31", "after"),
        ("x from:nobody", "from"),
        ("x in:nowhere", "in"),
        ("x in:产品", "in"),
        ("x in:@charlie", "in"),
        ("x from:", "from"),
        ('x in:""', "in"),
    ],
)
def test_an_operator_with_a_wrong_value_is_named(office, query: str, operator: str):
    with pytest.raises(errors.BadRequest) as caught:
        search.find(office.alice.pk, query)
    assert (caught.value.details["path"], caught.value.details["operator"]) == ("query", operator)


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"query": ""}, "query"),
        ({"query": "…!"}, "query"),
        ({"query": "a" * 201}, "query"),
        ({"query": "a " * 21}, "query"),
        ({"query": "a", "limit": 0}, "limit"),
        ({"query": "a", "limit": 51}, "limit"),
        ({"query": "a", "cursor": "zz"}, "cursor"),
        ({"query": "a", "cursor": "f" * 30}, "cursor"),
        ({"query": "a", "cursor": "²"}, "cursor"),
        ({"query": "a", "has": "dog"}, "query"),
    ],
)
def test_a_wrong_argument_is_named(office, options, path: str):
    with pytest.raises(errors.BadRequest) as caught:
        search.find(office.alice.pk, **options)
    assert caught.value.details["path"] == path


@pytest.mark.usefixtures("reading")
def test_pages_come_newest_first_and_meet_without_gap_or_double(office):
    same = START + timedelta(hours=1)
    messages = [office.team.say(office.alice, f"note {n} 周报", at=same if n % 3 else None) for n in range(12)]
    messages += [office.direct.say(office.bob, f"note {n} 周报", at=same) for n in range(12, 17)]
    search.index(messages)
    for query in ("周报", "note", "周", "from:alice from:bob"):
        seen, cursor = [], ""
        while True:
            page = search.find(office.bob.pk, query, limit=4, cursor=cursor)
            seen += [(hit.message.at, hit.message.conversation, hit.message.seq) for hit in page.hits]
            cursor = page.next
            if not cursor:
                break
        assert len(seen) == len(set(seen)) == len(messages)
        assert [each[0] for each in seen] == sorted((each[0] for each in seen), reverse=True)


def test_messages_that_want_the_same_document_id_both_get_one(office, monkeypatch):
    monkeypatch.setattr(marks, "_LOW", 0)
    same = [office.team.say(office.alice, "twin", at=START), office.direct.say(office.alice, "twin", at=START)]
    search.index(same)
    search.index([office.team.say(office.alice, "twin", at=START)])
    assert said(office.alice, "twin") == ["twin"] * 3
    search.index(same)
    assert SearchDocument.objects.count() == 3


def test_what_the_server_says_and_unknown_kinds_are_not_indexed(office):
    search.index(
        [
            office.team.say(office.alice, {"text": "Bob joined"}, kind="system"),
            office.team.say(office.alice, {"text": "Bob joined"}, kind="hologram"),
        ]
    )
    assert not SearchDocument.objects.exists()


@pytest.mark.usefixtures("reading")
def test_queries_stay_the_same_however_much_there_is(office, django_assert_max_num_queries):
    for n in range(3):
        log = Log(group(f"Room {n}", office.alice), office.clock)
        search.index([log.say(office.alice, f"weekly 周报 {m}") for m in range(10)])
    with django_assert_max_num_queries(8):  # on PostgreSQL a savepoint and the planner's settings are among them
        assert len(said(office.alice, "周报 from:alice in:Room", limit=25)) == 25


def test_a_word_repeated_ten_thousand_times_can_be_indexed(office):
    search.index([office.team.say(office.alice, "哈" * 10_000), office.team.say(office.alice, "a b " * 2_500)])
    assert len(said(office.bob, "哈哈哈")) == 1
    assert len(said(office.bob, "b a")) == 1


def test_a_deleted_conversation_takes_its_tokens_along(office):
    search.index([office.team.say(office.alice, "密码 hunter2")])
    office.team.conversation.delete()
    assert tokens_left() == 0


def test_reindexing_finds_what_was_missed_goes_on_where_it_stopped_and_changes_nothing_else(office, capsys, settings):
    for n in range(7):
        office.team.say(office.alice, f"缺失 {n}")
    office.direct.say(office.alice, "缺失 direct")
    call_command("reindex_search", chunk=3, stop_after=2)
    assert len(said(office.alice, "缺失")) == 6
    call_command("reindex_search", chunk=3)
    assert len(said(office.alice, "缺失")) == 8
    before = set(SearchDocument.objects.values_list("pk", flat=True))
    assert "8 of 8" in capsys.readouterr().out
    call_command("reindex_search", chunk=3)
    assert set(SearchDocument.objects.values_list("pk", flat=True)) == before


def test_ids_grow_with_time_until_2109():
    assert marks.document_id(datetime(2109, 5, 1, tzinfo=UTC), 2**40, 2**40) < 2**63
    assert marks.document_id(START, 9, 9) < marks.first_id(START + timedelta(milliseconds=1))
    assert marks.first_id(START) <= marks.document_id(START, 1, 1)
