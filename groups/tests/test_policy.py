"""The explainer says what happens: its answer is held against the rules that decide, for every role, act and state."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from accounts.actor import Actor
from chat import permissions, policy
from chat.models import Conversation, Membership
from groups.policy import SPEAKING, check_grants, check_permissions, explain
from protocol.errors import BadRequest

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
LATER, EARLIER = NOW + timedelta(minutes=5), NOW - timedelta(seconds=5)
STATES = {
    "plain": {},
    "archived": {"archived_at": EARLIER},
    "announcements": {"post_policy": "admins"},
    "closed": {"post_policy": "nobody"},
    "all muted": {"quiet_until": LATER},
    "slow": {"slow_seconds": 60},
    "own rules": {"rules": {"permissions": {"post": "admin", "pin": "owner", "invite": "member"}}},
    "own role": {"rules": {"roles": {"1": {"name": "Guest", "allow": ["mute"], "deny": ["post", "mention_all"]}}}},
}
SEATS = {
    "owner": {"role": "owner"},
    "admin": {"role": "admin"},
    "member": {"role": "member"},
    "muted": {"role": "member", "muted_until": LATER},
    "bearer": {"role": "member", "custom_role": 1},
}


@pytest.mark.parametrize(("state", "who", "act"), list(product(STATES, SEATS, permissions.ACTS)))
def test_the_explanation_is_what_the_rules_say(state, who, act):
    there = Conversation(pk=7, kind="group", member_count=3, **STATES[state])
    seat = Membership(conversation_id=7, user_id=2, spoke_at=EARLIER, **SEATS[who])
    told = explain(conversation=there, membership=seat, act=act, now=NOW)
    rows = {"actor": Actor(user=2), "conversation": there, "membership": seat}
    if act in SPEAKING:
        verdict = policy.may_post(**rows, now=NOW) or (policy.may_mention_all(**rows) if act == "mention_all" else None)
    elif act == "pin" and state != "archived":
        verdict = policy.may_pin_any(**rows)
    else:
        verdict = policy.may_manage(**rows, act=act)
    assert told.allowed is (verdict is None)
    assert told.rule
    if verdict is not None and told.rule not in {"default"}:
        assert told.rule == verdict.details["rule"]


@pytest.mark.parametrize(
    ("state", "who", "act", "allowed", "rule"),
    [
        ("plain", "member", "post", True, "default"),
        ("plain", "member", "invite", False, "default"),
        ("plain", "member", "pin", True, "small_group"),
        ("plain", "owner", "dissolve", True, "owner"),
        ("archived", "owner", "post", False, "archived"),
        ("archived", "owner", "archive", True, "owner"),
        ("announcements", "member", "post", False, "post_policy_admins"),
        ("all muted", "member", "post", False, "all_muted"),
        ("all muted", "admin", "post", True, "default"),
        ("slow", "member", "post", False, "slow_mode"),
        ("slow", "admin", "post", True, "default"),
        ("plain", "muted", "post", False, "muted"),
        ("own rules", "member", "post", False, "group_permission"),
        ("own rules", "member", "invite", True, "group_permission"),
        ("own role", "bearer", "post", False, "role_denies"),
        ("own role", "bearer", "mute", True, "role_allows"),
    ],
)
def test_the_rule_that_decided_is_named(state, who, act, allowed, rule):
    there = Conversation(pk=7, kind="group", member_count=3, **STATES[state])
    seat = Membership(conversation_id=7, user_id=2, spoke_at=EARLIER, **SEATS[who])
    told = explain(conversation=there, membership=seat, act=act, now=NOW)
    assert (told.allowed, told.rule) == (allowed, rule)
    assert bool(told.until) is (rule in {"all_muted", "slow_mode", "muted"})
    assert told.role == ("Guest" if rule.startswith("role_") else "")


def test_an_outsider_may_nothing():
    told = explain(conversation=Conversation(pk=7, kind="group"), membership=None, act="post", now=NOW)
    assert (told.allowed, told.rule) == (False, "not_a_member")


@pytest.mark.parametrize("wanted", [{"fly": "owner"}, {"roles": "admin"}, {"dissolve": "member"}, {"post": "king"}])
def test_a_group_cannot_say_everything(wanted):
    with pytest.raises(BadRequest):
        check_permissions(wanted)
    check_permissions({"invite": "member", "set_role": "admin"})


@pytest.mark.parametrize(
    ("allow", "deny"), [(["dissolve"], []), ([], ["set_role"]), (["fly"], []), (["post"], ["post"])]
)
def test_a_role_of_its_own_cannot_hold_everything(allow, deny):
    with pytest.raises(BadRequest):
        check_grants(allow, deny)
    check_grants(["invite", "mute"], ["post"])
