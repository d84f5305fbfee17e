import pytest
from django.contrib.auth.models import Group

from accounts import selectors
from accounts.actor import SYSTEM
from accounts.models import Device, User
from accounts.services import tokens, users
from accounts.tests.factories import PASSWORD, actor_of, person
from audit.models import AuditRecord
from protocol import errors

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return person("alice")


@pytest.fixture
def admin():
    return actor_of(person("admin", is_staff=True))


def test_staff_create_people_and_bots(admin):
    dora = users.create(actor=admin, username="dora", name=" Dora ", password=PASSWORD, title="Designer")
    assert (dora.name, dora.title, dora.check_password(PASSWORD)) == ("Dora", "Designer", True)
    bot = users.create(actor=SYSTEM, username="buildbot", name="Build", kind="bot")
    assert (bot.kind, bot.has_usable_password()) == ("bot", False)


def test_outsiders_change_nobody(alice):
    charlie = actor_of(person("charlie"))
    with pytest.raises(errors.Forbidden):
        users.create(actor=charlie, username="x", name="X")
    with pytest.raises(errors.Forbidden):
        users.update(actor=charlie, user=alice, changes={"name": "X"})
    with pytest.raises(errors.Forbidden):
        users.set_password(actor=charlie, user=alice, password="a longer new passphrase")
    with pytest.raises(errors.Forbidden):
        users.deactivate(actor=charlie, user=alice)
    with pytest.raises(errors.Forbidden):
        users.reactivate(actor=charlie, user=alice)
    with pytest.raises(errors.Forbidden):  # nor does an app in the name of staff
        users.deactivate(actor=actor_of(person("boss", is_staff=True), app=3), user=alice)
    alice.refresh_from_db()
    assert alice.name == "Alice"
    assert alice.is_active


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"username": "a b", "name": "X"}, "username"),
        ({"username": "dora", "name": " "}, "name"),
        ({"username": "dora", "name": "X", "email": "nonsense"}, "email"),
        ({"username": "dora", "name": "X", "kind": "cat"}, "kind"),
        ({"username": "dora", "name": "X", "password": "123"}, "password"),
        ({"username": "dora", "name": "X", "is_active": False}, "is_active"),
    ],
)
def test_what_is_wrong_is_named(admin, fields, path):
    with pytest.raises(errors.BadRequest) as caught:
        users.create(actor=admin, **fields)
    assert caught.value.details["path"] == path
    assert not User.objects.filter(username=fields["username"]).exists()


def test_a_user_name_is_taken_in_any_case(admin, alice):
    with pytest.raises(errors.Conflict):
        users.create(actor=admin, username="Alice", name="Other")
    with pytest.raises(errors.Conflict):
        users.update(actor=admin, user=person("bob"), changes={"username": "ALICE"})


def test_update_changes_what_it_may(admin, alice):
    users.update(actor=admin, user=alice, changes={"title": "CEO"})
    assert User.objects.get(pk=alice.pk).title == "CEO"
    with pytest.raises(errors.BadRequest):
        users.update(actor=admin, user=alice, changes={"password": "x"})


def test_a_new_password_signs_the_other_devices_out(alice):
    _, here = tokens.issue(user=alice, device_name="here")
    tokens.issue(user=alice, device_name="there")
    users.set_password(actor=actor_of(alice, device=here.device_id), user=alice, password="a longer new passphrase")
    assert alice.check_password("a longer new passphrase")
    assert [each.pk for each in selectors.list_devices(alice.pk)] == [here.device_id]
    with pytest.raises(errors.BadRequest):
        users.set_password(actor=actor_of(alice), user=alice, password="short")


def test_deactivation_signs_out_everywhere_and_reopening_signs_in_nowhere(admin, alice):
    for name in ("laptop", "phone"):
        tokens.issue(user=alice, device_name=name)
    users.deactivate(actor=admin, user=alice)
    alice.refresh_from_db()
    assert (alice.is_active, alice.deactivated_at is not None) == (False, True)
    users.reactivate(actor=admin, user=alice)
    alice.refresh_from_db()
    assert (alice.is_active, alice.deactivated_at) == (True, None)
    assert not Device.objects.filter(user=alice, revoked_at__isnull=True).exists()


def test_nobody_closes_his_own_account():
    admin = person("admin", is_staff=True)
    with pytest.raises(errors.Forbidden) as caught:
        users.deactivate(actor=actor_of(admin), user=admin)
    assert caught.value.details["rule"] == "not_oneself"


def test_operators_roles_are_given_by_staff_whole_and_recorded_once(admin, alice):
    users.set_roles(actor=admin, user=alice, roles=["auditor", "moderator"])
    users.set_roles(actor=admin, user=alice, roles=["moderator", "auditor", "auditor"])
    assert sorted(alice.groups.values_list("name", flat=True)) == ["auditor", "moderator"]
    users.set_roles(actor=admin, user=alice, roles=["auditor"])
    told = list(AuditRecord.objects.filter(action="user.roles_changed").order_by("seq"))
    assert [(each.before, each.after) for each in told] == [
        ({"roles": []}, {"roles": ["auditor", "moderator"]}),
        ({"roles": ["auditor", "moderator"]}, {"roles": ["auditor"]}),
    ]


def test_roles_that_are_none_and_people_who_give_none(admin, alice):
    with pytest.raises(errors.BadRequest) as caught:
        users.set_roles(actor=admin, user=alice, roles=["auditor", "emperor"])
    assert caught.value.details["unknown"] == ["emperor"]
    bearer = person("olga")
    bearer.groups.add(Group.objects.get(name="group admin"))
    for who in (actor_of(bearer), actor_of(person("charlie")), actor_of(person("boss", is_staff=True), app=3)):
        with pytest.raises(errors.Forbidden):
            users.set_roles(actor=who, user=bearer, roles=["auditor"])
    assert not alice.groups.exists()
    assert [each.name for each in bearer.groups.all()] == ["group admin"]
