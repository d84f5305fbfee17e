"""Reads of governance: members see the rules, who may ban sees the bans, an outsider sees nothing; operators by an index."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from chat import permissions
from chat.models import Conversation
from chat.services import conversations, members
from chat.tests.factories import scene
from groups import selectors
from groups.selectors.operating import PAGE, Places
from groups.services import bans, governance, roles
from groups.services.governance import Wish
from protocol.errors import Forbidden, NotFound

pytestmark = pytest.mark.django_db


def test_members_see_the_rules_as_they_are():
    it = scene()
    wish = Wish(slow_seconds=30, permissions={"invite": "member"}, join_policy="open")
    governance.change(actor=it.alice, conversation=it.id, wish=wish)
    roles.put(actor=it.alice, conversation=it.id, name="Host", allow=["mute"])
    seen = selectors.get_governance(it.bob.user, it.id)
    assert (seen.slow_seconds, seen.join_policy, seen.quiet_until) == (30, "open", 0)
    assert set(seen.permissions) == set(permissions.ACTS)
    assert (seen.permissions["invite"], seen.permissions["mute"]) == ("member", "admin")
    assert [each["name"] for each in seen.roles.values()] == ["Host"]


def test_everybody_is_told_why_and_managers_also_about_others(django_assert_max_num_queries):
    it = scene()
    with django_assert_max_num_queries(3):
        told = {each.act: each for each in selectors.list_explanations(it.alice.user, it.id, it.bob.user)}
    assert (told["post"].allowed, told["mute"].allowed) == (True, False)
    own = {each.act: each for each in selectors.list_explanations(it.bob.user, it.id)}
    assert own == told
    with pytest.raises(Forbidden):
        selectors.list_explanations(it.bob.user, it.id, it.alice.user)
    outsider = selectors.list_explanations(it.alice.user, it.id, it.charlie.user)
    assert {each.rule for each in outsider} == {"not_a_member"}
    governance.archive(actor=it.alice, conversation=it.id)
    assert selectors.list_explanations(it.alice.user, it.id, it.bob.user)


def test_bans_come_in_pages_to_who_may_ban():
    it = scene()
    members.add_members(actor=it.alice, conversation=it.id, users=[it.charlie.user])
    for who in (it.bob, it.charlie):
        bans.ban(actor=it.alice, conversation=it.id, user=who.user, reason="spam")
    first = selectors.list_bans(it.alice.user, it.id, limit=1)
    rest = selectors.list_bans(it.alice.user, it.id, after=first[0].user)
    assert [each.user for each in first + rest] == [it.bob.user, it.charlie.user]
    assert (first[0].by, first[0].reason, first[0].until) == (it.alice.user, "spam", 0)


def test_an_outsider_sees_nothing_and_a_direct_conversation_has_no_rules():
    it = scene()
    for read in (selectors.get_governance, selectors.list_explanations, selectors.list_bans):
        with pytest.raises(Forbidden) as refused:
            read(it.charlie.user, it.id)
        assert refused.value.code == "not_a_member"
    with pytest.raises(Forbidden):
        selectors.list_bans(it.bob.user, it.id)
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user)
    with pytest.raises(NotFound):
        selectors.get_governance(it.alice.user, direct.pk)


def plans_of(read: Callable[[], Any]) -> list[str]:
    """How the database goes about each of the queries of ``read``, with the very parameters that they were asked with."""
    asked: list[tuple[str, Any]] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        read()
    how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    plans = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            cursor.execute(f"{how} {sql}", params)
            plans.append("\n".join(str(row) for row in cursor.fetchall()))
    return plans


def test_the_list_of_groups_is_read_along_its_index_without_sorting():
    rows = [
        Conversation(kind="group" if place % 2 else "direct", title=f"Group {place:05}", unique_key=f"k{place}")
        for place in range(4_000)
    ]
    Conversation.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    middle = Conversation.objects.get(title="Group 02001").pk
    for query, after in (("", 0), ("", middle), ("group 03", 0), ("GROUP 02", middle)):
        plans = plans_of(lambda query=query, after=after: selectors.find_groups(query, after=after))
        assert "conversation_group_titles" in plans[-1], plans
        assert "Sort" not in plans[-1]
        assert "TEMP B-TREE" not in plans[-1]
        assert len(plans) == (2 if after else 1)
    found = selectors.find_groups("GROUP 02", after=middle).rows
    assert [each.title for each in found[:2]] == ["Group 02003", "Group 02005"]


def test_titles_that_are_alike_go_on_by_their_ids():
    rows = [Conversation(kind="group", title="Same" if place % 2 else "same") for place in range(PAGE * 2 + 3)]
    Conversation.objects.bulk_create(rows)
    found, after = [], 0
    while True:
        part = selectors.find_groups("same", after=after)
        found += [each.pk for each in part.rows]
        after = part.next
        if not after:
            break
    assert found == sorted(found)
    assert len(found) == PAGE * 2 + 3


def test_an_overview_takes_six_queries_and_is_of_groups_alone(django_assert_max_num_queries):
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(join_policy="open", slow_seconds=9))
    bans.ban(actor=it.alice, conversation=it.id, user=it.bob.user)
    with django_assert_max_num_queries(6):
        seen = selectors.get_overview(it.id, Places())
    assert (seen.governance.join_policy, seen.governance.slow_seconds) == ("open", 9)
    assert seen.names == {it.alice.user: "alice"}
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user)
    for pk in (direct.pk, 0, -1, 987_654, 2**63):
        with pytest.raises(NotFound):
            selectors.get_overview(pk, Places())
