"""A crowd is made by whole statements, resumable, and is as members who came by the services are."""

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from accounts.tests.factories import person
from chat.models import Conversation, Membership
from chat.policy.channels import is_space
from groups import selectors
from groups.services.spaces import crowding

pytestmark = pytest.mark.django_db


def test_a_space_with_its_crowd_and_channels(monkeypatch):
    monkeypatch.setattr(crowding, "ROWS", 4)
    alice, out = person("alice"), io.StringIO()
    call_command("make_space", "Everybody", "--owner", "alice", "--members", "10", stdout=out)
    lines = out.getvalue().splitlines()
    assert [each.split("s  ")[-1].strip() for each in lines[:3]] == [
        "4 of 10 members", "8 of 10 members", "10 of 10 members",
    ]  # fmt: skip
    told = dict(zip(*[iter(lines[-1].split())] * 2, strict=True))
    lobby = Conversation.objects.get(pk=told["space"])
    assert is_space(lobby)
    assert lobby.member_count == Membership.objects.filter(conversation=lobby).count() == 11
    bare = User.objects.get(username="trial10000009")
    assert (bare.name, bare.has_usable_password(), bare.is_active, bare.kind) == (
        "Trial 10000009", False, True, "human",
    )  # fmt: skip
    assert [each.channel.pk for each in selectors.get_tree(bare.pk, lobby.pk).channels] == [int(told["general"])]
    assert [each.right.rule for each in selectors.get_tree(alice.pk, lobby.pk).channels] == ["owner", "owner"]
    assert list(crowding.crowd(space=lobby.pk, count=12)) == [4, 8, 12]  # those who are there stay as they are
    assert Membership.objects.filter(conversation=lobby).count() == 13


def test_a_space_needs_an_owner_who_is_there():
    with pytest.raises(CommandError):
        call_command("make_space", "Everybody", "--owner", "nobody")
    assert not Conversation.objects.exists()
