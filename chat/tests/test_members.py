"""Members: coming, going, roles, mutes; who may, what the others are told, and what is lost at once."""

import pytest

from chat import selectors
from chat.models import Conversation, Membership
from chat.services import conversations, members
from chat.tests import factories
from chat.tests.factories import send
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, ParleyError

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return factories.scene()


def heads(conversation: int) -> tuple[int, int]:
    row = Conversation.objects.get(pk=conversation)
    return row.last_seq, row.member_count


def test_who_joins_has_nothing_unread_and_sees_what_was_said(scene):
    send(scene.alice, scene.id, "before")
    came = members.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user, scene.bob.user])
    assert came == [scene.charlie.user]
    state = selectors.get_state(scene.charlie.user, scene.id)
    assert (state.unread, state.read_number, state.history_from, state.member_count) == (0, 1, 0, 3)
    assert state.last.body == {"text": "before"}


def test_newcomers_see_nothing_old_where_the_group_says_so():
    scene = factories.scene(history_for_newcomers=False)
    send(scene.alice, scene.id, "before")
    members.add_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user])
    state = selectors.get_state(scene.charlie.user, scene.id)
    assert state.last is None
    history = selectors.list_history(scene.charlie.user, scene.id)
    assert [event.__struct_config__.tag for event in history.events] == ["member.added"]
    assert history.events[0].seq == state.history_from
    assert len(selectors.list_history(scene.bob.user, scene.id).events) == 4


def test_who_is_removed_loses_everything_at_once(scene):
    send(scene.alice, scene.id)
    assert members.remove_members(actor=scene.alice, conversation=scene.id, users=[scene.bob.user]) == [scene.bob.user]
    for read in (
        lambda: selectors.get_state(scene.bob.user, scene.id),
        lambda: selectors.list_entries(scene.bob.user, scene.id, 0),
        lambda: selectors.list_history(scene.bob.user, scene.id),
        lambda: selectors.list_members(scene.bob.user, scene.id),
        lambda: send(scene.bob, scene.id),
    ):
        with pytest.raises(Forbidden) as refused:
            read()
        assert refused.value.code == "not_a_member"
    assert scene.id in selectors.list_inbox(scene.bob.user, {scene.id: 1}).gone
    assert heads(scene.id)[1] == 1


def test_who_comes_back_starts_anew(scene):
    send(scene.alice, scene.id, mentions=[scene.bob.user])
    members.remove_members(actor=scene.alice, conversation=scene.id, users=[scene.bob.user])
    send(scene.alice, scene.id)
    members.add_members(actor=scene.alice, conversation=scene.id, users=[scene.bob.user])
    state = selectors.get_state(scene.bob.user, scene.id)
    assert (state.unread, state.unread_mentions, state.role) == (0, 0, "member")


def test_the_owner_hands_over_and_then_leaves(scene):
    with pytest.raises(Conflict):
        members.leave(actor=scene.alice, conversation=scene.id)
    members.set_role(actor=scene.alice, conversation=scene.id, user=scene.bob.user, role="owner")
    roles = dict(Membership.objects.filter(conversation_id=scene.id).values_list("user_id", "role"))
    assert roles == {scene.alice.user: "admin", scene.bob.user: "owner"}
    members.leave(actor=scene.alice, conversation=scene.id)
    assert heads(scene.id)[1] == 1
    members.leave(actor=scene.bob, conversation=scene.id)
    assert heads(scene.id)[1] == 0


def test_a_muted_member_cannot_post_until_it_is_over(scene):
    mute = {"actor": scene.alice, "conversation": scene.id, "user": scene.bob.user}
    members.mute_member(**mute, until=4_000_000_000_000)
    with pytest.raises(Forbidden) as refused:
        send(scene.bob, scene.id)
    assert refused.value.code == "muted"
    assert refused.value.details["until"] == 4_000_000_000_000
    before, _ = heads(scene.id)
    members.mute_member(**mute, until=4_000_000_000_000)
    assert heads(scene.id)[0] == before
    members.mute_member(**mute, until=0)
    send(scene.bob, scene.id)
    with pytest.raises(BadRequest):
        members.mute_member(**mute, until=-1)
    with pytest.raises(BadRequest):
        members.mute_member(**mute, until=10**18)


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        (members.add_members, {"users": "charlie"}),
        (members.remove_members, {"users": "alice"}),
        (members.set_role, {"user": "alice", "role": "member"}),
        (members.mute_member, {"user": "alice", "until": 4_000_000_000_000}),
    ],
)
def test_a_plain_member_manages_nothing(scene, verb, fields):
    named = {
        name: getattr(scene, value).user if hasattr(scene, str(value)) else value for name, value in fields.items()
    }
    if "users" in named:
        named["users"] = [named["users"]]
    before = heads(scene.id)
    with pytest.raises(ParleyError) as refused:
        verb(actor=scene.bob, conversation=scene.id, **named)
    assert refused.value.details["rule"] in ("managers_only", "owner_only")
    assert heads(scene.id) == before


def test_roles_of_people_who_are_not_there(scene):
    with pytest.raises(NotFound):
        members.set_role(actor=scene.alice, conversation=scene.id, user=scene.charlie.user, role="admin")
    with pytest.raises(NotFound):
        members.mute_member(actor=scene.alice, conversation=scene.id, user=scene.charlie.user, until=0)
    assert members.remove_members(actor=scene.alice, conversation=scene.id, users=[scene.charlie.user]) == []


def test_a_direct_conversation_keeps_its_two(scene):
    direct = conversations.open_direct(actor=scene.alice, user=scene.bob.user)
    for verb, fields in (
        (members.add_members, {"users": [scene.charlie.user]}),
        (members.remove_members, {"users": [scene.bob.user]}),
        (members.leave, {}),
    ):
        with pytest.raises(Forbidden):
            verb(actor=scene.alice, conversation=direct.pk, **fields)
