"""The table of acts: every role × act × what the group says, and the rule that decides."""

from itertools import product

import pytest

from chat import permissions
from chat.models import Conversation, Membership

ROLES = ("owner", "admin", "member")


def seat(role: str, own: int = 0) -> Membership:
    return Membership(conversation_id=7, user_id=1, role=role, custom_role=own)


def group(**rules) -> Conversation:
    return Conversation(pk=7, kind="group", rules=rules)


@pytest.mark.parametrize(("act", "role"), list(product(permissions.ACTS, ROLES)))
def test_by_default_the_table_decides_and_the_owner_may_everything(act, role):
    ruling = permissions.decide(group(), seat(role), act)
    order = ("member", "admin", "owner")
    assert ruling.allowed is (order.index(role) >= order.index(permissions.ACTS[act].lowest))
    assert ruling.rule == ("owner" if role == "owner" else "default")
    assert ruling.needs == permissions.ACTS[act].lowest


@pytest.mark.parametrize(("act", "role", "own"), list(product(permissions.ACTS, ROLES, ROLES)))
def test_what_a_group_says_stands_before_the_default(act, role, own):
    ruling = permissions.decide(group(permissions={act: own}), seat(role), act)
    order = ("member", "admin", "owner")
    assert ruling.allowed is (role == "owner" or order.index(role) >= order.index(own))
    assert ruling.rule == ("owner" if role == "owner" else "group_permission")
    assert ruling.needs == own


@pytest.mark.parametrize(
    ("role", "borne", "act", "allowed", "rule"),
    [
        ("member", 1, "invite", True, "role_allows"),
        ("member", 1, "post", False, "role_denies"),
        ("member", 1, "mute", False, "default"),
        ("member", 2, "invite", False, "default"),  # a role that is gone
        ("admin", 1, "post", False, "role_denies"),
        ("owner", 1, "post", True, "owner"),
    ],
)
def test_a_role_of_the_groups_own_stands_before_what_the_group_says(role, borne, act, allowed, rule):
    roles = {"1": {"name": "Guest", "allow": ["invite"], "deny": ["post"]}}
    ruling = permissions.decide(group(roles=roles), seat(role, borne), act)
    assert (ruling.allowed, ruling.rule) == (allowed, rule)
    assert ruling.role == ("Guest" if rule.startswith("role_") else ruling.role)


def test_who_bears_a_role_stands_between_members_and_admins():
    there = group(roles={"1": {"name": "Guest", "allow": [], "deny": []}})
    ranks = [permissions.rank_of(there, each) for each in (seat("member"), seat("member", 1), seat("admin", 1))]
    assert ranks == sorted(set(ranks))
    assert permissions.rank_of(there, seat("member", 9)) == permissions.rank_of(there, seat("member"))


def test_no_act_is_given_below_its_floor_by_default():
    for act in permissions.ACTS.values():
        assert permissions.RANKS[act.lowest] >= permissions.RANKS[act.floor]
        assert act.en
        assert act.zh


@pytest.mark.parametrize(
    ("user", "role", "unseats", "rule"),
    [
        (2, "member", True, ""),
        (2, "admin", True, ""),
        (2, "owner", False, ""),
        (2, "owner", True, "owner_stays"),
        (1, "member", False, "oneself"),
        (1, "owner", True, "oneself"),
    ],
)
def test_what_stops_an_operator_whom_no_rank_holds(user, role, unseats, rule):
    assert permissions.stops_operator(user, seat(role), unseats=unseats) == rule
