"""The rules as tables: who, where, in which state, and the answer."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.actor import SYSTEM, Actor
from chat import permissions, policy
from chat.models import Conversation, Entry, Membership
from protocol import errors

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ALICE, BOB = Actor(user=1), Actor(user=2)


def group(**fields) -> Conversation:
    return Conversation(pk=7, kind="group", member_count=2, **fields)


def seat(user: int = 1, **fields) -> Membership:
    return Membership(conversation_id=7, user_id=user, **fields)


def message(**fields) -> Entry:
    fields = {"seq": 5, "number": 1, "type": "message.created", "sender_id": 1, "at": NOW} | fields
    return Entry(conversation_id=7, **fields)


def told(verdict) -> str:
    return f"{verdict.code}:{verdict.details.get('rule', '')}" if verdict else "yes"


@pytest.mark.parametrize(
    ("conversation", "membership", "kind", "answer"),
    [
        (None, None, "text", "not_a_member:"),
        (group(), None, "text", "not_a_member:"),
        (group(), seat(), "text", "yes"),
        (group(), seat(), "system", "not_allowed:system_kind"),
        (group(), seat(muted_until=NOW + timedelta(seconds=1)), "text", "muted:muted"),
        (group(), seat(muted_until=NOW), "text", "yes"),
        (group(post_policy="admins"), seat(), "text", "read_only:post_policy_admins"),
        (group(post_policy="admins"), seat(role="admin"), "text", "yes"),
        (group(post_policy="admins"), seat(role="owner"), "text", "yes"),
        (group(post_policy="nobody"), seat(role="owner"), "text", "read_only:post_policy_nobody"),
        (Conversation(pk=7, kind="personal", unique_key="p1"), seat(role="owner"), "text", "yes"),
        (Conversation(pk=7, kind="personal", unique_key="p2"), seat(role="owner"), "text", "not_a_member:"),
        (Conversation(pk=7, kind="direct", unique_key="1-2"), seat(), "text", "yes"),
        (Conversation(pk=7, kind="direct", unique_key="2-3"), seat(), "text", "not_a_member:"),
    ],
)
def test_may_post(conversation, membership, kind, answer):
    verdict = policy.may_post(actor=ALICE, conversation=conversation, membership=membership, now=NOW, kind=kind)
    assert told(verdict) == answer


def test_the_system_may_post_anywhere_that_exists():
    closed = group(post_policy="nobody")
    assert policy.may_post(actor=SYSTEM, conversation=closed, membership=None, now=NOW, kind="system") is None
    assert told(policy.may_post(actor=SYSTEM, conversation=None, membership=None, now=NOW)) == "not_a_member:"


@pytest.mark.parametrize(
    ("actor", "membership", "entry", "edit", "recall"),
    [
        (ALICE, seat(), message(), "yes", "yes"),
        (ALICE, seat(), None, "not_found:", "not_found:"),
        (ALICE, seat(), message(number=None, type="member.added"), "not_found:", "not_found:"),
        (ALICE, seat(history_from=6), message(), "not_found:", "not_found:"),
        (ALICE, seat(), message(recalled_at=NOW), "conflict:recalled", "conflict:recalled"),
        (ALICE, seat(), message(at=NOW - timedelta(days=2)), "window_over:window", "window_over:window"),
        (ALICE, None, message(), "not_a_member:", "not_a_member:"),
        (BOB, seat(2), message(), "not_allowed:own_message", "not_allowed:own_message"),
        (BOB, seat(2, role="admin"), message(), "not_allowed:own_message", "yes"),
        (BOB, seat(2, role="admin"), message(at=NOW - timedelta(days=400)), "not_allowed:own_message", "yes"),
        (ALICE, seat(muted_until=NOW + timedelta(hours=1)), message(), "muted:muted", "yes"),
    ],
)
def test_may_edit_and_recall(actor, membership, entry, edit, recall):
    rows = {"actor": actor, "conversation": group(), "membership": membership, "message": entry, "now": NOW}
    assert told(policy.may_edit(**rows)) == edit
    assert told(policy.may_recall(**rows)) == recall


def test_the_windows_are_tunable(settings):
    settings.CHAT_EDIT_WINDOW, settings.CHAT_RECALL_WINDOW = 60, 120
    old = message(at=NOW - timedelta(seconds=90))
    rows = {"actor": ALICE, "conversation": group(), "membership": seat(), "message": old, "now": NOW}
    assert told(policy.may_edit(**rows)) == "window_over:window"
    assert told(policy.may_recall(**rows)) == "yes"


@pytest.mark.parametrize(
    ("membership", "entry", "answer"),
    [
        (seat(), message(), "yes"),
        (None, message(), "not_a_member:"),
        (seat(muted_until=NOW + timedelta(hours=1)), message(), "muted:muted"),
        (seat(), message(recalled_at=NOW), "conflict:recalled"),
    ],
)
def test_may_react_also_where_only_admins_post(membership, entry, answer):
    verdict = policy.may_react(
        actor=ALICE, conversation=group(post_policy="admins"), membership=membership, message=entry, now=NOW
    )
    assert told(verdict) == answer


@pytest.mark.parametrize(
    ("mine", "theirs", "act", "role"),
    [
        ("owner", "admin", "yes", "yes"),
        ("owner", "member", "yes", "yes"),
        ("admin", "member", "yes", "not_allowed:owner_only"),
        ("admin", "admin", "not_allowed:lower_rank", "not_allowed:owner_only"),
        ("admin", "owner", "not_allowed:lower_rank", "not_allowed:owner_only"),
        ("member", "member", "not_allowed:managers_only", "not_allowed:owner_only"),
    ],
)
def test_who_may_act_upon_whom(mine, theirs, act, role):
    rows = {"actor": ALICE, "conversation": group(), "membership": seat(role=mine), "other": seat(2, role=theirs)}
    assert told(policy.may_act_upon(**rows)) == act
    assert told(policy.may_set_role(**rows, role="admin")) == role


def test_roles_and_removals_need_a_member():
    rows = {"actor": ALICE, "conversation": group(), "membership": seat(role="owner"), "other": None}
    assert isinstance(policy.may_act_upon(**rows), errors.NotFound)
    assert isinstance(policy.may_set_role(**rows, role="admin"), errors.NotFound)
    assert isinstance(policy.may_set_role(**rows, role="king"), errors.BadRequest)


def test_only_groups_are_managed_and_left():
    direct = Conversation(pk=7, kind="direct", unique_key="1-2", member_count=2)
    rows = {"actor": ALICE, "conversation": direct, "membership": seat(role="owner")}
    assert told(policy.may_manage(**rows)) == "not_allowed:groups_only"
    assert told(policy.may_leave(**rows)) == "not_allowed:groups_only"


def test_the_owner_stays_while_others_are_there():
    rows = {"actor": ALICE, "membership": seat(role="owner")}
    assert told(policy.may_leave(conversation=group(), **rows)) == "conflict:owner_stays"
    assert told(policy.may_leave(conversation=Conversation(pk=7, kind="group", member_count=1), **rows)) == "yes"


def test_an_app_needs_the_scope_and_a_person_none():
    person, app = Actor(user=1), Actor(user=1, app=7, scopes=frozenset({"messages:read"}))
    assert policy.has_scope(person, "messages:write") is None
    assert policy.has_scope(app, "messages:read") is None
    assert policy.has_scope(app, "") is None
    refused = policy.has_scope(app, "messages:write")
    assert refused is not None
    assert refused.details == {"rule": "scope", "scope": "messages:write"}


OPERATOR = Actor(user=9, operates=frozenset({"mute"}))


@pytest.mark.parametrize(
    ("conversation", "act", "answer"),
    [
        (group(), "mute", "yes"),
        (group(), "archive", "not_a_member:"),
        (group(archived_at=NOW), "mute", "conflict:archived"),
        (Conversation(pk=7, kind="direct", unique_key="1-2"), "mute", "not_allowed:groups_only"),
        (None, "mute", "not_allowed:groups_only"),
        (None, "archive", "not_a_member:"),
    ],
)
def test_an_operator_does_in_a_group_the_one_act_he_came_for(conversation, act, answer):
    assert told(policy.may_manage(actor=OPERATOR, conversation=conversation, membership=None, act=act)) == answer


def test_an_operator_acts_upon_every_rank_but_unseats_no_owner_and_spares_himself():
    for role in ("member", "admin", "owner"):
        other = {"conversation": group(), "membership": None, "other": seat(role=role)}
        assert told(policy.may_act_upon(actor=OPERATOR, act="mute", **other)) == "yes"
        assert told(policy.may_act_upon(actor=OPERATOR, act="ban", **other)) == "not_a_member:"
        for act in ("remove", "ban"):
            able = Actor(user=9, operates=frozenset({act}))
            expected = "not_allowed:owner_stays" if role == "owner" else "yes"
            assert told(policy.may_act_upon(actor=able, act=act, **other)) == expected
        giver = Actor(user=9, operates=frozenset({"set_role"}))
        assert told(policy.may_set_role(actor=giver, role="owner", **other)) == "yes"
        expected = "not_allowed:owner_stays" if role == "owner" else "yes"
        assert told(policy.may_set_role(actor=giver, role="admin", **other)) == expected
    own = {"conversation": group(), "membership": seat(9), "other": seat(9)}
    assert told(policy.may_act_upon(actor=OPERATOR, act="mute", **own)) == "not_allowed:oneself"
    assert told(policy.may_set_role(actor=giver, role="owner", **own)) == "not_allowed:oneself"


def test_an_operator_reads_and_says_nothing():
    everything = Actor(user=9, operates=frozenset(permissions.ACTS))
    outside = {"actor": everything, "conversation": group(), "membership": None}
    assert told(policy.may_read(**outside)) == "not_a_member:"
    assert told(policy.may_post(**outside, now=NOW)) == "not_a_member:"
    assert told(policy.may_edit(**outside, message=message(), now=NOW)) == "not_a_member:"
    # To remove what was reported, of groups alone.
    assert told(policy.may_recall(**outside, message=message(), now=NOW)) == "yes"
    assert told(policy.may_recall(**{**outside, "actor": Actor(user=9)}, message=message(), now=NOW)) == "not_a_member:"
    assert told(policy.may_pin(**outside, message=message(), now=NOW)) == "not_a_member:"
