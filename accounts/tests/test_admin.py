import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts import authentication
from accounts.actor import SYSTEM
from accounts.models import Department, Device, Token, User
from accounts.services import tokens
from accounts.tests.factories import PASSWORD, person, sign_in
from audit.models import AuditRecord
from protocol import errors

pytestmark = pytest.mark.django_db
NEW = "a longer new passphrase"


@pytest.fixture
def admin(client):
    admin = person("admin", is_staff=True, is_superuser=True)
    sign_in(client, admin)
    return admin


def fields_of(user: User, **changes) -> dict:
    names = ("username", "name", "other_name", "email", "kind", "title", "locale")
    return {name: getattr(user, name) for name in names} | {"department": "", "new_password": ""} | changes


@pytest.mark.parametrize("page", ["user", "department", "device", "token"])
def test_outsiders_see_nothing(client, page):
    sign_in(client, person("charlie"))
    assert client.get(f"/admin/accounts/{page}/").status_code == 302


@pytest.mark.parametrize("page", ["user", "department", "device", "token"])
def test_lists_cost_the_same_for_many_rows(client, admin, page, django_assert_max_num_queries):
    for number in range(30):
        department = Department.objects.create(name=f"Team {number}", parent=Department.objects.first())
        tokens.issue(user=person(f"p{number}", department=department), device_name="laptop")
    with django_assert_max_num_queries(10):
        assert client.get(f"/admin/accounts/{page}/").status_code == 200
    with django_assert_max_num_queries(10):
        assert client.get(f"/admin/accounts/{page}/?q=p2").status_code == 200


def test_no_page_shows_a_password_or_a_tokens_hash(client, admin):
    alice = person("alice")
    raw, token = tokens.issue(user=alice, device_name="laptop")
    for path in (f"user/{alice.pk}/change/", f"token/{token.pk}/change/", "token/", "user/"):
        page = client.get(f"/admin/accounts/{path}").content.decode()
        assert alice.password not in page
        assert token.digest not in page
        assert raw not in page


def test_adding_a_person_with_a_password(client, admin):
    answer = client.post(
        "/admin/accounts/user/add/", fields_of(User(username="dora", name="Dora"), new_password=PASSWORD, is_staff="on")
    )
    assert answer.status_code == 302, answer.content.decode()
    dora = User.objects.get(username="dora")
    assert dora.check_password(PASSWORD)
    assert dora.is_staff


def test_a_weak_password_is_refused_at_its_field(client, admin):
    answer = client.post("/admin/accounts/user/add/", fields_of(User(username="dora", name="Dora"), new_password="123"))
    assert answer.status_code == 200
    assert "too short" in answer.content.decode()
    assert not User.objects.filter(username="dora").exists()


def test_changing_a_person_keeps_the_password_unless_one_is_typed(client, admin):
    alice = person("alice")
    _, token = tokens.issue(user=alice, device_name="laptop")
    department = Department.objects.create(name="Sales")
    url = f"/admin/accounts/user/{alice.pk}/change/"
    assert client.post(url, fields_of(alice, name="Alice Liddell", department=department.pk)).status_code == 302
    alice.refresh_from_db()
    assert (alice.name, alice.department) == ("Alice Liddell", department)
    assert alice.check_password(PASSWORD)
    assert client.post(url, fields_of(alice, new_password=NEW)).status_code == 302
    alice.refresh_from_db()
    assert alice.check_password(NEW)
    assert Device.objects.get(pk=token.device_id).revoked_at is not None


def test_a_taken_user_name_is_said_at_the_form(client, admin):
    person("alice")
    answer = client.post("/admin/accounts/user/add/", fields_of(User(username="ALICE", name="Other")))
    assert answer.status_code == 200
    assert User.objects.filter(username__iexact="alice").count() == 1


def test_deactivate_signs_out_and_spares_oneself(client, admin):
    alice = person("alice")
    _, token = tokens.issue(user=alice, device_name="laptop")
    client.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [alice.pk, admin.pk]})
    alice.refresh_from_db()
    admin.refresh_from_db()
    assert (alice.is_active, admin.is_active) == (False, True)
    assert Device.objects.get(pk=token.device_id).revoked_at is not None
    client.post("/admin/accounts/user/", {"action": "reactivate", "_selected_action": [alice.pk]})
    alice.refresh_from_db()
    assert alice.is_active


def test_sign_out_and_revoke_actions(client, admin):
    alice = person("alice")
    _, first = tokens.issue(user=alice, device_name="laptop")
    _, second = tokens.issue(user=alice, device_name="phone")
    client.post("/admin/accounts/device/", {"action": "sign_out", "_selected_action": [first.device_id]})
    client.post("/admin/accounts/token/", {"action": "revoke", "_selected_action": [second.pk]})
    assert not Device.objects.filter(user=alice, revoked_at__isnull=True).exists()
    assert not Token.objects.filter(device__user=alice, revoked_at__isnull=True).exists()


@pytest.mark.parametrize("page", ["user", "device", "token"])
def test_nothing_is_deleted(client, admin, page):
    _, token = tokens.issue(user=person("alice"), device_name="laptop")
    ids = {"user": token.device.user_id, "device": token.device_id, "token": token.pk}
    assert client.post(f"/admin/accounts/{page}/{ids[page]}/delete/", {"post": "yes"}).status_code == 403


def test_departments_are_made_moved_and_removed_when_empty(client, admin):
    url = "/admin/accounts/department/"
    client.post(url + "add/", {"name": "Research", "other_name": "研发部", "parent": ""})
    top = Department.objects.get(name="Research")
    client.post(url + "add/", {"name": "Apps", "other_name": "", "parent": top.pk})
    below = Department.objects.get(name="Apps")
    answer = client.post(f"{url}{top.pk}/change/", {"name": "Research", "other_name": "", "parent": below.pk})
    assert "cannot be below itself" in answer.content.decode()
    client.post(url, {"action": "remove", "_selected_action": [top.pk]})
    assert Department.objects.filter(pk=top.pk).exists()
    client.post(url, {"action": "remove", "_selected_action": [below.pk]})
    client.post(url, {"action": "remove", "_selected_action": [top.pk]})
    assert not Department.objects.exists()


def test_ones_own_password_signs_the_other_devices_out_and_keeps_this_one(client, admin):
    other = Client()
    sign_in(other, admin, name="Firefox at home")
    raw, _ = tokens.issue(user=admin, device_name="laptop")
    here = Device.objects.get(name="Chrome on Linux")
    form = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    answer = client.post("/admin/password_change/", form)
    assert answer.status_code == 302, answer.content
    admin.refresh_from_db()
    assert admin.check_password(NEW)
    assert list(Device.objects.filter(revoked_at__isnull=True)) == [here]
    assert client.get("/admin/").status_code == 200
    assert other.get("/admin/").status_code == 302
    with pytest.raises(errors.Unauthenticated):
        authentication.actor_from_token(raw)
    # The session's key was cycled; signing the device out still ends it.
    here.refresh_from_db()
    assert here.session_key == client.session.session_key
    tokens.devices.revoke(actor=SYSTEM, device_id=here.pk)
    assert client.get("/admin/").status_code == 302


def test_a_wrong_old_password_changes_nothing(client, admin):
    answer = client.post(
        "/admin/password_change/", {"old_password": "wrong", "new_password1": NEW, "new_password2": NEW}
    )
    assert answer.status_code == 200
    admin.refresh_from_db()
    assert admin.check_password(PASSWORD)
    assert not Device.objects.filter(revoked_at__isnull=False).exists()


def test_roles_are_given_on_a_persons_page_through_the_service(client, admin):
    alice = person("alice")
    url = f"/admin/accounts/user/{alice.pk}/change/"
    auditor = Group.objects.get(name="auditor")
    assert "operator roles" in client.get(url).content.decode().lower()
    assert client.post(url, fields_of(alice, groups=[auditor.pk])).status_code == 302
    assert list(alice.groups.all()) == [auditor]
    told = AuditRecord.objects.get(action="user.roles_changed")
    assert (told.actor, told.target, told.after) == (admin.pk, str(alice.pk), {"roles": ["auditor"]})
    assert client.post(url, fields_of(alice, title="Clerk", groups=[auditor.pk])).status_code == 302
    assert AuditRecord.objects.filter(action="user.roles_changed").count() == 1
    assert client.post(url, fields_of(alice)).status_code == 302
    assert not alice.groups.exists()
    made = fields_of(User(username="dora", name="Dora"), groups=[auditor.pk])
    assert client.post("/admin/accounts/user/add/", made).status_code == 302
    assert list(User.objects.get(username="dora").groups.all()) == [auditor]


@pytest.mark.parametrize("role", ["auditor", "moderator", "group admin"])
def test_an_operator_sees_no_page_of_accounts_and_gives_himself_no_role(role):
    olga, client = person("olga"), Client()
    olga.groups.add(Group.objects.get(name=role))
    sign_in(client, olga)
    assert client.get("/admin/").status_code == 200
    for page in ("user", "department", "device", "token"):
        assert client.get(f"/admin/accounts/{page}/").status_code == 403
    url = f"/admin/accounts/user/{olga.pk}/change/"
    every = [each.pk for each in Group.objects.all()]
    assert client.post(url, fields_of(olga, groups=every, is_superuser="on")).status_code == 403
    olga.refresh_from_db()
    assert (olga.is_superuser, olga.groups.count()) == (False, 1)
