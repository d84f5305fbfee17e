"""Reads of governance: members see the rules, who may ban sees the bans, an outsider sees nothing."""

import pytest

from chat import permissions
from chat.services import conversations, members
from chat.tests.factories import scene
from groups import selectors
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
