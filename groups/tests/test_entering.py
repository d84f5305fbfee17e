"""Coming in by oneself: open, by request, by link; and what keeps out holds for every way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from accounts.actor import Actor
from chat import selectors as chat_selectors
from chat.rendering import moment_of
from chat.services import members
from chat.tests.factories import people, scene, send
from groups import selectors
from groups.models import InviteLink, JoinRequest
from groups.services import bans, entering, governance
from groups.services.governance import Wish
from protocol.errors import BadRequest, Conflict, Forbidden, NotFound, ParleyError

pytestmark = pytest.mark.django_db


def in_it(it, actor) -> bool:
    return chat_selectors.is_member(actor.user, it.id)


def allow(it, how: str) -> None:
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(join_policy=how))


def test_a_group_by_invitation_is_as_if_it_were_not_there():
    it = scene()
    for conversation in (it.id, 987_654):
        with pytest.raises(Forbidden) as refused:
            entering.join(actor=it.charlie, conversation=conversation)
        assert refused.value.code == "not_a_member"


def test_an_open_group_is_joined_once():
    it = scene()
    allow(it, "open")
    assert [entering.join(actor=it.charlie, conversation=it.id) for _ in range(2)] == ["member", "member"]
    send(it.charlie, it.id)


def test_a_request_waits_until_it_is_answered_and_is_answered_once():
    it = scene()
    allow(it, "approval")
    states = [entering.join(actor=it.charlie, conversation=it.id, text="Let me in") for _ in range(2)]
    assert states == ["pending", "pending"]
    (asked,) = selectors.list_requests(it.alice.user, it.id)
    assert (asked.user_id, asked.text, in_it(it, it.charlie)) == (it.charlie.user, "Let me in", False)
    with pytest.raises(Forbidden):
        selectors.list_requests(it.bob.user, it.id)
    for who in (it.bob, it.charlie):
        with pytest.raises(Forbidden):
            entering.answer(actor=who, conversation=it.id, request=asked.pk, approve=True)
    entering.answer(actor=it.alice, conversation=it.id, request=asked.pk, approve=True)
    assert in_it(it, it.charlie)
    with pytest.raises(NotFound):
        entering.answer(actor=it.alice, conversation=it.id, request=asked.pk, approve=False)
    assert selectors.list_requests(it.alice.user, it.id) == []


def test_who_is_refused_may_ask_again():
    it = scene()
    allow(it, "approval")
    entering.join(actor=it.charlie, conversation=it.id)
    first = JoinRequest.objects.get()
    entering.answer(actor=it.alice, conversation=it.id, request=first.pk, approve=False)
    assert not in_it(it, it.charlie)
    assert entering.join(actor=it.charlie, conversation=it.id) == "pending"
    assert JoinRequest.objects.count() == 2


def test_a_link_lets_in_and_only_its_hash_is_kept():
    it = scene()
    link, token = entering.make_link(actor=it.alice, conversation=it.id)
    assert token not in str(InviteLink.objects.values().get(pk=link.pk))
    assert entering.use_link(actor=it.charlie, token=token) == it.id
    assert entering.use_link(actor=it.charlie, token=token) == it.id  # in already: nothing is used up
    assert InviteLink.objects.get(pk=link.pk).uses == 1


def test_a_link_that_is_over_used_up_revoked_or_unknown_is_answered_alike():
    it = scene()
    used, used_token = entering.make_link(actor=it.alice, conversation=it.id, max_uses=1)
    InviteLink.objects.filter(pk=used.pk).update(uses=1)
    over, over_token = entering.make_link(actor=it.alice, conversation=it.id, expires_at=4_000_000_000_000)
    InviteLink.objects.filter(pk=over.pk).update(expires_at=moment_of(1_700_000_000_000))
    gone, gone_token = entering.make_link(actor=it.alice, conversation=it.id)
    entering.revoke_link(actor=it.alice, conversation=it.id, link=gone.pk)
    told = set()
    for token in (used_token, over_token, gone_token, "plj_nothing"):
        with pytest.raises(NotFound) as refused:
            entering.use_link(actor=it.charlie, token=token)
        told.add(refused.value.message)
    assert len(told) == 1
    assert not in_it(it, it.charlie)


@pytest.mark.django_db(transaction=True)
def test_a_link_for_three_lets_in_three_of_twelve_who_come_at_once():
    it = scene()
    _, token = entering.make_link(actor=it.alice, conversation=it.id, max_uses=3)

    def come(user: int) -> bool:
        try:
            entering.use_link(actor=Actor(user=user), token=token)
        except NotFound:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as pool:
        came = list(pool.map(come, people(12)))
    assert sum(came) == 3
    assert InviteLink.objects.get().uses == 3


def test_bans_the_limit_and_the_archive_hold_for_every_way():
    it = scene()
    allow(it, "open")
    _link, token = entering.make_link(actor=it.alice, conversation=it.id)
    ways = (
        lambda: entering.join(actor=it.charlie, conversation=it.id),
        lambda: entering.use_link(actor=it.charlie, token=token),
    )

    def refused() -> list[str]:
        rules = []
        for way in ways:
            with pytest.raises(ParleyError) as problem:
                way()
            rules.append(problem.value.details["rule"])
        return rules

    bans.ban(actor=it.alice, conversation=it.id, user=it.charlie.user)
    assert refused() == ["banned", "banned"]
    allow(it, "approval")
    with pytest.raises(Conflict):
        entering.join(actor=it.charlie, conversation=it.id)
    allow(it, "open")
    bans.lift(actor=it.alice, conversation=it.id, user=it.charlie.user)
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(size_limit=2))
    assert refused() == ["max_members", "max_members"]
    governance.change(actor=it.alice, conversation=it.id, wish=Wish(size_limit=0))
    governance.archive(actor=it.alice, conversation=it.id)
    assert refused() == ["archived", "archived"]
    assert not in_it(it, it.charlie)


def test_who_may_make_and_see_links():
    it = scene()
    link, _ = entering.make_link(actor=it.alice, conversation=it.id)
    for who in (it.bob, it.charlie):
        with pytest.raises(Forbidden):
            entering.make_link(actor=who, conversation=it.id)
        with pytest.raises(Forbidden):
            entering.revoke_link(actor=who, conversation=it.id, link=link.pk)
        with pytest.raises(Forbidden):
            selectors.list_links(who.user, it.id)
    members.set_role(actor=it.alice, conversation=it.id, user=it.bob.user, role="admin")
    assert [each.pk for each in selectors.list_links(it.bob.user, it.id)] == [link.pk]


def test_what_is_no_link(monkeypatch):
    it = scene()
    for wrong in ({"expires_at": 1}, {"max_uses": -1}, {"max_uses": 10**9}):
        with pytest.raises(BadRequest):
            entering.make_link(actor=it.alice, conversation=it.id, **wrong)
    with pytest.raises(NotFound):
        entering.revoke_link(actor=it.alice, conversation=it.id, link=987_654)
    monkeypatch.setattr(entering, "MAX_LINKS", 1)
    entering.make_link(actor=it.alice, conversation=it.id)
    with pytest.raises(Conflict):
        entering.make_link(actor=it.alice, conversation=it.id)
