"""Statements over many rows: the same result on both databases, one statement whatever the number."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import rows
from chat.models import Conversation, Entry

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 1, 2, 3, 456_000, tzinfo=UTC)


def make(number: int) -> list[Conversation]:
    return Conversation.objects.bulk_create(Conversation(kind="group", title=str(place)) for place in range(number))


def test_update_sets_each_row_its_own_values():
    one, two, three = make(3)
    rows.update(
        "chat_conversation",
        {"id": "bigint"},
        {"last_seq": "bigint", "last_at": "timestamptz", "title": "text"},
        [(one.pk, 5, AT, 'it\'s "quoted" 中文 %s \\'), (two.pk, 6, AT, "")],
    )
    one.refresh_from_db()
    two.refresh_from_db()
    three.refresh_from_db()
    assert (one.last_seq, one.last_at, one.title) == (5, AT, 'it\'s "quoted" 中文 %s \\')
    assert (two.last_seq, two.title, three.last_seq) == (6, "", 0)


def test_update_can_only_grow():
    one, two = make(2)
    Conversation.objects.filter(pk=one.pk).update(last_seq=9)
    rows.update(
        "chat_conversation",
        {"id": "bigint"},
        {"last_seq": "bigint"},
        [(one.pk, 5), (two.pk, 5)],
        only_growing="last_seq",
    )
    assert [Conversation.objects.get(pk=each.pk).last_seq for each in (one, two)] == [9, 5]


def test_insert_stores_json_bytes_times_and_nothing():
    [one] = make(1)
    body = {"text": "it's 中文 \\ \" %", "deep": [{"a": None, "b": 1.5, "c": True}]}
    columns = {
        "conversation_id": "bigint", "seq": "bigint", "number": "bigint", "type": "text", "client_key": "text",
        "request_digest": "bytea", "kind": "text", "body": "jsonb", "mentions": "jsonb", "reactions": "jsonb",
        "mentions_all": "boolean", "visible": "boolean", "at": "timestamptz", "app": "bigint", "reply_to": "bigint",
        "thread_root": "bigint", "target": "bigint", "version": "bigint", "facts": "jsonb",
    }  # fmt: skip
    row = [one.pk, 1, None, "message.created", None, b"\x00\xff", "text", body, [1, 2], {"👍": [1]}, False, True, AT]
    rows.insert("chat_entry", columns, [[*row, 0, 0, 0, 0, 1, {}]])
    rows.insert("chat_entry", columns, [[*row, 0, 0, 0, 0, 1, {}]], unless_there=True)
    entry = Entry.objects.get(conversation=one)
    assert (entry.body, entry.mentions, entry.reactions, entry.number) == (body, [1, 2], {"👍": [1]}, None)
    assert (bytes(entry.request_digest), entry.at, entry.mentions_all) == (b"\x00\xff", AT, False)


def test_each_finds_rows_by_pairs():
    one, two = make(2)
    source, parameters = rows.values({"i": "bigint", "k": "text"}, [(two.pk, "1"), (one.pk, "1"), (one.pk, "0")])
    found = rows.read(
        f"SELECT v.i, t.title FROM {source} {rows.each('chat_conversation', 't.id = v.i AND t.title = v.k')}",
        parameters,
    )
    assert sorted(found) == [(one.pk, "0"), (two.pk, "1")]


@pytest.mark.parametrize("number", [1, 700])
def test_one_statement_for_any_number(number):
    made = make(number)
    with CaptureQueriesContext(connection) as queries:
        rows.update("chat_conversation", {"id": "bigint"}, {"last_seq": "bigint"}, [(each.pk, 3) for each in made])
    assert len(queries) == 1
    assert Conversation.objects.filter(last_seq=3).count() == number


def test_no_rows_cost_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        rows.update("chat_conversation", {"id": "bigint"}, {"last_seq": "bigint"}, [])
        rows.insert("chat_entry", {"seq": "bigint"}, [])
