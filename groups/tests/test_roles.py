"""A group's own roles: made, borne, changed for all who bear them by one row, taken away."""

import pytest

from chat.models import Conversation, Membership
from chat.services import members
from chat.tests.factories import scene, send
from groups.policy import MAX_ROLES
from groups.services import roles
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


def test_who_bears_a_role_may_what_it_grants_until_it_is_taken_away():
    it = scene()
    members.add_members(actor=it.alice, conversation=it.id, users=[it.charlie.user])
    host = roles.put(actor=it.alice, conversation=it.id, name="Host", allow=["mute"])
    who = {"conversation": it.id, "user": it.charlie.user}
    with pytest.raises(Forbidden):
        members.mute_member(actor=it.bob, **who, until=4_000_000_000_000)
    roles.give(actor=it.alice, conversation=it.id, user=it.bob.user, role=host)
    members.mute_member(actor=it.bob, **who, until=4_000_000_000_000)
    with pytest.raises(Forbidden) as refused:  # a bearer stands below the owner
        members.mute_member(actor=it.bob, conversation=it.id, user=it.alice.user, until=4_000_000_000_000)
    assert refused.value.details["rule"] == "lower_rank"
    roles.remove(actor=it.alice, conversation=it.id, role=host)
    with pytest.raises(Forbidden):
        members.mute_member(actor=it.bob, **who, until=0)


def test_a_change_of_a_role_holds_for_all_who_bear_it():
    it = scene()
    guest = roles.put(actor=it.alice, conversation=it.id, name="Guest")
    roles.give(actor=it.alice, conversation=it.id, user=it.bob.user, role=guest)
    send(it.bob, it.id)
    roles.put(actor=it.alice, conversation=it.id, role=guest, name="Guest", deny=["post"])
    with pytest.raises(Forbidden) as refused:
        send(it.bob, it.id)
    assert refused.value.details["rule"] == "role_denies"


def test_an_id_is_never_used_again():
    it = scene()
    first = roles.put(actor=it.alice, conversation=it.id, name="One")
    roles.remove(actor=it.alice, conversation=it.id, role=first)
    assert roles.put(actor=it.alice, conversation=it.id, name="Two") != first


def test_names_are_unique_and_roles_few():
    it = scene()
    for number in range(MAX_ROLES):
        roles.put(actor=it.alice, conversation=it.id, name=f"Role {number}")
    with pytest.raises(Conflict):
        roles.put(actor=it.alice, conversation=it.id, name="One more")
    with pytest.raises(Conflict):
        roles.put(actor=it.alice, conversation=it.id, role=1, name="role 5")


@pytest.mark.parametrize("name", ["", "  ", "x" * 41, "a\x00b"])
def test_a_name_that_is_none(name):
    it = scene()
    with pytest.raises(BadRequest):
        roles.put(actor=it.alice, conversation=it.id, name=name)
    assert Conversation.objects.get(pk=it.id).rules == {}


def test_only_the_owner_makes_and_gives_roles():
    it = scene()
    host = roles.put(actor=it.alice, conversation=it.id, name="Host", allow=["invite"])
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    for who in (it.bob, it.charlie):
        with pytest.raises(Forbidden):
            roles.put(actor=who, conversation=it.id, name="Other")
        with pytest.raises(Forbidden):
            roles.remove(actor=who, conversation=it.id, role=host)
        with pytest.raises(Forbidden):
            roles.give(actor=who, conversation=it.id, user=it.bob.user, role=host)
    assert Membership.objects.get(conversation_id=it.id, user_id=it.bob.user).custom_role == 0


def test_a_role_or_member_that_is_not_there():
    it = scene()
    with pytest.raises(NotFound):
        roles.give(actor=it.alice, conversation=it.id, user=it.bob.user, role=5)
    with pytest.raises(NotFound):
        roles.give(actor=it.alice, conversation=it.id, user=it.charlie.user, role=0)
    with pytest.raises(NotFound):
        roles.put(actor=it.alice, conversation=it.id, role=5, name="Five")
    with pytest.raises(NotFound):
        roles.remove(actor=it.alice, conversation=it.id, role=5)
