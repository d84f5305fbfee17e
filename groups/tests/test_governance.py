"""Rules of a group: who may change them, what they do to a send and to joining, and that a refusal changes nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Conversation, Entry, Membership
from chat.rendering import moment_of
from chat.services import conversations, members, messages
from chat.tests.factories import draft, people, scene, send
from groups.models import GroupProfile
from groups.services import governance
from groups.services.governance import Wish
from protocol.errors import BadRequest, Conflict, Forbidden

pytestmark = pytest.mark.django_db
FAR = 4_000_000_000_000


def test_slow_mode_lets_a_member_speak_once_and_managers_at_will():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(slow_seconds=60))
    send(it.bob, it.id)
    with pytest.raises(Forbidden) as refused:
        send(it.bob, it.id)
    assert (refused.value.code, refused.value.details["rule"]) == ("muted", "slow_mode")
    assert refused.value.details["until"] > 0
    send(it.alice, it.id)
    send(it.alice, it.id)
    Membership.objects.filter(user_id=it.bob.user).update(spoke_at=moment_of(1_700_000_000_000))
    send(it.bob, it.id)


def test_slow_mode_holds_inside_one_batch_and_a_retry_is_still_a_retry():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(slow_seconds=60))
    one, two = draft(it.bob, it.id), draft(it.bob, it.id)
    first, second = messages.commit([one, two])
    assert first.error is None
    assert second.error is not None
    assert second.error.details["rule"] == "slow_mode"
    again = messages.commit([one])[0]
    assert (again.seq, again.duplicate) == (first.seq, True)


def test_ones_own_message_can_be_edited_in_slow_mode():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(slow_seconds=60))
    said = send(it.bob, it.id)
    messages.edit(actor=it.bob, conversation=it.id, client_key="edit-0001", target=said.seq, body={"text": "x"})


def test_slow_mode_costs_one_statement_and_rules_none_however_many_members():
    def cost(it) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            send(it.bob, it.id)
        return len(asked)

    it = scene()
    plain = cost(it)
    rules = {"mention_all": "admin"}
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(permissions=rules))
    assert cost(it) == plain
    members.add_members(actor=it.alice, conversation=it.id, users=people(300))
    assert cost(it) == plain
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(slow_seconds=1))
    assert cost(it) == plain + 1


def test_mute_all_leaves_the_word_to_managers_and_ends_by_itself():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(quiet_until=FAR))
    with pytest.raises(Forbidden) as refused:
        send(it.bob, it.id)
    assert (refused.value.code, refused.value.details) == ("read_only", {"rule": "all_muted", "until": FAR})
    send(it.alice, it.id)
    Conversation.objects.filter(pk=it.id).update(quiet_until=moment_of(1_700_000_000_000))
    send(it.bob, it.id)


def test_an_archived_group_can_be_read_and_nothing_else_until_it_is_opened():
    it = scene()
    said = send(it.bob, it.id)
    governance.archive(actor=it.alice, conversation=it.id)
    for act in (
        lambda: send(it.alice, it.id),
        lambda: messages.react(actor=it.bob, conversation=it.id, client_key="react-001", target=said.seq, emoji="👍"),
    ):
        with pytest.raises(Forbidden) as refused:
            act()
        assert (refused.value.code, refused.value.details["rule"]) == ("read_only", "archived")
    with pytest.raises(Conflict):
        conversations.update(actor=it.alice, conversation=it.id, title="Other")
    with pytest.raises(Conflict):
        members.add_members(actor=it.alice, conversation=it.id, users=[it.charlie.user])
    governance.archive(actor=it.alice, conversation=it.id, on=False)
    send(it.bob, it.id)


def test_a_group_may_let_its_members_bring_people_and_keep_the_word_for_admins():
    it = scene()
    with pytest.raises(Forbidden):
        members.add_members(actor=it.bob, conversation=it.id, users=[it.charlie.user])
    wish = Wish(permissions={"invite": "member", "post": "admin", "mention_all": "owner"})
    governance.change(actor=it.alice, conversation=it.id, wish=wish)
    assert members.add_members(actor=it.bob, conversation=it.id, users=[it.charlie.user]) == [it.charlie.user]
    with pytest.raises(Forbidden) as refused:
        send(it.bob, it.id)
    assert refused.value.details["rule"] == "group_permission"
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(permissions={"post": ""}))
    send(it.bob, it.id)
    with pytest.raises(Forbidden):
        send(it.bob, it.id, mentions_all=True)
    edited = send(it.bob, it.id)
    with pytest.raises(Forbidden):
        messages.edit(
            actor=it.bob,
            conversation=it.id,
            client_key="edit-0002",
            target=edited.seq,
            body={"text": "x"},
            mentions_all=True,
        )


def test_a_group_is_full_at_its_own_limit():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(size_limit=2))
    with pytest.raises(Conflict) as refused:
        members.add_members(actor=it.alice, conversation=it.id, users=[it.charlie.user])
    assert refused.value.details == {"rule": "max_members", "limit": 2}


def test_who_comes_later_sees_from_then_on_when_the_group_says_so():
    it = scene()
    send(it.bob, it.id)
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(history_for_newcomers=False))
    members.add_members(actor=it.alice, conversation=it.id, users=[it.charlie.user])
    head = Membership.objects.get(conversation_id=it.id, user_id=it.charlie.user).history_from
    assert head > 1


def test_the_way_to_join_is_kept_and_told_once():
    it = scene()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(join_policy="approval"))
    assert GroupProfile.objects.get(conversation_id=it.id).join_policy == "approval"
    told = Entry.objects.filter(conversation_id=it.id, type="conversation.updated").count()
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(join_policy="approval"))
    assert Entry.objects.filter(conversation_id=it.id, type="conversation.updated").count() == told


@pytest.mark.parametrize(
    "wish",
    [
        Wish(slow_seconds=-1),
        Wish(slow_seconds=10**6),
        Wish(size_limit=2_000_000),
        Wish(quiet_until=10**16),
        Wish(join_policy="magic"),
        Wish(permissions={"roles": "member"}),
    ],
)
def test_a_rule_that_is_none_changes_nothing(wish):
    it = scene()
    before = Conversation.objects.filter(pk=it.id).values().get()
    with pytest.raises(BadRequest):
        governance.change(actor=it.alice, conversation=it.id, wish=wish)
    assert Conversation.objects.filter(pk=it.id).values().get() == before


def test_members_and_outsiders_change_nothing_and_admins_not_the_permissions():
    it = scene()
    for who in (it.bob, it.charlie):
        with pytest.raises(Forbidden):
            governance.change(actor=who, conversation=it.id, wish=Wish(slow_seconds=5))
        with pytest.raises(Forbidden):
            governance.archive(actor=who, conversation=it.id)
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    governance.change(actor=it.bob, conversation=it.id, wish=Wish(slow_seconds=5))
    with pytest.raises(Forbidden):
        governance.change(actor=it.bob, conversation=it.id, wish=Wish(slow_seconds=9, permissions={"invite": "member"}))
    assert Conversation.objects.get(pk=it.id).slow_seconds == 5
