"""What is typed into the search box: words, quotes, operators, and anything else a keyboard gives."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat import search
from chat.search import operators
from chat.tests.rows import Log, group, person
from protocol import errors

TYPED = st.text(st.sampled_from(list("会议ab12 \t\"“”:：@-*^(){}[]'\\|&!<>§%_\x00é")), max_size=30) | st.text(
    max_size=30
)


def test_words_quotes_and_operators_are_told_apart():
    query = operators.parse('会议 "release notes" from:Alice IN:“产品 团队” has：Link foo:bar before:2026-11-02', UTC)
    assert [(each.text, each.exact) for each in query.terms] == [
        ("会议", False),
        ("release notes", True),
        ("foo:bar", False),
    ]
    assert (query.senders, query.places, query.has) == (["Alice"], ["产品 团队"], {"link"})
    assert query.before == datetime(2026, 11, 2, tzinfo=UTC)


def test_of_several_days_the_narrowest_holds_and_days_are_of_the_zone():
    zone = ZoneInfo("Asia/Shanghai")
    query = operators.parse("after:2026-1-1 after:2026/2/1 before:2026.3.1 before:2026-04-01", zone)
    assert (query.after, query.before) == (datetime(2026, 2, 1, tzinfo=zone), datetime(2026, 3, 1, tzinfo=zone))


def test_an_unfinished_quote_is_a_quote():
    assert [(each.text, each.exact) for each in operators.parse('"release no', UTC).terms] == [("release no", True)]


@given(TYPED)
def test_anything_typed_is_a_query_or_a_clear_error(text: str):
    try:
        operators.parse(text, UTC)
    except errors.BadRequest as refused:
        assert refused.details["path"] == "query"  # noqa: PT017 - either outcome is right


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(said=TYPED, query=TYPED)
def test_anything_can_be_said_and_looked_for_in_the_database(db, said: str, query: str):
    said = said.replace("\0", "")
    alice = person(f"alice{datetime.now(UTC).timestamp()}")
    log = Log(group("Team", alice))
    search.index([log.say(alice, f"{said} marker")])
    assert len(search.find(alice.pk, "marker").hits) == 1
    try:
        search.find(alice.pk, query)
    except errors.BadRequest as refused:
        assert refused.details["path"] == "query"  # noqa: PT017 - either outcome is right
