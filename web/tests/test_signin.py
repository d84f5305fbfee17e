import pytest
from django.contrib.auth.models import Group
from django.test import Client

from accounts.authentication import DEVICE_KEY
from accounts.models import Device
from accounts.services import devices
from accounts.tests.factories import PASSWORD, actor_of, person, sign_in

pytestmark = pytest.mark.django_db
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"


@pytest.fixture
def alice():
    return person("alice")


def enter(client: Client, password: str = PASSWORD, username: str = "alice", **more):
    return client.post("/signin/", {"username": username, "password": password, **more}, headers={"User-Agent": CHROME})


def test_the_page_has_labels_and_no_inline_code(client):
    answer = client.get("/signin/")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert '<label for="username">User name</label>' in page
    assert '<label for="password">Password</label>' in page
    assert "<script" not in page
    assert "style=" not in page
    assert "default-src 'self'" in answer["Content-Security-Policy"]
    assert "no-store" in answer["Cache-Control"]


def test_the_page_speaks_chinese_when_asked(client):
    page = client.get("/signin/", headers={"Accept-Language": "zh-CN"}).content.decode()
    assert '<html lang="zh-Hans">' in page
    assert "用户名" in page
    client.post("/language/", {"language": "zh-hans", "next": "/signin/"})
    assert "用户名" in client.get("/signin/", headers={"Accept-Language": "en"}).content.decode()


def test_signing_in_makes_a_device_named_in_human_words(client, alice):
    answer = enter(client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    device = Device.objects.get(user=alice)
    assert (device.name, device.platform, device.last_ip) == ("Chrome on Linux", "browser", "127.0.0.1")
    assert client.session[DEVICE_KEY] == device.pk
    assert device.session_key == client.session.session_key


def test_the_session_key_changes_at_sign_in(client, alice):
    client.post("/language/", {"language": "en"})
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    enter(client)
    assert client.session.session_key != session.session_key


def test_a_wrong_password_and_an_unknown_name_look_the_same(client, alice):
    wrong, unknown = enter(client, "nonsense"), enter(client, "nonsense", "nobody")
    assert wrong.status_code == unknown.status_code == 400
    for answer in (wrong, unknown):
        page = answer.content.decode()
        assert "The user name or the password is wrong." in page
        assert 'role="alert"' in page
        assert "nonsense" not in page
    assert not Device.objects.exists()


def test_too_many_attempts_get_a_pause_in_words_and_in_a_header(client, alice):
    for _ in range(6):
        enter(client, "nonsense")
    answer = enter(client)
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) >= 1
    assert "Too many attempts" in answer.content.decode()


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/admin/", "/admin/"),
        ("/?c=5", "/?c=5"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("http://testserver/x", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_this_site(client, alice, wanted, reached):
    assert enter(client, next=wanted)["Location"] == reached


def test_who_is_signed_in_goes_on(client, alice):
    sign_in(client, alice)
    assert client.get("/signin/?next=/x/")["Location"] == "/x/"


def test_signing_in_again_ends_the_device_before(client, alice):
    enter(client)
    enter(client)
    assert [each.revoked_at is None for each in Device.objects.order_by("pk")] == [False, True]


def test_signing_out_ends_device_and_session(client, alice):
    device = sign_in(client, alice)
    key = client.session.session_key
    assert "Sign out of Parley" in client.get("/signout/").content.decode()
    answer = client.post("/signout/")
    assert (answer.status_code, answer["Location"]) == (302, "/signin/")
    device.refresh_from_db()
    assert device.revoked_at is not None
    assert not client.session.exists(key)
    assert client.get("/signout/")["Location"] == "/signin/"


def test_forms_need_their_csrf_token(alice):
    client = Client(enforce_csrf_checks=True)
    assert enter(client).status_code == 403
    sign_in(client, alice)
    assert client.post("/signout/").status_code == 403


def test_the_admin_uses_this_page(client, alice):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/?next=/admin/")["Location"] == "/signin/?next=%2Fadmin%2F"
    person("admin", is_staff=True, is_superuser=True)
    enter(client, username="admin", next="/admin/")
    assert client.get("/admin/").status_code == 200


def test_a_person_without_the_right_is_told_and_not_sent_in_circles(client, alice):
    sign_in(client, alice)
    answer = client.get("/signin/?next=/admin/")
    assert answer.status_code == 200
    assert "may not open the administration" in answer.content.decode()


def test_a_device_signed_out_elsewhere_is_nobody_at_the_next_request(client, alice):
    admin = person("admin", is_staff=True, is_superuser=True)
    device = sign_in(client, admin)
    assert client.get("/admin/").status_code == 200
    devices.revoke(actor=actor_of(admin), device_id=device.pk)
    assert client.get("/admin/").status_code == 302


def test_who_bears_an_operators_role_goes_on_to_the_admin(client, alice):
    alice.groups.add(Group.objects.get(name="auditor"))
    sign_in(client, alice)
    assert client.get("/signin/?next=/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
