"""The buttons of a group's page: each does one thing by a service, and who pressed is in the audit log."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import sign_in
from audit.models import AuditRecord
from chat.models import Conversation, Entry, Membership
from chat.participation import Ban
from chat.services import conversations
from chat.tests.factories import Scene
from groups.admin import buttons
from groups.admin.jobs import OPERATION_OF
from groups.models import InviteLink, JoinRequest
from groups.permissions import OPERATIONS
from groups.tests.factories import enter, everything_of, fields_for, governed, page_of, press_of, said

pytestmark = pytest.mark.django_db

# What the buttons do


DOES = {
    "archive": ("group.archived", lambda it: Conversation.objects.get(pk=it.id).archived_at is not None),
    "mute_all": ("group.rules_changed", lambda it: Conversation.objects.get(pk=it.id).quiet_until > timezone.now()),
    "mute": ("member.muted", lambda it: _seat(it).muted_until < timezone.now() + timedelta(hours=2)),
    "unmute": ("member.muted", lambda it: _seat(it).muted_until is None),
    "remove": ("member.removed", lambda it: _seat(it) is None),
    "ban": ("member.banned", lambda it: _seat(it) is None and Ban.objects.get(user=it.bob.user).until > timezone.now()),
    "lift": ("member.unbanned", lambda it: not Ban.objects.exists()),
    "set_role": ("member.role_changed", lambda it: _seat(it).role == "admin"),
    "revoke_link": ("group.link_revoked", lambda it: InviteLink.objects.get().revoked_at is not None),
    "approve": (
        "group.request_answered",
        lambda it: Membership.objects.filter(conversation=it.id, user=it.charlie.user).exists(),
    ),
    "refuse": (
        "group.request_answered",
        lambda it: (
            JoinRequest.objects.get().state == "refused"
            and not Membership.objects.filter(conversation=it.id, user=it.charlie.user).exists()
        ),
    ),
}


def _seat(it: Scene) -> Membership | None:
    return Membership.objects.filter(conversation=it.id, user=it.bob.user).first()


@pytest.mark.parametrize("button", DOES)
def test_a_button_does_it_and_the_log_says_who_pressed(button):
    it = governed()
    operator, client = enter("group admin")
    action, done = DOES[button]
    last = AuditRecord.objects.order_by("-seq").first()
    assert f'value="{button}"' in client.get(page_of(it.id)).content.decode()
    told = said(client, press_of(it.id), fields_for(it, button))
    assert told
    assert done(it), told
    row = AuditRecord.objects.get(seq__gt=last.seq)
    assert (row.action, row.actor, row.actor_name) == (action, operator.pk, "Olga (operator)")
    assert (row.conversation, row.ip) == (it.id, "127.0.0.1")
    assert row.device == operator.devices.get().pk


def test_what_was_closed_is_opened_again():
    it = governed()
    _, client = enter("group admin")
    said(client, press_of(it.id), fields_for(it, "archive"))
    assert 'value="open"' in client.get(page_of(it.id)).content.decode()
    assert "archived" in said(client, press_of(it.id), fields_for(it, "mute_all"))
    said(client, press_of(it.id), fields_for(it, "open"))
    assert Conversation.objects.get(pk=it.id).archived_at is None
    said(client, press_of(it.id), fields_for(it, "mute_all"))
    assert 'value="unmute_all"' in client.get(page_of(it.id)).content.decode()
    said(client, press_of(it.id), fields_for(it, "unmute_all"))
    assert Conversation.objects.get(pk=it.id).quiet_until is None


def test_every_button_is_tried_and_every_operation_has_one():
    assert set(DOES) | {"open", "unmute_all"} == set(buttons.BUTTONS)
    assert {each.operation for each in buttons.BUTTONS.values()} | set(OPERATION_OF.values()) == set(OPERATIONS)


def test_clients_hear_of_it_and_the_operator_is_no_member_afterwards():
    it = governed()
    operator, client = enter("group admin")
    for button in ("set_role", "mute_all", "remove"):
        said(client, press_of(it.id), fields_for(it, button))
    newest = Entry.objects.filter(conversation=it.id).order_by("-seq")[:3]
    assert [each.type for each in newest] == ["member.removed", "conversation.updated", "member.changed"]
    assert {each.sender_id for each in newest} == {operator.pk}
    assert not Membership.objects.filter(conversation=it.id, user=operator).exists()


def test_the_pages_own_form_is_one_that_its_check_lets_through():
    it = governed()
    user, _ = enter("group admin")
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, user)
    page = strict.get(page_of(it.id)).content.decode()
    form = page[page.index(press_of(it.id)) :].split("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert fields["button"] == "archive"
    assert strict.post(press_of(it.id), fields).status_code == 302
    assert Conversation.objects.get(pk=it.id).archived_at is not None


# What no operator may


def test_an_operator_does_not_act_upon_himself():
    it = governed()
    operator, client = enter("group admin")
    asked = JoinRequest.objects.create(conversation=it.group, user=operator, at=timezone.now())
    before = everything_of(it.id)
    told = said(client, press_of(it.id), {"button": "approve", "request": asked.pk})
    assert "upon himself" in told
    Ban.objects.create(conversation=it.group, user=operator, at=timezone.now())
    assert "upon himself" in said(client, press_of(it.id), {"button": "lift", "user": operator.pk})
    Ban.objects.filter(user=operator).delete()
    assert everything_of(it.id) == before
    Membership.objects.create(conversation=it.group, user=operator, muted_until=timezone.now() + timedelta(days=1))
    before = everything_of(it.id)
    for button, more in (("set_role", {"role": "owner"}), ("unmute", {}), ("remove", {}), ("ban", {"span": 0})):
        told = said(client, press_of(it.id), {"button": button, "user": operator.pk, "span": 3600, **more})
        assert told in {"An operator does not act upon himself.", "That is yourself."}
    assert everything_of(it.id) == before


def test_no_group_loses_its_owner_by_a_button():
    it = governed()
    _, client = enter("group admin")
    before = everything_of(it.id)
    owner = {"user": it.alice.user}
    for button, more in (("remove", {}), ("ban", {"span": 0}), ("set_role", {"role": "member"})):
        assert "owner" in said(client, press_of(it.id), fields_for(it, button, **owner, **more))
    assert everything_of(it.id) == before
    said(client, press_of(it.id), fields_for(it, "set_role", role="owner"))
    assert _seat(it).role == "owner"
    said(client, press_of(it.id), fields_for(it, "remove", **owner))
    assert not Membership.objects.filter(conversation=it.id, user=it.alice.user).exists()


@pytest.mark.parametrize(
    ("button", "changes"),
    [
        ("mute", {"user": "x"}),
        ("mute", {"user": 2**63}),
        ("mute", {"user": 987_654}),
        ("mute", {"span": 5}),
        ("mute", {"span": 0}),
        ("mute_all", {"span": "-3600"}),
        ("mute_all", {"span": ""}),
        ("remove", {"user": 987_654}),
        ("ban", {"user": 987_654}),
        ("ban", {"reason": "x" * 501}),
        ("ban", {"reason": "a\x00b"}),
        ("lift", {"user": 987_654}),
        ("set_role", {"role": "emperor"}),
        ("revoke_link", {"link": 987_654}),
        ("approve", {"request": 987_654}),
        ("approve", {"request": ""}),
    ],
)
def test_bad_input_is_said_and_changes_nothing(button, changes):
    it = governed()
    _, client = enter("group admin")
    before = everything_of(it.id)
    answer = client.post(press_of(it.id), fields_for(it, button, **changes), follow=True)
    assert [each.level_tag for each in answer.context["messages"]] == ["error"]
    assert everything_of(it.id) == before


def test_what_is_no_button_and_no_group():
    it = governed()
    _, client = enter("group admin")
    assert client.post(press_of(it.id), {"button": "dissolve"}).status_code == 403
    assert client.post(press_of(it.id), {}).status_code == 403
    assert client.post(press_of(2**63), fields_for(it, "archive")).status_code == 404
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user)
    before = everything_of(direct.pk)
    for button in buttons.BUTTONS:
        for pk in (direct.pk, 987_654):
            answer = client.post(press_of(pk), fields_for(it, button))
            assert answer.status_code == 302
    assert everything_of(direct.pk) == before


def test_a_link_or_request_of_another_group_is_not_reached_through_this_one():
    it = governed()
    other = conversations.create_group(actor=it.bob, title="Other", members=[])
    _, client = enter("group admin")
    before = everything_of(it.id)
    for button in ("revoke_link", "approve", "refuse"):
        answer = client.post(press_of(other.pk), fields_for(it, button), follow=True)
        assert [each.level_tag for each in answer.context["messages"]] == ["error"]
    assert everything_of(it.id) == before
    assert Membership.objects.filter(conversation=other).count() == 1
