"""Groups in the admin: operators see every group, at the same cost; an auditor presses nothing, a stranger sees nothing."""

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.tests.factories import sign_in
from chat.models import Conversation, Membership
from chat.participation import Ban
from chat.services import conversations
from chat.tests.factories import people, scene, send
from groups.admin import buttons
from groups.models import InviteLink, JoinRequest
from groups.selectors.operating import PAGE
from groups.services import bans, entering
from groups.tests.factories import LIST, enter, everything_of, fields_for, governed, page_of, press_of

pytestmark = pytest.mark.django_db
QUERIES = 12


# The list


def test_groups_are_found_by_the_beginning_of_their_title_and_by_id():
    it = scene()
    for title in ("Team Blue", "team red", "Steam", "100% sure", "100 days", "项目组", "项目二组", "Tea"):
        conversations.create_group(actor=it.alice, title=title, members=[])
    _, client = enter("auditor")

    def found(query: str) -> list[str]:
        return [each.title for each in client.get(LIST, {"q": query}).context["groups"]]

    assert found("team") == ["Team", "Team Blue", "team red"]
    assert found("TEAM R") == ["team red"]
    assert found("项目") == ["项目二组", "项目组"]
    assert found("100%") == ["100% sure"]
    assert found("eam") == []
    assert found(str(it.id))[0] == "Team"
    assert found("9" * 30) == []
    assert found("\x00Tea")[0] == "Tea"
    assert len(found("")) == 9


def test_the_list_shows_groups_alone_and_nothing_said():
    it = scene()
    send(it.alice, it.id, "a secret sentence")
    direct = conversations.open_direct(actor=it.alice, user=it.bob.user)
    conversations.personal_of(it.alice.user)
    _, client = enter("auditor")
    answer = client.get(LIST)
    assert [each.pk for each in answer.context["groups"]] == [it.id]
    assert client.get(LIST, {"q": direct.pk}).context["groups"] == []
    for pk in (direct.pk, conversations.personal_of(it.alice.user).pk, 987_654, 2**63, "x"):
        assert client.get(page_of(pk)).status_code == 404
    assert "secret sentence" not in (answer.content + client.get(page_of(it.id)).content).decode()


def test_the_list_goes_on_from_the_last_row_and_counts_nothing(django_assert_max_num_queries):
    Conversation.objects.bulk_create(
        Conversation(kind="group" if place % 2 else "direct", title=f"Group {place % 7}") for place in range(PAGE * 6)
    )
    _, client = enter("auditor")
    found, query = [], ""
    while True:
        with django_assert_max_num_queries(QUERIES) as asked:
            answer = client.get(f"{LIST}?{query}")
        assert not [each for each in asked.captured_queries if "COUNT(" in each["sql"].upper()]
        found += [(each.title, each.pk) for each in answer.context["groups"]]
        query = answer.context["next"]
        if not query:
            break
    assert len(found) == PAGE * 3
    assert found == sorted(found)
    assert len(set(found)) == len(found)
    narrow = client.get(LIST, {"q": "group 3"})
    assert {each.title for each in narrow.context["groups"]} == {"Group 3"}


# The page


def test_the_page_shows_how_a_group_is_governed_and_no_secret():
    it = governed()
    link, token = entering.make_link(actor=it.alice, conversation=it.id)
    _, client = enter("auditor")
    page = client.get(page_of(it.id)).content.decode()
    for told in ("approval", "Host", "spam", "Let me in, please", "charlie", "dora", "bob", link.hint, "0 of 3"):
        assert told in page
    assert token not in page
    assert link.digest not in page
    assert 'name="button"' not in page
    assert f"?conversation={it.id}" in page


def test_what_people_wrote_is_shown_as_text():
    it = scene()
    conversations.update(actor=it.alice, conversation=it.id, title="<b>T</b>", description="<script>d</script>")
    bans.ban(actor=it.alice, conversation=it.id, user=it.bob.user, reason="<i>why</i>")
    _, client = enter("auditor")
    page = (client.get(page_of(it.id)).content + client.get(LIST, {"q": "<b>"}).content).decode()
    for raw in ("<b>T", "<script>d", "<i>why", 'value="<b>'):
        assert raw not in page


def test_a_large_group_costs_what_a_small_one_does_and_counts_nothing(django_assert_max_num_queries):
    it = governed()
    crowd, now = people(PAGE * 3), timezone.now()
    Membership.objects.bulk_create(Membership(conversation=it.group, user_id=each) for each in crowd)
    out = people(PAGE * 2, "out")
    Ban.objects.bulk_create(Ban(conversation=it.group, user_id=each, by=out[0], at=now) for each in out)
    JoinRequest.objects.bulk_create(JoinRequest(conversation=it.group, user_id=each, at=now) for each in out)
    InviteLink.objects.bulk_create(
        InviteLink(conversation=it.group, digest=f"{each}", hint="plj_", by=each, at=now) for each in out
    )
    _, client = enter("group admin")
    for query in ("", "?q=person1", f"?members={crowd[60]}&bans={out[60]}&links=5&requests=5"):
        with django_assert_max_num_queries(QUERIES) as asked:
            answer = client.get(page_of(it.id) + query)
        assert answer.status_code == 200
        assert not [each for each in asked.captured_queries if "COUNT(" in each["sql"].upper()]
    seen, query = [], ""
    while True:
        answer = client.get(f"{page_of(it.id)}?{query}")
        seen += [seat.user_id for seat, _ in answer.context["rows"]["members"]]
        query = answer.context["next"]["members"]
        if not query:
            break
    assert seen == sorted([it.alice.user, it.bob.user, *crowd])
    for name in ("bans", "links", "requests"):
        assert f"{name}=" in client.get(page_of(it.id)).context["next"][name]


def test_members_are_found_by_name_and_the_search_stays_when_one_goes_on():
    it = scene()
    Membership.objects.bulk_create(Membership(conversation=it.group, user_id=each) for each in people(PAGE + 5))
    _, client = enter("auditor")
    names = [seat.user.username for seat, _ in client.get(page_of(it.id), {"q": "Bob"}).context["rows"]["members"]]
    assert names == ["bob"]
    first = client.get(page_of(it.id), {"q": "person"})
    rest = client.get(f"{page_of(it.id)}?{first.context['next']['members']}")
    assert len(rest.context["rows"]["members"]) == 5
    nonsense = client.get(page_of(it.id), {"members": "x", "bans": str(2**70), "links": "-1", "q": "\x00"})
    assert nonsense.status_code == 200


# Who may


@pytest.mark.parametrize("button", buttons.BUTTONS)
def test_an_auditor_presses_nothing(button):
    it = governed()
    _, client = enter("auditor")
    before = everything_of(it.id)
    assert client.get(page_of(it.id)).status_code == 200
    assert client.post(press_of(it.id), fields_for(it, button)).status_code == 403
    assert everything_of(it.id) == before


@pytest.mark.parametrize("button", buttons.BUTTONS)
def test_a_stranger_sees_and_presses_nothing(button):
    it = governed()
    before = everything_of(it.id)
    clients = [Client(), Client(), Client()]
    sign_in(clients[1], User.objects.get(username="charlie"))
    sign_in(clients[2], User.objects.get(username="alice"))  # owning a group opens no page of the admin
    for client in clients:
        for address in (LIST, page_of(it.id)):
            assert client.get(address).status_code == 302
        assert client.post(press_of(it.id), fields_for(it, button)).status_code == 302
    assert everything_of(it.id) == before


def test_staff_without_a_role_see_and_press_nothing():
    it = governed()
    before = everything_of(it.id)
    _, client = enter(is_staff=True)
    assert client.get("/admin/").status_code == 200
    for address in (LIST, page_of(it.id)):
        assert client.get(address).status_code == 403
    for button in buttons.BUTTONS:
        assert client.post(press_of(it.id), fields_for(it, button)).status_code == 403
    assert everything_of(it.id) == before


@pytest.mark.parametrize("button", ["archive", "open", "set_role"])
def test_a_moderator_neither_archives_nor_gives_roles(button):
    it = governed()
    _, client = enter("moderator")
    before = everything_of(it.id)
    assert client.post(press_of(it.id), fields_for(it, button)).status_code == 403
    assert everything_of(it.id) == before
    page = client.get(page_of(it.id)).content.decode()
    assert f'value="{button}"' not in page
    assert 'value="mute"' in page


def test_an_account_that_was_closed_or_lost_its_role_is_out_at_once():
    it = governed()
    user, client = enter("moderator")
    user.groups.clear()
    assert client.post(press_of(it.id), fields_for(it, "mute_all")).status_code == 302
    user.groups.add(Group.objects.get(name="moderator"))
    assert client.get(LIST).status_code == 200
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.get(LIST).status_code == 302


def test_a_button_needs_the_token_against_forged_requests_and_a_post():
    it = governed()
    user, client = enter("group admin")
    assert client.get(press_of(it.id)).status_code == 405
    strict = Client(enforce_csrf_checks=True)
    sign_in(strict, user)
    assert strict.post(press_of(it.id), fields_for(it, "archive")).status_code == 403
    assert Conversation.objects.get(pk=it.id).archived_at is None


def test_no_page_of_groups_adds_changes_or_deletes():
    it = governed()
    before = everything_of(it.id)
    _, client = enter("group admin")
    for address in (f"{LIST}add/", f"{LIST}{it.id}/delete/"):
        assert client.post(address, {"post": "yes", "title": "x"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [it.id], "post": "yes"})
    client.post(page_of(it.id), {"title": "x", "post_policy": "nobody"})
    assert everything_of(it.id) == before
    assert Conversation.objects.get(pk=it.id).title == "Team"
