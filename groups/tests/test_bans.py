"""Bans: out at once, and not in again by whatever way until lifted or over."""

import pytest

from chat.models import Membership
from chat.participation import Ban
from chat.rendering import moment_of
from chat.services import members
from chat.tests.factories import scene, send
from groups.services import bans
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound

pytestmark = pytest.mark.django_db


def test_who_is_banned_is_out_and_stays_out_until_lifted():
    it = scene()
    bans.ban(actor=it.alice, conversation=it.id, user=it.bob.user, reason="spam")
    with pytest.raises(Forbidden):
        send(it.bob, it.id)
    with pytest.raises(Conflict) as refused:
        members.add_members(actor=it.alice, conversation=it.id, users=[it.bob.user, it.charlie.user])
    assert refused.value.details == {"rule": "banned", "users": [it.bob.user]}
    assert not Membership.objects.filter(conversation_id=it.id, user_id=it.charlie.user).exists()
    bans.lift(actor=it.alice, conversation=it.id, user=it.bob.user)
    members.add_members(actor=it.alice, conversation=it.id, users=[it.bob.user])
    send(it.bob, it.id)


def test_a_ban_that_is_over_keeps_nobody_out():
    it = scene()
    bans.ban(actor=it.alice, conversation=it.id, user=it.bob.user, until=4_000_000_000_000)
    Ban.objects.update(until=moment_of(1_700_000_000_000))
    assert members.add_members(actor=it.alice, conversation=it.id, users=[it.bob.user]) == [it.bob.user]


def test_somebody_who_was_never_in_can_be_kept_out():
    it = scene()
    bans.ban(actor=it.alice, conversation=it.id, user=it.charlie.user)
    with pytest.raises(Conflict):
        members.add_members(actor=it.alice, conversation=it.id, users=[it.charlie.user])


def test_nobody_bans_upwards_or_from_outside():
    it = scene()
    for who in (it.bob, it.charlie):
        with pytest.raises(Forbidden):
            bans.ban(actor=who, conversation=it.id, user=it.alice.user)
        with pytest.raises(Forbidden):
            bans.lift(actor=who, conversation=it.id, user=it.charlie.user)
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    with pytest.raises(Forbidden):
        bans.ban(actor=it.bob, conversation=it.id, user=it.alice.user)
    assert not Ban.objects.exists()


def test_what_is_no_ban():
    it = scene()
    with pytest.raises(BadRequest):
        bans.ban(actor=it.alice, conversation=it.id, user=it.alice.user)
    with pytest.raises(NotFound):
        bans.ban(actor=it.alice, conversation=it.id, user=987_654)
    with pytest.raises(BadRequest):
        bans.ban(actor=it.alice, conversation=it.id, user=it.bob.user, until=-1)
    with pytest.raises(BadRequest):
        bans.ban(actor=it.alice, conversation=it.id, user=it.bob.user, reason="x" * 501)
    with pytest.raises(NotFound):
        bans.lift(actor=it.alice, conversation=it.id, user=it.bob.user)
