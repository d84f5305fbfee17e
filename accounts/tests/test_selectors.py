from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import selectors
from accounts.actor import SYSTEM
from accounts.models import Department, Device
from accounts.services import devices, tokens, users
from accounts.tests.factories import actor_of, person
from protocol import errors

pytestmark = pytest.mark.django_db


def test_people_come_in_the_order_asked_for_in_one_query(django_assert_num_queries):
    department = Department.objects.create(name="Sales", other_name="销售部")
    alice, bob = person("alice", department=department, other_name="爱丽丝"), person("bob", is_active=False)
    with django_assert_num_queries(1):
        people = selectors.get_people([bob.pk, alice.pk, 10**9, bob.pk])
    assert [each.username for each in people] == ["bob", "alice"]
    assert (people[1].department, people[1].other_name, people[0].active) == ("Sales", "爱丽丝", False)
    assert selectors.get_people([]) == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["alice", "bob", "wangwei"]),
        ("ALI", ["alice"]),
        ("王", ["wangwei"]),
        ("销售", ["bob"]),
        ("sales bo", ["bob"]),
        ("sales alice", []),
        ("100%", []),
    ],
)
def test_people_are_found_by_every_word_in_both_scripts(query, found):
    person("bob", department=Department.objects.create(name="Sales", other_name="销售部"))
    person("alice", title="Engineer")
    person("wangwei", name="王伟", other_name="Wang Wei")
    person("gone", is_active=False)
    person("server", kind="system")
    assert [each.username for each in selectors.find_people(query).people] == found


def test_pages_of_people_are_complete_and_without_repeats():
    for number in range(25):
        person(f"{'P' if number % 2 else 'p'}{number:02}")
    seen, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = selectors.find_people("p", cursor, 10)
        seen += [each.username.lower() for each in page.people]
        cursor, pages = page.next, pages + 1
    assert (pages, seen) == (3, [f"p{number:02}" for number in range(25)])
    assert len(selectors.find_people("", "", 0).people) == 1


def test_accounts_by_id_and_name():
    alice = person("alice")
    assert selectors.get_user(alice.pk) == selectors.get_user_named("Alice") == alice
    with pytest.raises(errors.NotFound):
        selectors.get_user(10**9)
    with pytest.raises(errors.NotFound):
        selectors.get_user_named("nobody")


def test_devices_are_ones_own_and_live():
    alice, bob = person("alice"), person("bob")
    _, token = tokens.issue(user=alice, device_name="laptop")
    tokens.issue(user=bob, device_name="phone")
    assert [each.name for each in selectors.list_devices(alice.pk)] == ["laptop"]
    devices.revoke(actor=actor_of(alice), device_id=token.device_id)
    assert selectors.list_devices(alice.pk) == []


def test_revocations_are_listed_with_all_devices_of_closed_accounts():
    alice, bob = person("alice"), person("bob")
    _, first = tokens.issue(user=alice, device_name="laptop")
    tokens.issue(user=alice, device_name="phone")
    _, third = tokens.issue(user=bob, device_name="tablet")
    start = timezone.now()
    assert selectors.list_ended_since(start).devices == set()
    devices.revoke(actor=actor_of(alice), device_id=first.device_id)
    assert selectors.list_ended_since(start).devices == {first.device_id}
    users.deactivate(actor=SYSTEM, user=bob)
    assert selectors.list_ended_since(start).devices == {first.device_id, third.device_id}
    Device.objects.filter(pk=third.device_id).update(revoked_at=None)  # a gateway must not rely on this mark alone
    assert selectors.list_ended_since(start).devices == {first.device_id, third.device_id}
    assert selectors.list_ended_since(start + timedelta(minutes=5)).devices == set()


def test_tokens_that_were_revoked_or_ran_out_are_listed(django_assert_num_queries):
    alice = person("alice")
    _, lasting = tokens.issue(user=alice, device_name="laptop")
    _, second = tokens.issue_for(device=lasting.device)
    _, short = tokens.issue(user=alice, device_name="phone", lifetime=timedelta(seconds=-1))
    start = timezone.now()
    tokens.revoke(actor=actor_of(alice), token_id=second.pk)
    with django_assert_num_queries(5):
        ended = selectors.list_ended_since(start)
    assert (ended.devices, ended.revoked, ended.expired) == (set(), {second.pk}, {short.pk})


def test_a_revocation_that_committed_late_is_still_heard():
    alice = person("alice")
    _, token = tokens.issue(user=alice, device_name="laptop")
    Device.objects.filter(pk=token.device_id).update(revoked_at=timezone.now() - timedelta(seconds=10))
    assert selectors.list_ended_since(timezone.now()).devices == {token.device_id}


def test_departments_come_with_their_parents(django_assert_num_queries):
    top = Department.objects.create(name="Research")
    Department.objects.create(name="Apps", parent=top)
    with django_assert_num_queries(1):
        assert [(each.name, each.parent and each.parent.name) for each in selectors.list_departments()] == [
            ("Apps", "Research"),
            ("Research", None),
        ]
