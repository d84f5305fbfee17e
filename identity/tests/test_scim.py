"""The SCIM door: what a directory may do to accounts, and what nobody else may."""

import json

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.models import Department, Device, User
from accounts.services import tokens, users
from accounts.tests.factories import actor_of, person, sign_in
from audit.models import AuditRecord
from identity.dialects.scim_schemas import ENTERPRISE, USER
from identity.models import Directory, DirectoryGroup, DirectoryToken
from identity.services import directories
from protocol import errors

pytestmark = pytest.mark.django_db
BOB = {"schemas": [USER], "userName": "bob", "displayName": "Bob B", "externalId": "e-1", "active": True,
       "emails": [{"value": "bob@example.com", "primary": True}]}  # fmt: skip
NAMES = ("op", "path", "value")


@pytest.fixture
def grace():
    return person("grace", is_staff=True, is_superuser=True)


class Okta:
    """A directory with its token."""

    def __init__(self, grace: User, name: str = "Okta", **fields) -> None:
        self.row = directories.put(actor=actor_of(grace), name=name, **fields)
        self.token = directories.issue_token(actor=actor_of(grace), directory=self.row.pk)

    def call(self, method: str, path: str, body=None, **headers):
        text = "" if body is None else json.dumps(body)
        given = {"Authorization": f"Bearer {self.token}", **headers}
        return Client().generic(method, f"/scim/v2/{path}", text, content_type="application/scim+json", headers=given)

    def make(self, **changes) -> str:
        answer = self.call("POST", "Users", {**BOB, **changes})
        assert answer.status_code == 201, answer.content
        return answer.json()["id"]

    def patch(self, path: str, *steps):
        return self.call("PATCH", path, {"Operations": [dict(zip(NAMES, each, strict=False)) for each in steps]})

    def found(self, text: str, kind: str = "Users") -> list[str]:
        answer = self.call("GET", f"{kind}?filter={text.replace(' ', '%20')}")
        assert answer.status_code == 200, answer.content
        return [each["id"] for each in answer.json()["Resources"]]


@pytest.fixture
def okta(grace):
    return Okta(grace)


def test_a_person_is_made_read_and_changed(okta):
    made = okta.call("POST", "Users", BOB)
    said = made.json()
    assert made.status_code == 201
    assert made["Location"] == said["meta"]["location"] == f"http://testserver/scim/v2/Users/{said['id']}"
    bob = User.objects.get(username="bob")
    assert (bob.name, bob.email, bob.has_usable_password()) == ("Bob B", "bob@example.com", False)
    assert okta.call("POST", "Users", {**BOB, "userName": "BOB"}).json()["scimType"] == "uniqueness"
    assert okta.call("PUT", f"Users/{said['id']}", {"userName": "bobby", "title": "Smith"}).json()["title"] == "Smith"
    bob.refresh_from_db()
    assert (bob.username, bob.title, bob.email) == ("bobby", "Smith", "")
    assert okta.call("GET", f"Users/{said['id']}?attributes=userName").json() == {
        "schemas": [USER], "id": said["id"], "userName": "bobby",
    }  # fmt: skip
    assert AuditRecord.objects.get(action="user.created").actor_name == "directory Okta"


def test_closing_somebody_signs_out_everything_at_once(okta):
    bob = User.objects.get(pk=okta.make())
    client, (raw, _) = Client(), tokens.issue(user=bob, device_name="Phone")
    sign_in(client, bob)
    assert okta.patch(f"Users/{bob.pk}", ("replace", "active", "False")).json()["active"] is False
    assert not Device.objects.filter(revoked_at__isnull=True).exists()
    assert client.get("/")["Location"].startswith("/signin/")
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {raw}"}).status_code == 401
    assert okta.patch(f"Users/{bob.pk}", ("replace", "", {"active": True})).json()["active"] is True
    bob.refresh_from_db()
    assert bob.is_active


def test_who_is_deleted_is_gone_and_comes_back_under_the_same_name(okta):
    number = okta.make()
    assert okta.call("DELETE", f"Users/{number}").status_code == 204
    assert okta.call("GET", f"Users/{number}").status_code == 404
    assert okta.found('userName eq "bob"') == []
    assert not User.objects.get(pk=number).is_active
    assert okta.make() == number
    assert User.objects.get(pk=number).is_active


def test_filters_find_and_pages_go_through_all(okta):
    first = okta.make()
    second = okta.make(userName="carol", displayName="Carol", externalId="e-2", emails=[])
    third = okta.make(userName="dave", active=False, externalId="e-3", title="Smith")
    for text, wanted in {
        'userName eq "BOB"': [first],
        f'{USER}:userName eq "bob"': [first],
        'externalId eq "e-2" or title sw "smi"': [second, third],
        'not (userName co "o")': [third],
        "active eq false": [third],
        'emails[type eq "work" and value ew "example.com"]': [first, third],
        'emails.value eq "nobody@example.com"': [],
        f'id eq "{second}"': [second],
        "title pr": [third],
        'meta.created gt "2020-01-01T00:00:00Z" and userName ne "bob"': [second, third],
        'userName gt "carol"': [third],
    }.items():
        assert okta.found(text) == wanted, text
    page = okta.call("GET", "Users?startIndex=2&count=1").json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (3, 2, 1)
    assert page["Resources"][0]["id"] == second
    assert okta.call("GET", "Users?count=0").json()["totalResults"] == 3
    search = okta.call("POST", "Users/.search", {"filter": 'userName eq "bob"', "attributes": ["userName"]}).json()
    assert [each["userName"] for each in search["Resources"]] == ["bob"]
    for wrong in ("shoe eq 1", "userName eq true", "id co 5", 'meta.created gt "x"', 'active co "x"'):
        answer = okta.call("GET", f"Users?filter={wrong}")
        assert (answer.status_code, answer.json().get("scimType")) == (400, "invalidFilter"), wrong


def test_groups_hold_people_and_are_departments(grace):
    okta = Okta(grace, departments="groups")
    bob, carol = okta.make(), okta.make(userName="carol")
    made = okta.call("POST", "Groups", {"displayName": "Works", "members": [{"value": bob}]}).json()
    group = f"Groups/{made['id']}"
    works = Department.objects.get(name="Works")
    assert User.objects.get(pk=bob).department == works
    assert okta.call("GET", f"Users/{bob}").json()["groups"][0]["display"] == "Works"
    assert okta.patch(group, ("add", "members", [{"value": carol}, {"value": bob}])).status_code == 204
    assert (
        okta.patch(group, ("remove", f'members[value eq "{bob}"]'), ("replace", "displayName", "Forge")).status_code
        == 204
    )
    assert [each["value"] for each in okta.call("GET", group).json()["members"]] == [carol]
    assert "members" not in okta.call("GET", f"{group}?excludedAttributes=members").json()
    works.refresh_from_db()
    assert (works.name, User.objects.get(pk=bob).department, User.objects.get(pk=carol).department) == (
        "Forge",
        None,
        works,
    )
    assert okta.found(f'members.value eq "{carol}"', "Groups") == [made["id"]]
    unknown = okta.patch(group, ("replace", "displayName", "X"), ("add", "members", [{"value": str(grace.pk)}]))
    assert unknown.status_code == 400
    assert DirectoryGroup.objects.get().name == "Forge"  # nothing is half done
    okta.call("DELETE", f"Users/{carol}")
    assert "members" not in okta.call("GET", group).json()
    User.objects.filter(pk=carol).update(department=None)
    assert okta.call("DELETE", group).status_code == 204
    assert not Department.objects.filter(name="Forge").exists()


def test_the_attribute_department_puts_people_there(grace):
    okta = Okta(grace, departments="attribute")
    bob = okta.make(**{ENTERPRISE: {"department": "Works"}})
    assert User.objects.get(pk=bob).department.name == "Works"
    okta.patch(f"Users/{bob}", ("replace", f"{ENTERPRISE}:department", "Forge"))
    assert User.objects.get(pk=bob).department.name == "Forge"


def test_accounts_that_are_there_are_taken_over_only_when_allowed_and_never_operators(grace):
    alice, auditor = person("alice"), person("auditor")
    auditor.groups.add(Group.objects.get(name="auditor"))
    okta = Okta(grace)
    assert okta.call("POST", "Users", {"userName": "alice"}).status_code == 409
    directories.put(actor=actor_of(grace), name="Okta", adopts=True, directory=okta.row.pk)
    assert okta.call("POST", "Users", {"userName": "Alice", "displayName": "A"}).json()["id"] == str(alice.pk)
    for name in ("grace", "auditor"):
        assert okta.call("POST", "Users", {"userName": name}).status_code == 409
    other = Okta(grace, name="Entra", adopts=True)
    assert other.call("POST", "Users", {"userName": "alice"}).status_code == 409
    for method, body in (("GET", None), ("DELETE", None), ("PUT", {"userName": "x"}), ("PATCH", {"Operations": []})):
        assert other.call(method, f"Users/{alice.pk}", body).status_code in (400, 404)
        assert okta.call(method, f"Users/{grace.pk}", body).status_code in (400, 404)
    assert other.found("userName pr") == []
    assert User.objects.get(pk=alice.pk).is_active


def test_without_a_directorys_token_nothing_is_told(okta, grace):
    charlie = person("charlie")
    raw, _ = tokens.issue(user=charlie, device_name="x")
    signed = Client()
    sign_in(signed, grace)
    for path in ("Users", "Groups", "Schemas", "ServiceProviderConfig", "ResourceTypes", "Users/1"):
        assert signed.get(f"/scim/v2/{path}").status_code == 401
        for wrong in (raw, okta.token[:-1], "x", ""):
            assert okta.call("GET", path, Authorization=f"Bearer {wrong}").status_code in (401, 429)
    assert Client().get("/api/v1/me", headers={"Authorization": f"Bearer {okta.token}"}).status_code == 401
    assert okta.token not in str(DirectoryToken.objects.values_list("digest", "hint"))
    directories.revoke_token(actor=actor_of(grace), token=DirectoryToken.objects.get().pk)
    assert okta.call("GET", "Users").status_code in (401, 429)


def test_guessing_tokens_is_slowed_down(okta):
    answers = [okta.call("GET", "Users", Authorization="Bearer nonsense").status_code for _ in range(32)]
    assert answers[-1] == 429
    assert okta.call("GET", "Users").status_code == 200


def test_bad_input_is_refused_in_scims_shape_and_writes_nothing(okta):
    bob = okta.make()
    before = list(AuditRecord.objects.values_list("seq", flat=True))
    for method, path, body in (
        ("POST", "Users", []), ("POST", "Users", {}), ("POST", "Users", {"userName": "a b"}),
        ("POST", "Users", {"userName": "x" * 90}), ("POST", "Users", {"userName": "x", "active": 7}),
        ("POST", "Groups", {}), ("POST", "Groups", {"displayName": "G", "members": [{"value": "x"}]}),
        ("PATCH", f"Users/{bob}", {"Operations": [{"op": "replace", "value": {"title": "T"}}, {"op": "add", "path": "z"}]}),
        ("GET", "Users?count=many", None), ("PATCH", "Groups/1", None),
    ):  # fmt: skip
        answer = okta.call(method, path, body)
        assert answer.status_code in (400, 404), (path, body)
        assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert okta.call("GET", "Nothing").status_code == 404
    assert okta.call("DELETE", "Users").status_code == 405
    assert not User.objects.exclude(username__in=("bob", "grace")).exists()
    assert list(AuditRecord.objects.values_list("seq", flat=True)) == before


def test_lists_cost_the_same_queries_whatever_they_hold(okta, django_assert_num_queries):
    for number in range(5):
        okta.make(userName=f"p{number}")
    okta.call("GET", "Users")
    with django_assert_num_queries(4):  # token, page, count, groups
        okta.call("GET", "Users")


def test_what_the_account_became_here_is_told(okta, grace):
    bob = User.objects.get(pk=okta.make())
    users.deactivate(actor=actor_of(grace), user=bob)
    assert okta.call("GET", f"Users/{bob.pk}").json()["active"] is False


def test_administrators_set_directories_up_and_nobody_else(client, okta, grace):
    sign_in(client, grace)
    form = {"name": "Entra", "departments": "groups"}
    assert client.post(reverse("admin:identity_directory_add"), form).status_code == 302
    page = reverse("admin:identity_directory_changelist")
    entra = Directory.objects.get(name="Entra")
    said = client.post(page, {"action": "issue_token", "_selected_action": [entra.pk]}, follow=True).content.decode()
    raw = next(word for word in said.split() if word.startswith("plyd_")).split("<")[0]
    answer = Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {raw}"})
    assert answer.status_code == 200
    made = DirectoryToken.objects.get(directory=entra)
    client.post(
        reverse("admin:identity_directorytoken_changelist"), {"action": "revoke", "_selected_action": [made.pk]}
    )
    assert Client().get("/scim/v2/Users", headers={"Authorization": f"Bearer {raw}"}).status_code == 401
    client.post(reverse("admin:identity_directory_delete", args=[entra.pk]), {"post": "yes"})
    assert not Directory.objects.filter(name="Entra").exists()
    charlie = actor_of(person("charlie"))
    for act in (
        lambda: directories.put(actor=charlie, name="X"),
        lambda: directories.issue_token(actor=charlie, directory=okta.row.pk),
        lambda: directories.revoke_token(actor=charlie, token=1),
        lambda: directories.remove(actor=charlie, directory=okta.row.pk),
    ):
        with pytest.raises(errors.Forbidden):
            act()
